# shellcheck shell=bash
# The crate, as `cargo publish` uploads it. What it holds is named in Cargo.toml, and a test compares.

make_crate() {
    local folder=${CARGO_TARGET_DIR:-$project/target} name=aws-assume-$version.crate arguments=()
    # A release is what is committed. Who tries the scripts out says so.
    [[ -z ${RELEASE_ALLOW_DIRTY-} ]] || arguments=(--allow-dirty)
    # Not built along: release/check installs it from the very file.
    cargo package --package aws-assume --locked --no-verify --quiet ${arguments[@]+"${arguments[@]}"} >&2
    cp "$folder/package/$name" "$work/"
    publish "$work/$name"
}
