# shellcheck shell=bash
# What every part of a release needs: its version, its time, its folder.

say() { printf 'release: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Sets what the other parts read.
settle_release() {
    export LC_ALL=C TZ=UTC
    umask 022
    version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "Cargo.toml: '$version' is no version"
    # Debian's and RPM's way to say that 1.0.0-rc.1 comes before 1.0.0.
    # shellcheck disable=SC2034 # `fill` reads it by its name
    package_version=${version/-/\~}
    commit=$(git rev-parse --verify HEAD 2>/dev/null || echo unknown)
    if [[ -z ${SOURCE_DATE_EPOCH-} ]]; then
        SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null) || fail 'this is no git checkout: set SOURCE_DATE_EPOCH'
    fi
    export SOURCE_DATE_EPOCH
    repository=${ASSUME_REPOSITORY:-https://github.com/OWNER/assume}
    [[ -n ${ASSUME_REPOSITORY-} ]] || say "ASSUME_REPOSITORY is not set: manifests point to $repository"
    out=${RELEASE_DIR:-$project/target/release-artifacts}
    work=$project/target/release-work
    rm -rf "$work"
    mkdir -p "$out" "$work"
    # A failed command ends this script: what is half made is in the work folder alone.
    trap 'rm -rf "$work"' EXIT
    tar=tar
    if ! tar --version 2>/dev/null | grep -q GNU; then tar=gtar; fi
}

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# Makes sure of a command, from the Debian package that brings it.
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 && return
    say "installing $2"
    as_root apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >&2 ||
        fail "there is no $1 ($2)"
}

sha256() { # FILE: its checksum alone
    if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d' ' -f1
}

# The lines of SHA256SUMS for the files below a folder.
sums_of() { # FOLDER
    local file
    (cd "$1" && find . -type f ! -name SHA256SUMS | sort) | while IFS= read -r file; do
        printf '%s  %s\n' "$(sha256 "$1/$file")" "${file#./}"
    done
}

# A file that is there is whole: it comes by a rename.
publish() { # FILE
    mv -f "$1" "$out/"
    say "made $(basename "$1")"
}

# Fills in @NAME@ of a template from the variables named.
fill() { # TEMPLATE NAME...
    local text name
    text=$(cat "$1")
    shift
    for name; do
        text=${text//"@$name@"/"${!name}"}
    done
    if [[ $text =~ @[a-z_0-9]+@ ]]; then fail "a template has ${BASH_REMATCH[0]}, which nobody fills in"; fi
    printf '%s\n' "$text"
}

# A time for every file, so that formats which carry one carry the same.
settle_times() { # FOLDER
    local stamp
    stamp=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M.%S 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" +%Y%m%d%H%M.%S)
    find "$1" -exec touch -h -t "$stamp" {} +
}
