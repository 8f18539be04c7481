# shellcheck shell=sh
# The archive for analysts: every platform's module, to replay anything anywhere.

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
    image "$target" "$(. "$source/agent/product" && echo "$modules")" "$folder/runtime"
    bom graftwatch "$folder/lib" "$folder/runtime" "$folder"
  else
    bom graftwatch "$folder/lib" "" "$folder"
  fi
  natives "$target" "$folder/native"
  cp "$stage/jvm.args" "$stage/replay.args" "$stage/tinylog.properties" "$root/LICENSE" "$root/NOTICE" "$folder/"
  tr : '\n' <"$stage/agent.classpath" | sed 's|.*/||' | while read -r jar; do
    [ ! -e "$folder/lib/$jar" ] || echo "$jar"
  done >"$folder/classpath"
  install -m 755 "$root/packaging/src/archive/graftwatch" "$folder/bin/"
  find "$folder" -exec touch -h -d "$built" {} +
  tar --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -C "$work" -cf - "$name" |
    gzip -9n >"$out/$name.tar.gz"
}
