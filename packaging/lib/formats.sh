# shellcheck shell=sh
# Packages and archives from a tree.

# The tree of the product as a Debian package.
deb() {
  command -v dpkg-deb >/dev/null || {
    say "no .deb: dpkg-deb is not here"
    return 0
  }
  case $1 in linux-x64) architecture=amd64 ;; *) architecture=arm64 ;; esac
  root_of_deb=$work/deb-$package
  rm -rf "$root_of_deb"
  cp -a "$tree" "$root_of_deb"
  control=$root_of_deb/DEBIAN
  mkdir -p "$control"
  for script in postinst prerm postrm; do
    install -m 755 "$source/deb/$script" "$control/"
    fill "$control/$script"
  done
  (cd "$root_of_deb" && find etc -type f | sort | sed 's|^|/|') >"$control/conffiles"
  (cd "$root_of_deb" && find usr -type f | sort | xargs md5sum) >"$control/md5sums"
  {
    echo "Package: $package"
    echo "Version: $version"
    echo "Architecture: $architecture"
    echo "Maintainer: The Graftwatch authors <graftwatch@example.org>"
    echo "Installed-Size: $(du -sk --apparent-size "$tree" | cut -f 1)"
    echo "Depends: libc6 (>= 2.28), passwd"
    echo "Section: admin"
    echo "Priority: optional"
    echo "Description: $summary"
    printf '%s\n' "$description" | sed 's/^/ /'
  } >"$control/control"
  find "$root_of_deb" -exec touch -h -d "$built" {} +
  dpkg-deb --root-owner-group --threads-max=1 -Zxz -z9 -Sextreme --build "$root_of_deb" \
    "$out/${package}_${version}_$architecture.deb" >&2
}

rpm() { :; }
archive() { :; }
