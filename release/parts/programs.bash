# shellcheck shell=bash
# The programs of a release: one for each target, free of the paths of the machine that built it.
#
# Linux has one static program with musl: it runs on every distribution and in an empty container, whatever C library is
# there. A static one with glibc would not: its name lookup loads parts of the very glibc it was built with. What that
# costs is measured in CONTRIBUTING.md.

compile() { # SYSTEM TARGET: builds it, and sets `program`
    say "building for $2"
    # Build scripts hand this to the C compiler.
    export CFLAGS="-ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=/cargo"
    local arguments=(--release --bin assume --config "$(flags_of "$2")")
    if [[ $1 == macos ]]; then
        cargo build --locked --target "$2" "${arguments[@]}" >&2
        program=${CARGO_TARGET_DIR:-$project/target}/$2/release/assume
    else
        [[ $1 != windows ]] || name_libraries
        program=$(.ci/cross build "$1" "${arguments[@]}" | tail -n 1)
    fi
    [[ -f $program ]] || fail "cargo left no program for $2"
    check_program "$program"
}

# ld sorts the table of imports by the paths of the libraries: those of the system, those that some crates bring, and the crates
# themselves, whose folders lie before or behind one another as it comes. Found by a path that does not begin with a slash,
# libraries are behind the crates everywhere. A linker of our own names it first, since nothing stable comes before what
# crates say. Relative, too: an option with a path of this machine would be in the names of symbols.
name_libraries() {
    local folder=$project/target/libraries library crate
    .ci/cross tools windows >/dev/null
    cargo fetch --locked --quiet
    rm -rf "$folder"
    mkdir -p "$folder"
    library=$(x86_64-w64-mingw32-gcc -print-file-name=libkernel32.a)
    ln -s "$(cd "$(dirname "$library")" && pwd -P)"/*.a "$folder"
    while read -r crate; do
        for library in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate"/lib/*.a; do
            [[ -f $library ]] || fail "there are no libraries of $crate where cargo keeps sources"
            ln -sf "$library" "$folder"
        done
    done < <(sed -nE '/^name = "(winapi-x86_64-pc-windows-gnu|windows_x86_64_gnu)"$/{N;s/.*"(.*)"\nversion = "(.*)"/\1-\2/p}' Cargo.lock)
    printf '#!/bin/sh\nexec x86_64-w64-mingw32-gcc -Ltarget/libraries "$@"\n' >"$folder/x86_64-w64-mingw32-gcc"
    chmod +x "$folder/x86_64-w64-mingw32-gcc"
}

# Names for the folders that the compiler would write into the program.
flags_of() { # TARGET
    local cargo_home=${CARGO_HOME:-$HOME/.cargo} cross=${CROSS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/cross} sysroot flags
    sysroot=$(rustc --print sysroot)
    # The last that fits goes: the narrower come later.
    flags="\"--remap-path-prefix=$HOME=/home\", \"--remap-path-prefix=$cross=/cross\""
    flags+=", \"--remap-path-prefix=$cargo_home=/cargo\", \"--remap-path-prefix=$sysroot=/rust\""
    flags+=", \"--remap-path-prefix=${CARGO_TARGET_DIR:-$project/target}=/target\""
    flags+=", \"--remap-path-prefix=${CROSS_TARGET_DIR:-$cross/target}=/target\", \"--remap-path-prefix=$project=/assume\""
    case $1 in
    *-windows-gnu) flags+=', "-Clink-arg=-Wl,--no-insert-timestamp", "-Clinker=target/libraries/x86_64-w64-mingw32-gcc"' ;;
    esac
    printf 'target.%s.rustflags=[%s]\n' "$1" "$flags"
}

# A path of this machine in the program would tell of it, and differ on the next one.
check_program() { # FILE
    local folder
    for folder in "$project" "${CARGO_HOME:-$HOME/.cargo}" "$HOME/.rustup" "$(pwd -P)"; do
        if grep -qF -- "$folder/" "$1"; then fail "$1 holds the path $folder"; fi
    done
    case $1 in
    *linux-musl*)
        if head -c 4096 "$1" | grep -qa '/ld-'; then fail "$1 is not static: it names a loader"; fi
        ;;
    esac
}
