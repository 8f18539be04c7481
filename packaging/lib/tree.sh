# shellcheck shell=sh
# The installed program, below a folder that stands for the root.

# Copies jar FROM to folder TO without the entries below the folders that PATTERN (of find) names.
slim() {
  from=$1 to=$2 pattern=$3
  unpacked=$work/unpacked
  rm -rf "$unpacked"
  mkdir -p "$unpacked"
  (
    cd "$unpacked"
    "$JAVA_HOME/bin/jar" --extract --file "$from"
    find . -type d -path "$pattern" -prune -exec rm -rf {} +
    rm -f META-INF/INDEX.LIST
    find . -type f ! -path ./META-INF/MANIFEST.MF | sed 's|^\./||' | sort >"$work/entries"
    "$JAVA_HOME/bin/jar" --create --file "$to/$(basename "$from")" --date "$built" \
      --manifest META-INF/MANIFEST.MF "@$work/entries"
  )
}

# Fills folder TO with the program whose class path file is CLASSPATH, without foreign natives.
jars() {
  classpath=$1 to=$2
  mkdir -p "$to"
  tr : '\n' <"$classpath" | while read -r jar; do
    case $(basename "$jar") in
    jna-jpms-*) slim "$jar" "$to" './com/sun/jna/*-*' ;;
    sqlite-jdbc-*) slim "$jar" "$to" './org/sqlite/native' ;;
    jspecify-* | annotations-*) ;; # annotations for compilers
    *) cp "$jar" "$to/" ;;
    esac
  done
}

# Prints the jars of class path file CLASSPATH that are in folder IN, in its order.
jar_names() {
  tr : '\n' <"$1" | sed 's|.*/||' | while read -r jar; do
    [ ! -e "$2/$jar" ] || echo "$jar"
  done
}

# Prints JNA's name of TARGET.
jna_name() {
  case $1 in
  linux-x64) echo linux-x86-64 ;;
  linux-aarch64) echo linux-aarch64 ;;
  windows-x64) echo win32-x86-64 ;;
  macos-x64) echo darwin-x86-64 ;;
  macos-aarch64) echo darwin-aarch64 ;;
  esac
}

# Replaces @…@ in FILE… by what the product's file says, in which there is no & and no ~.
fill() {
  sed -i -e "s~@package@~$package~g" -e "s~@removal@~$removal~g" -e "s~@purged@~$purged~g" \
    -e "s~@version@~$version~g" -e "s~@summary@~$summary~g" "$@"
}

# The product below $work/$package: program, unit, account, configuration, documentation.
tree() {
  target=$1
  say "$package for $target"
  tree=$work/$package
  home=/usr/lib/$package
  lib=$tree$home
  mkdir -p "$lib/native" "$tree/usr/bin" "$tree/etc/graftwatch" \
    "$tree/usr/lib/systemd/system" "$tree/usr/lib/sysusers.d" "$tree/usr/lib/tmpfiles.d" \
    "$tree/usr/share/doc/$package"
  image "$target" "$modules" "$lib/runtime"
  jars "$stage/$product-linux.classpath" "$lib/lib"
  natives "$target" "$lib/native"
  cp "$stage"/*.args "$stage/tinylog.properties" "$lib/"
  {
    echo "# Where things lie; jvm.args says how they run."
    echo "-Djna.boot.library.path=$home/native"
    echo "-Djna.nounpack=true"
    echo "-Dorg.sqlite.lib.path=$home/native"
    echo "-Dtinylog.configuration=$home/tinylog.properties"
    echo "-XX:ErrorFile=/var/log/$package/crash.log"
    printf -- '-cp '
    jar_names "$stage/$product-linux.classpath" "$lib/lib" | sed "s|^|$home/lib/|" | paste -s -d:
  } >"$lib/paths.args"
  install -m 755 "$source/$product/$package" "$tree/usr/bin/"
  cp "$source/$product/$package.service" "$tree/usr/lib/systemd/system/"
  cp "$source/$product/$package.sysusers" "$tree/usr/lib/sysusers.d/$package.conf"
  cp "$source/$product/$package.tmpfiles" "$tree/usr/lib/tmpfiles.d/$package.conf"
  cp "$source/$product/"*.toml "$tree/etc/graftwatch/"
  manual
  cp "$root/NOTICE" "$root"/docs/*.md "$tree/usr/share/doc/$package/"
  bom "$package" "$lib/lib" "$lib/runtime" "$tree/usr/share/doc/$package"
  find "$tree" -exec touch -h -d "$built" {} +
}

# Manual pages and completion.
manual() {
  for page in "$source/$product/"*.[0-9]; do
    folder=$tree/usr/share/man/man${page##*.}
    mkdir -p "$folder"
    sed -e "s/@version@/$version/" -e "s/@date@/${built%%T*}/" "$page" | gzip -9n \
      >"$folder/$(basename "$page").gz"
  done
  mkdir -p "$tree/usr/share/bash-completion/completions"
  cp "$source/$product/$package.completion" "$tree/usr/share/bash-completion/completions/$package"
}

# What product NAME with the jars of folder LIB and folder RUNTIME (may be empty) is made of: bill of
# materials and licences, into folder TO.
bom() {
  "$JAVA_HOME/bin/java" -cp "$stage/lib/*" "$root/packaging/lib/Bom.java" "$stage/bom.json" \
    "$2" "$3" "$root/packaging/src/licences" "$1" "$version" "$built" "$4"
}

# JNA's library of TARGET, and SQLite's where the product has it, into folder TO.
natives() {
  target=$1 to=$2
  case $target in windows-*) library=jnidispatch.dll ;; macos-*) library=libjnidispatch.jnilib ;; *) library=libjnidispatch.so ;; esac
  if ls "$lib/lib/"jna-jpms-* >/dev/null 2>&1; then
    extract "$stage/lib/"jna-jpms-*.jar "com/sun/jna/$(jna_name "$target")/$library" "$to"
  fi
  if ls "$lib/lib/"sqlite-jdbc-* >/dev/null 2>&1; then
    case $target in *-x64) machine=x86_64 ;; *) machine=aarch64 ;; esac
    extract "$stage/lib/"sqlite-jdbc-*.jar "org/sqlite/native/Linux/$machine/libsqlitejdbc.so" "$to"
  fi
  [ "$target" != linux-x64 ] || find "$to" -name '*.so' -exec strip --strip-unneeded {} +
  find "$to" -type f -exec chmod 644 {} +
}

# Puts ENTRY of JAR into folder TO.
extract() {
  rm -rf "$work/entry"
  mkdir -p "$work/entry"
  (cd "$work/entry" && "$JAVA_HOME/bin/jar" --extract --file "$1" "$2")
  cp "$work/entry/$2" "$3/"
}
