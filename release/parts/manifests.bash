# shellcheck shell=bash
# shellcheck disable=SC2034 # `fill` reads variables by their names
# What package managers read: where the archives of this version are, and their checksums.

# Sets NAME_sum to the checksum of a target's archive, and fails where there is none.
read_sum() { # VARIABLE FILE
    [[ -f $out/$2 ]] || fail "$out/$2 is not there: make it first"
    printf -v "$1" '%s' "$(sha256 "$out/$2")"
}

make_manifests() {
    local download=$repository/releases/download/v$version released
    local zip=assume-$version-x86_64-pc-windows-gnu.zip
    released=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" +%F)
    if [[ -f $out/$zip ]]; then
        make_scoop
        make_winget
    else
        say "no $zip: no manifests for Scoop and winget"
    fi
    make_formula
}

make_scoop() {
    local zip_sum folder=${zip%.zip}
    read_sum zip_sum "$zip"
    fill release/templates/scoop.json version repository download zip zip_sum folder >"$work/aws-assume.json"
    publish "$work/aws-assume.json"
}

# winget wants three files, in a folder of the version.
make_winget() {
    local zip_sum folder=${zip%.zip} name kind publisher
    publisher=${repository%/*}
    publisher=${publisher##*/}
    read_sum zip_sum "$zip"
    zip_sum=$(tr a-f A-F <<<"$zip_sum")
    for kind in '' .installer .locale.en-US; do
        name=aws-assume.winget$kind.yaml
        fill "release/templates/winget/assume$kind.yaml" version repository publisher download zip zip_sum folder \
            released >"$work/$name"
        publish "$work/$name"
    done
}

# A formula for a tap, with a block for each archive that is there: hosted CI gathers them from all systems.
make_formula() {
    local blocks='' target archive archive_sum condition
    for target in aarch64-apple-darwin x86_64-apple-darwin aarch64-unknown-linux-musl x86_64-unknown-linux-musl; do
        archive=assume-$version-$target.tar.gz
        [[ -f $out/$archive ]] || continue
        read_sum archive_sum "$archive"
        case $target in
        aarch64-apple-*) condition='OS.mac? && Hardware::CPU.arm?' ;;
        x86_64-apple-*) condition='OS.mac? && Hardware::CPU.intel?' ;;
        aarch64-*) condition='OS.linux? && Hardware::CPU.arm?' ;;
        *) condition='OS.linux? && Hardware::CPU.intel?' ;;
        esac
        blocks+=$(printf '\n  if %s\n    url "%s"\n    sha256 "%s"\n  end\n.' \
            "$condition" "$download/$archive" "$archive_sum")
        blocks=${blocks%.}
    done
    [[ -n $blocks ]] || fail "no archive in $out: no formula"
    fill release/templates/aws-assume.rb version repository blocks >"$work/aws-assume.rb"
    publish "$work/aws-assume.rb"
}
