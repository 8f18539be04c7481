# shellcheck shell=sh
# The archive for analysts: every platform's module, to replay anything anywhere. That of macOS
# installs the agent, too.

agent_modules() (
  # shellcheck disable=SC1090,SC1091 # data
  . "$source/agent/product"
  echo "$modules"
)

# Makes the archive of TARGET. Without that system's jmods it holds no runtime and is named a test:
# its command then takes the machine's own Java.
archive() {
  target=$1
  name=graftwatch-$version-$target
  runtime_possible "$target" || {
    say "no jmods of $target are given (see packaging/package.sh): the archive has no runtime and is a test"
    name=$name-test
  }
  folder=$work/$name
  mkdir -p "$folder/bin" "$folder/native"
  lib=$folder
  jars "$stage/agent.classpath" "$folder/lib"
  if runtime_possible "$target"; then
    # The agent's modules are enough: the XML of Windows' events is read without java.xml.
    image "$target" "$(agent_modules)" "$folder/runtime"
    bom graftwatch "$folder/lib" "$folder/runtime" "$folder"
  else
    bom graftwatch "$folder/lib" "" "$folder"
  fi
  natives "$target" "$folder/native"
  cp "$stage/jvm.args" "$stage/replay.args" "$stage/tinylog.properties" "$root/LICENSE" "$root/NOTICE" "$folder/"
  jar_names "$stage/agent.classpath" "$folder/lib" >"$folder/classpath"
  install -m 755 "$root/packaging/src/archive/graftwatch" "$folder/bin/"
  case $target in macos-*) macos "$target" "$folder" ;; esac
  find "$folder" -exec touch -h -d "$built" {} +
  tar --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -C "$work" -cf - "$name" |
    gzip -9n >"$out/$name.tar.gz"
}

# Adds to the archive of TARGET in FOLDER what installs the agent as a daemon.
macos() {
  scripts=$root/packaging/macos
  mkdir "$2/macos"
  install -m 755 "$scripts/install.sh" "$scripts/uninstall.sh" "$scripts/build-on-mac.sh" "$2/"
  install -m 755 "$scripts/graftwatch" "$scripts/preinstall" "$scripts/postinstall" "$2/macos/"
  install -m 644 "$scripts"/*.plist "$scripts"/*.properties "$scripts"/*.toml "$2/macos/"
  jar_names "$stage/agent-macos.classpath" "$2/lib" >"$2/macos/agent.classpath"
  printf '%s\n' "version=$version" "target=$1" "modules=$(agent_modules)" >"$2/macos/product"
  # There is no malloc_trim(3), and there are two sources: a smaller heap does.
  sed -i -e '/^# Memory that the C library/,/TrimNativeHeapInterval/d' -e 's/^-Xmx40m$/-Xmx28m/' "$2/jvm.args"
  # The launcher under our own name: what is granted to it is no other program's.
  [ ! -e "$2/runtime/bin/java" ] || mv "$2/runtime/bin/java" "$2/runtime/bin/graftwatch"
}
