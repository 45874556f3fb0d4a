# shellcheck shell=bash
# shellcheck disable=SC2034 # `fill` reads variables by their names
# Packages for Debian's and for RPM's families. The static program needs nothing of the system, so neither depends on anything.

# The tree that both install; where zsh looks for completions differs.
lay_system() { # ROOT TARGET ZSH'S FOLDER DOCUMENTS LICENCES
    local root=$1 page
    mkdir -p "$root/usr/bin" "$root/usr/share/man/man1" "$root/usr/share/bash-completion/completions" \
        "$root/usr/share/fish/vendor_completions.d" "$root$3" "$root$4" "$root$5"
    cp "$program" "$root/usr/bin/assume"
    for page in docs/man/*.1; do
        gzip -n -9 <"$page" >"$root/usr/share/man/man1/${page##*/}.gz"
    done
    render bash >"$root/usr/share/bash-completion/completions/assume"
    render zsh >"$root$3/_assume"
    render fish >"$root/usr/share/fish/vendor_completions.d/assume.fish"
    cp README.md SECURITY.md "$root$4/"
    gzip -n -9 <CHANGELOG.md >"$root$4/CHANGELOG.md.gz"
    cp LICENSE-MIT LICENSE-APACHE "$root$5/"
    python3 release/licences.py "$2" >"$root$5/LICENSES-THIRD-PARTY"
    chmod -R u=rwX,go=rX "$root"
    chmod 755 "$root/usr/bin/assume"
    settle_times "$root"
}

make_deb() { # TARGET
    local root=$work/deb architecture size name documents=/usr/share/doc/aws-assume
    case $1 in
    x86_64-*) architecture=amd64 ;;
    aarch64-*) architecture=arm64 ;;
    esac
    rm -rf "$root"
    mkdir -p "$root/DEBIAN"
    lay_system "$root" "$1" /usr/share/zsh/vendor-completions $documents $documents
    cp release/templates/copyright "$root$documents/copyright"
    size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
    fill release/templates/control package_version architecture size repository >"$root/DEBIAN/control"
    (cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
    chmod 644 "$root$documents/copyright" "$root"/DEBIAN/*
    settle_times "$root"
    name=aws-assume_$package_version-1_$architecture.deb
    # One thread: how xz cuts what it compresses depends on their number.
    dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$root" "$work/$name" >/dev/null
    publish "$work/$name"
}

make_rpm() { # TARGET
    local root=$work/rpm-root top=$work/rpm name
    local documents=/usr/share/doc/aws-assume licences=/usr/share/licenses/aws-assume architecture=${1%%-*}
    need rpmbuild rpm
    rm -rf "$root" "$top"
    mkdir -p "$top/SPECS" "$root"
    lay_system "$root" "$1" /usr/share/zsh/site-functions $documents $licences
    fill release/templates/aws-assume.spec package_version repository >"$top/SPECS/aws-assume.spec"
    rpmbuild -bb --quiet --target "$architecture-linux" --define "_topdir $top" --define "assume_root $root" \
        --define "_buildhost localhost" --define 'use_source_date_epoch_as_buildtime 1' \
        --define 'clamp_mtime_to_source_date_epoch 1' --define '_binary_payload w9.gzdio' --define '_build_id_links none' \
        --define "_dbpath $top/database" "$top/SPECS/aws-assume.spec" >&2
    name=aws-assume-$package_version-1.$architecture.rpm
    mv "$top/RPMS/$architecture/$name" "$work/"
    publish "$work/$name"
}
