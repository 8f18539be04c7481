# shellcheck shell=sh
# Packages and archives from a tree.

# The product's description in lines of 76 characters.
wrapped() { printf '%s\n' "$description" | tr '\n' ' ' | fold -s -w 76 | sed 's/ *$//'; echo; }

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
  documents=$root_of_deb/usr/share/doc/$package
  cp "$source/deb/copyright" "$documents/"
  fill "$documents/copyright"
  mkdir -p "$root_of_deb/usr/share/lintian/overrides"
  cp "$source/deb/lintian-overrides" "$root_of_deb/usr/share/lintian/overrides/$package"
  fill "$root_of_deb/usr/share/lintian/overrides/$package"
  {
    echo "$package ($version) stable; urgency=medium"
    printf '\n  * Version %s.\n\n' "$version"
    echo " -- The Graftwatch authors <graftwatch@example.org>  $(date -R -d "$built")"
  } | gzip -9n >"$documents/changelog.gz"
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
    wrapped | sed 's/^/ /'
  } >"$control/control"
  find "$root_of_deb" -exec touch -h -d "$built" {} +
  dpkg-deb --root-owner-group --threads-max=1 -Zxz -z9 -Sextreme --build "$root_of_deb" \
    "$out/${package}_${version}_$architecture.deb" >&2
}

# The tree of the product as an RPM.
rpm() {
  command -v rpmbuild >/dev/null || {
    say "no .rpm: rpmbuild is not here"
    return 0
  }
  case $1 in linux-x64) architecture=x86_64 ;; *) architecture=aarch64 ;; esac
  rpms=$work/rpm-$package
  rm -rf "$rpms"
  mkdir -p "$rpms"
  cp -a "$tree" "$rpms/root"
  sed "/^@description@/{
    r /dev/stdin
    d
  }" "$source/rpm/package.spec" >"$rpms/package.spec" <<DESCRIPTION
$(wrapped)
DESCRIPTION
  fill "$rpms/package.spec"
  rpmbuild -bb --quiet --noclean --target "$architecture" --buildroot "$rpms/root" \
    --define "_topdir $rpms/top" --define "_rpmdir $rpms" "$rpms/package.spec" >&2
  cp "$rpms/$architecture/"*.rpm "$out/"
}

