#!/bin/sh
# Install assume, or take it out again. `./install.sh --help` says how.
#
# Nothing here runs before the last line: a script that was cut off on its way does nothing.
set -eu

usage() {
    cat <<'END'
./install.sh [OPTIONS]: from a checkout, which it builds, or from an unpacked release archive, which it checks

    --prefix DIR    install into DIR/bin and DIR/share (~/.local)
    --shell NAMES   bash, zsh, fish, or several with commas: whose start file gets the lines that load assume
                    (what $SHELL names)
    --no-shell      leave start files alone
    --yes           add those lines without asking
    --dry-run       say what would be done, and do nothing
    --uninstall     take out what was installed there; ~/.aws and the vault stay
    --try           from a checkout: run against a stand-in AWS on this machine, in a HOME that is thrown away: your own
                    shell on a terminal, a tour elsewhere. Your ~/.aws, keyring and shell files are neither read nor written
    --help
END
}

# ---- what is said --------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

hint() { say "${dim}hint: $*$plain"; }

warn() { # MESSAGE HINT
    say "${bold}warning: $1$plain"
    hint "$2"
}

fail() { # MESSAGE HINT
    say "${bold}install.sh: $1$plain"
    [ $# -lt 2 ] || hint "$2"
    exit 1
}

wrong_usage() { # MESSAGE
    say "install.sh: $1"
    usage >&2
    exit 2
}

# Says a step; false in a dry run, where it is not taken.
step() {
    if [ "$dry_run" = yes ]; then
        say "would $*"
        return 1
    fi
    say "$*"
}

colours() {
    bold='' dim='' plain=''
    if [ -t 2 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
        bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
    fi
}

# The standard input may be this script: a person answers at the terminal or not at all.
has_terminal() { (: </dev/tty) 2>/dev/null; }

# ---- where it comes from -------------------------------------------------------------------------------------

# Whether version $1 is at least $2.
at_least() {
    printf '%s\n%s\n' "$1" "$2" | awk -F. '
        { number[NR] = $1 * 1000000 + $2 * 1000 + $3 }
        END { exit !(number[1] >= number[2]) }'
}

need_rust() {
    needed=$(sed -n 's/^rust-version = "\([0-9.]*\)"$/\1/p' Cargo.toml)
    get='get it from https://rustup.rs, open a new shell, and run this again'
    if command -v rustup >/dev/null 2>&1; then
        get='run: rustup update stable && rustup default stable'
    fi
    if ! command -v cargo >/dev/null 2>&1; then
        # shellcheck disable=SC2016 # text for the person
        [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ] || get='it is installed but not on PATH: run . "$HOME/.cargo/env"'
        fail "assume is built with Rust $needed or newer, and there is no cargo on PATH" "$get"
    fi
    compiler=${RUSTC:-rustc}
    if ! found=$("$compiler" --version 2>/dev/null); then
        fail "assume is built with Rust $needed or newer, and $compiler does not run" "$get"
    fi
    # rustc 1.95.0 (59807616e 2026-04-14), or 1.95.0-nightly
    version=$(printf '%s\n' "$found" | sed 's/^rustc \([0-9.]*\).*/\1/')
    if ! at_least "$version" "$needed"; then
        fail "assume is built with Rust $needed or newer, and $(command -v "$compiler") is $version" "$get"
    fi
    if ! command -v "${CC:-cc}" >/dev/null 2>&1; then
        fail "a C compiler is needed (for ring, and to link), and there is no ${CC:-cc} on PATH" \
            'Debian, Ubuntu: apt install build-essential; Fedora: dnf install gcc; macOS: xcode-select --install'
    fi
}

sha256() { # FILE
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    else
        openssl dgst -sha256 -r <"$1"
    fi | sed 's/[^0-9a-fA-F].*//' | tr A-F a-f
}

# Takes a file of the archive to the work folder, and checks what was taken.
take() { # NAME
    [ -f "$here/$1" ] || fail "$here/$1 is missing: this archive is not whole" "$again"
    mkdir -p "$(dirname "$work/$1")"
    cp "$here/$1" "$work/$1"
    said=$(LC_ALL=C awk -v name="$1" '
        { file = $0; sub(/\r$/, "", file); sub(/^[^ ]* [ *](\.\/)?/, "", file) }
        file == name { print tolower($1) }' "$here/SHA256SUMS")
    case $said in
    '') fail "SHA256SUMS has no line for $1: nothing is installed" "$again" ;;
    *[!0-9a-f]*) fail "SHA256SUMS has no single checksum for $1: nothing is installed" "$again" ;;
    esac
    counted=$(sha256 "$work/$1")
    [ "$counted" = "$said" ] || fail "$1 is not what SHA256SUMS says (it is $counted): nothing is installed" "$again"
}

from_archive() {
    again='get the archive again, from where assume is released'
    if ! command -v sha256sum >/dev/null 2>&1 && ! command -v shasum >/dev/null 2>&1 && ! command -v openssl >/dev/null 2>&1; then
        fail 'the archive cannot be checked: there is no sha256sum, shasum or openssl: nothing is installed' 'install one of them'
    fi
    [ -f "$here/SHA256SUMS" ] || fail "there is no SHA256SUMS beside install.sh: nothing is installed" "$again"
    take assume
    take man/assume.1
    for name in "$here"/man/assume-*.1; do
        [ ! -e "$name" ] || take "man/$(basename "$name")"
    done
    say "checked against SHA256SUMS: $here/assume"
}

from_checkout() {
    need_rust
    mkdir "$work/man"
    cp docs/man/*.1 "$work/man"
    step "build assume in $here; the first time takes a few minutes" || return 0
    cargo build --locked --release --bin assume --target-dir target
    [ -f target/release/assume ] ||
        fail "cargo built assume elsewhere than in target/release" "unset CARGO_BUILD_TARGET, and build.target of ~/.cargo/config.toml"
    cp target/release/assume "$work/assume"
}

# ---- files of the prefix -------------------------------------------------------------------------------------

# The record of an installation, for --uninstall: `file PATH` and `folder PATH`, deeper folders first.
save_record() { # KEPT: a pattern of what stays of the record that is there
    cp "$work/made" "$work/all"
    [ ! -f "$record" ] || grep -e "$1" "$record" >>"$work/all" || true
    LC_ALL=C sort -ru "$work/all" >"$work/record"
    cmp -s "$work/record" "$record" || {
        cp "$work/record" "$record.$$"
        mv -f "$record.$$" "$record"
    }
}

remember() { printf '%s %s\n' "$1" "$2" >>"$work/made"; } # KIND PATH

remember_one() { remember file "$prefix/$2"; }

# A folder in HOME is as private as this person's folders are; elsewhere everybody may read what is installed.
make_folder() { # FOLDER
    [ ! -d "$1" ] || return 0
    make_folder "$(dirname "$1")" || return 1
    case $1 in
    "$HOME"/*) (umask "$own_umask" && mkdir "$1") || return 1 ;;
    *) mkdir "$1" || return 1 ;;
    esac
    remember folder "$1"
}

remove_empty() { # RECORD
    LC_ALL=C sort -ru "$1" | sed -n 's/^folder //p' | while IFS= read -r path; do rmdir "$path" 2>/dev/null || true; done
}

is_ours() { [ -f "$record" ] && grep -qxF -- "file $1" "$record"; }

# Whether something is in the way that is not from here.
is_foreign() { # FILE
    if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 1; fi
    ! is_ours "$1" || return 1
    # Earlier versions of this script kept no record, and installed a program, not a script.
    [ "$1" != "$prefix/bin/assume" ] || [ ! -f "$1" ] || [ -L "$1" ] || [ "$(head -c 2 "$1" | tr -d '\0')" = '#!' ]
}

refuse_foreign() { # FROM TO
    ! is_foreign "$prefix/$2" ||
        fail "$prefix/$2 is there already, and this did not install it (Granted has a script named assume)" \
            'move it away, or choose another --prefix'
}

place() { # FROM TO MODE
    if [ "$dry_run" = yes ]; then
        say "would install $2"
        return 0
    fi
    if [ ! -L "$2" ] && cmp -s "$1" "$2"; then return 0; fi
    make_folder "$(dirname "$2")" || fail "cannot make the folder of $2" 'choose another --prefix'
    # A copy beside it and a rename: an assume that runs meanwhile keeps its file.
    half_made=$(dirname "$2")/.$(basename "$2").$$
    cp "$1" "$half_made"
    chmod "$3" "$half_made"
    if [ "$3" = 755 ] && ! "$half_made" --version >/dev/null </dev/null; then
        fail "this assume does not run on this machine ($(uname -sm)): nothing is installed" \
            'get the archive for this machine, or build from a checkout'
    fi
    mv -f "$half_made" "$2"
    half_made=''
    say "installed $2"
}

# ---- the lines that load it ----------------------------------------------------------------------------------

begin='# >>> assume >>>'
end='# <<< assume <<<'
made_note='# This file was made for these lines, and goes with them.'
cut_note='# This file had no newline at its end, and gets that back.'

# A path as one word of a shell. In HOME it is written with $HOME: dotfiles move between machines.
quoted() { # SHELL PATH
    case $2 in
    "$HOME"/*) home="\$HOME" rest=${2#"$HOME"} ;;
    *) home='' rest=$2 ;;
    esac
    case $rest in
    *[!A-Za-z0-9_./@%+,=-]*) ;;
    *)
        printf '"%s%s"\n' "$home" "$rest"
        return 0
        ;;
    esac
    [ -z "$home" ] || home="\"$home\""
    case $1 in
    fish) printf '%s\n' "$rest" | sed "s/[\\\\']/\\\\&/g; s/^/$home'/; s/\$/'/" ;;
    *) printf '%s\n' "$rest" | sed "s/'/'\\\\''/g; s/^/$home'/; s/\$/'/" ;;
    esac
}

# login is a start file that other shells may read too: ~/.profile and its kin.
loading() { # SHELL
    folder=$(quoted "$1" "$prefix/bin")
    program=$(quoted "$1" "$prefix/bin/assume")
    case $1 in
    fish)
        printf '%s\n' "contains -- $folder \$PATH; or set -gx PATH $folder \$PATH" \
            "if status is-interactive; and test -x $program" \
            "    $program init fish | source" \
            'end'
        ;;
    *)
        printf '%s\n' "case :\$PATH: in *:$folder:*) ;; *) export PATH=$folder:\"\$PATH\" ;; esac"
        case $1 in
        bash) printf '%s\n' "case \$- in *i*) if [ -x $program ]; then eval \"\$($program init bash)\"; fi ;; esac" ;;
        zsh) printf '%s\n' "if [ -x $program ]; then eval \"\$($program init zsh)\"; fi" ;;
        login) printf '%s\n' "case \${BASH_VERSION:+\$-} in *i*) if [ -x $program ]; then eval \"\$($program init bash)\"; fi ;; esac" ;;
        esac
        ;;
    esac
}

block() { # SHELL NOTES
    printf '%s\n' "$begin" '# From install.sh of assume, which takes it out again with --uninstall.'
    case $2 in *made*) printf '%s\n' "$made_note" ;; esac
    case $2 in *cut*) printf '%s\n' "$cut_note" ;; esac
    loading "$1"
    printf '%s\n' "$end"
}

# The files a shell reads when a person starts it: `SHELL FILE`, one a line.
start_files() { # SHELL
    case $1 in
    zsh) printf 'zsh %s\n' "$zsh_home/.zshrc" ;;
    fish) printf 'fish %s\n' "$(config_folder)/fish/conf.d/assume.fish" ;;
    bash)
        printf 'bash %s\n' "$HOME/.bashrc"
        # A login shell, as each window of a Mac and each ssh is one, reads the first of these and not .bashrc. Where there
        # is none of them it is .profile that is made: it comes last, so it hides no file that a person makes later.
        login=$HOME/.profile
        for name in .bash_login .bash_profile; do
            [ ! -r "$HOME/$name" ] || login=$HOME/$name
        done
        for name in .bash_profile .bash_login .profile; do
            if has_block "$HOME/$name" || { [ "$HOME/$name" = "$login" ] && ! reads_bashrc "$login"; }; then
                printf 'login %s\n' "$HOME/$name"
            fi
        done
        ;;
    esac
}

has_block() { # FILE
    [ -f "$1" ] && [ -r "$1" ] && [ -n "$(blocks "$1")" ]
}

# By itself, or by another start file that it reads.
reads_bashrc() { # FILE
    names "$1" '[.]bashrc' ||
        { names "$1" '[.]bash_login' && names "$HOME/.bash_login" '[.]bashrc'; } ||
        { names "$1" '[.]profile' && names "$HOME/.profile" '[.]bashrc'; }
}

# Whether a line that is no comment and no alias names such a file: ~/.bashrc, but not /etc/bash.bashrc.
names() { # FILE PATTERN
    [ -f "$1" ] && LC_ALL=C sed '/^[[:space:]]*#/d; /^[[:space:]]*alias /d' "$1" | LC_ALL=C grep -q "[^[:alnum:]_]$2"
}

config_folder() {
    case ${XDG_CONFIG_HOME-} in
    /*) printf '%s\n' "$XDG_CONFIG_HOME" ;;
    *) printf '%s\n' "$HOME/.config" ;;
    esac
}

# ZDOTDIR is usually set in .zshenv and not exported: only zsh knows.
zsh_folder() {
    folder=${ZDOTDIR-}
    if [ -z "$folder" ] && command -v zsh >/dev/null 2>&1; then
        # shellcheck disable=SC2016 # for zsh
        folder=$(zsh -c 'printf "\nZDOTDIR=%s\n" "${ZDOTDIR-}"' 2>/dev/null </dev/null | sed -n 's/^ZDOTDIR=//p' | tail -n 1) || true
    fi
    case $folder in
    /*) printf '%s\n' "$folder" ;;
    *) printf '%s\n' "$HOME" ;;
    esac
}

# ---- start files ---------------------------------------------------------------------------------------------

# What a file holds of ours, a line each: `block FIRST LAST`, `half LINE` for a marker without its other one, `made`, `cut`,
# and `crlf` where the block's lines end so.
blocks() { # FILE
    LC_ALL=C awk -v begin="$begin" -v end="$end" -v made="$made_note" -v cut="$cut_note" '
        { ended = sub(/\r$/, "") }
        $0 == begin { if (first) print "half", first; first = NR; if (ended) print "crlf" }
        $0 == end { if (first) print "block", first, NR; else print "half", NR; first = 0 }
        first && $0 == made { print "made" }
        first && $0 == cut { print "cut" }
        END { if (first) print "half", first }' "$1"
}

# Sets `target`, the file that a start file is once its links are followed; `found`, what it holds of ours; and `why`, what
# stands against editing it.
examine() { # FILE
    target=$1 found='' why='' hops=0
    while [ -L "$target" ] && [ "$hops" -lt 40 ]; do
        link=$(readlink "$target")
        case $link in
        /*) target=$link ;;
        *) target=$(dirname "$target")/$link ;;
        esac
        hops=$((hops + 1))
    done
    if [ ! -e "$target" ]; then
        [ "$hops" = 0 ] || why="it is a link to $target, and that is not there"
    elif [ ! -f "$target" ]; then
        why='it is no regular file'
    elif [ ! -r "$target" ]; then
        why='it cannot be read'
    else
        found=$(blocks "$target")
    fi
    [ -n "$why" ] || ! is_protected || why=$protected
}

# The mode counts for root too: who made a file read-only meant it.
is_protected() {
    protected=''
    above=$(dirname "$target")
    if [ -e "$target" ]; then
        case $(ls -ldn "$target") in ?r-*) protected='it is read-only' ;; esac
        [ -w "$target" ] || protected='it is read-only'
        [ "$me" = 0 ] || [ -n "$(find "$target" -prune -user "$me")" ] || protected='it belongs to somebody else'
    fi
    [ ! -d "$above" ] || [ -w "$above" ] || protected="its folder $above is read-only"
    ! is_root_elsewhere || protected="you are root, and $HOME belongs to somebody else"
    [ -n "$protected" ]
}

# As after `sudo ./install.sh`, where HOME may still be the person's.
is_root_elsewhere() { [ "$me" = 0 ] && [ -z "$(find "$HOME/." -prune -user 0)" ]; }

places() { printf '%s\n' "$found" | sed -n 's/^block //p'; }

# Line numbers of the blocks, for a person.
lines() { places | sed 's/ /-/' | paste -s -d , - | sed 's/,/, /g'; }

broken_line() { printf '%s\n' "$found" | sed -n 's/^half //p' | head -n 1; }

# Writes the target without its blocks, and with BLOCK, a file, in the place of the first or at the end. Byte for byte: a
# last line without a newline, carriage returns, and what is no text stay.
compose() { # BLOCK
    last=0
    while read -r first until && [ -n "$first" ]; do
        [ "$((first - 1))" -le "$last" ] || tail -n "+$((last + 1))" "$target" | head -n "$((first - 1 - last))"
        [ "$last" != 0 ] || [ -z "$1" ] || cat "$1"
        last=$until
    done <<END
$(places)
END
    [ ! -e "$target" ] || tail -n "+$((last + 1))" "$target"
    if [ "$last" = 0 ] && [ -n "$1" ]; then
        ! is_cut "$target" || printf '%s\n' "$line_end"
        cat "$1"
    fi
}

compose_with() { # SHELL
    notes=$found line_end=''
    if [ ! -e "$target" ]; then
        notes='made'
    elif [ -z "$found" ] && is_cut "$target"; then
        notes='cut'
    fi
    block "$1" "$notes" >"$work/block"
    if has_carriage_returns "$target"; then
        line_end=$carriage_return
        # A shell takes a carriage return for a part of the last word; behind a # it is a part of a comment.
        sed "/^#/!s/\$/ #/; s/\$/$carriage_return/" "$work/block" >"$work/ended"
        mv -f "$work/ended" "$work/block"
    fi
    compose "$work/block" >"$work/new"
}

# The newline that was added before the block goes with it, unless something stands behind the block now.
compose_without() {
    compose '' >"$work/rest"
    last=$(places | tail -n 1 | sed 's/.* //')
    size=$(wc -c <"$work/rest")
    case $found in
    *cut*)
        if [ "$(tail -n "+$((last + 1))" "$target" | wc -c)" -eq 0 ] && [ "$size" -gt 0 ]; then
            added=1
            case $found in *crlf*) added=2 ;; esac
            head -c "$((size - added))" "$work/rest"
            return 0
        fi
        ;;
    esac
    cat "$work/rest"
}

is_cut() { [ -s "$1" ] && [ "$(tail -c 1 "$1" | wc -l)" -eq 0 ]; }

has_carriage_returns() { # FILE: all of its lines end so
    [ -f "$1" ] || return 1
    ended=$(($(wc -l <"$1")))
    [ "$ended" -gt 0 ] && [ "$(head -n "$ended" "$1" | LC_ALL=C grep -vc "$carriage_return\$")" = 0 ]
}

# Beside the name and not beside what it links to: a dotfile repository gets no file that it does not know.
back_up() { # FILE
    backup=$1.assume-backup
    if [ ! -e "$backup" ] && [ ! -L "$backup" ]; then
        cp -p "$target" "$backup"
        say "kept a copy as $backup"
    elif ! cmp -s "$target" "$backup"; then
        say "left the older copy $backup as it is"
    fi
}

# Whole or not at all, with mode and owner as they were; a file of several names stays one.
overwrite() { # FROM
    if [ ! -e "$target" ]; then
        half_made=$target.$$
        (umask "$own_umask" && cat "$1" >"$half_made") || return 1
        mv -f "$half_made" "$target"
    elif [ -n "$(find "$target" -prune -links +1)" ]; then
        cp -p "$target" "$work/whole" || return 1
        cat "$1" >"$target" || {
            cat "$work/whole" >"$target"
            return 1
        }
    else
        half_made=$(mktemp "$target.XXXXXX") || return 1
        cp -p "$target" "$half_made" && cat "$1" >"$half_made" && mv -f "$half_made" "$target" || return 1
    fi
    half_made=''
}

leave() { # SHELL FILE
    left=yes
    broken=$(broken_line)
    if [ -n "$broken" ]; then
        warn "$2 is left as it is: in line $broken there is a marker of assume without its other one" \
            "delete what is left of that block ($begin to $end), then run this again"
        return 0
    fi
    warn "$2 is left as it is: $why" 'add these lines to it yourself:'
    block "$1" '' | sed 's/^/    /' >&2
}

# Adds the block to a start file, or brings the one it has up to date.
set_up() { # SHELL FILE
    examine "$2"
    if [ -n "$(broken_line)" ] || { [ -n "$why" ] && [ -z "$found" ]; }; then
        leave "$1" "$2"
        return 0
    fi
    compose_with "$1"
    if cmp -s "$work/new" "$target" 2>/dev/null; then
        say "$2 loads assume already"
    elif [ -n "$why" ]; then
        leave "$1" "$2"
        return 0
    elif is_wanted "$2"; then
        if ! make_folder "$(dirname "$target")" 2>/dev/null; then
            why='its folder cannot be made'
            leave "$1" "$2"
            return 0
        fi
        [ ! -e "$target" ] || [ -n "$found" ] || back_up "$2"
        overwrite "$work/new" || fail "cannot write $target" "see whether the disk is full; $2 is as it was"
        say "changed $2"
    else
        return 0
    fi
    loaded=yes
}

# Shows what is to change in a start file, and asks.
is_wanted() { # FILE
    case $(($(places | wc -l))) in
    0) change="add these lines to $1" ;;
    1) change="bring lines $(lines) of $1 up to date" ;;
    *) change="leave one of the blocks (lines $(lines)) in $1" ;;
    esac
    answerable=yes
    [ "$yes" = yes ] || has_terminal || answerable=no
    say ''
    case $answerable-$yes-$dry_run in
    no-*) say "$1 is left as it is: there is no terminal to ask at. --yes would $change:" ;;
    *-yes-yes) say "would $change:" ;;
    *-no-yes) say "would ask whether to $change:" ;;
    *) say "$change:" ;;
    esac
    sed "s/$carriage_return\$//; s/^/    /" "$work/block" >&2
    [ "$answerable-$dry_run" = yes-no ] || return 1
    [ "$yes" = no ] || return 0
    printf 'Do that? [Y/n] ' >/dev/tty
    IFS= read -r answer </dev/tty || return 1
    case $answer in '' | [Yy] | [Yy][Ee][Ss]) return 0 ;; esac
    say "left $1 as it is"
    return 1
}

# Takes the blocks out of a start file. The file is then byte for byte what it would be had there never been one.
take_out() { # FILE
    examine "$1"
    [ -n "$found" ] || return 0
    if [ -n "$(broken_line)" ]; then
        leave '' "$1"
        return 0
    fi
    loads_ours || {
        warn "the block in $1 (lines $(lines)) loads an assume that is not in $prefix: it stays" \
            'run this again with the --prefix of that one'
        return 0
    }
    if [ -n "$why" ]; then
        left=yes
        warn "$1 is left as it is: $why" "delete its lines $(lines)"
        return 0
    fi
    compose_without >"$work/new"
    step "take lines $(lines) out of $1" || return 0
    case $found in
    *made*)
        if [ ! -s "$work/new" ] && [ ! -L "$1" ]; then
            rm -f "$target"
            return 0
        fi
        ;;
    esac
    overwrite "$work/new" || fail "cannot write $target" "see whether the disk is full; $1 is as it was"
    backup=$1.assume-backup
    if [ -f "$backup" ] && [ ! -L "$backup" ]; then
        if cmp -s "$target" "$backup"; then
            rm -f "$backup"
        else
            say "left $backup, since $1 has changed since"
        fi
    fi
}

loads_ours() {
    for name in bash fish; do
        ! grep -qF -- "$(quoted "$name" "$prefix/bin/assume") init" "$target" || return 0
    done
    return 1
}

# ---- other programs of that name -----------------------------------------------------------------------------

# Granted names its script assume too, and makes an alias of that name: either would be run in place of this program.
say_other_assume() {
    first=$(command -v assume || true)
    case $first in
    /*)
        [ "$first" = "$prefix/bin/assume" ] ||
            warn "another assume comes first on your PATH: $first" "put $prefix/bin before it, or remove it (Granted installs one of that name)"
        ;;
    esac
    for file in "$HOME/.bashrc" "$HOME/.bash_profile" "$HOME/.bash_login" "$HOME/.profile" "$HOME/.bash_aliases" \
        "$HOME/.zshenv" "$zsh_home/.zshrc" "$zsh_home/.zprofile" "$(config_folder)/fish/config.fish"; do
        line=$(LC_ALL=C sed -n '/^[[:space:]]*alias assume[= ]/{=;q;}' "$file" 2>/dev/null) || true
        [ -z "$line" ] || warn "$file makes an alias named assume in line $line, which may go before this program" \
            'remove that line (Granted writes one), and open a new shell'
    done
    file=$(config_folder)/fish/functions/assume.fish
    [ ! -e "$file" ] || warn "$file is a function named assume, which may go before this program" 'remove it, and open a new fish'
}

# ---- install and uninstall -----------------------------------------------------------------------------------

install() {
    case $prefix in
    "$HOME"/*) ! is_root_elsewhere || fail "you are root, and $HOME belongs to somebody else" 'run this without sudo' ;;
    esac
    [ ! -d "$prefix/bin/assume" ] || fail "$prefix/bin/assume is a folder" 'choose another --prefix'
    if [ -f "$here/Cargo.toml" ]; then from_checkout; else from_archive; fi
    files='assume bin/assume
completions/bash share/bash-completion/completions/assume
completions/zsh share/zsh/site-functions/_assume
completions/fish share/fish/vendor_completions.d/assume.fish'
    for page in "$work"/man/*.1; do
        files="$files
man/${page##*/} share/man/man1/${page##*/}"
    done
    each_file refuse_foreign
    if [ "$dry_run" = no ]; then
        make_folder "$prefix/share/assume" || fail "cannot make $prefix/share/assume" 'choose another --prefix'
        # Before they are there: what is interrupted can be gone on with, or taken out.
        each_file remember_one
        save_record .
    fi
    each_file place_one
    [ "$dry_run" = yes ] || forget_old
    for shell in $shells; do
        start_files "$shell" >"$work/starts"
        # The terminal is what answers are read from; this list must not be.
        while IFS=' ' read -r kind file <&4; do
            set_up "$kind" "$file"
        done 4<"$work/starts"
    done
    [ "$dry_run" = yes ] || save_record '^folder '
    say_other_assume
    say_next
}

each_file() { # COMMAND
    while read -r from to; do
        "$1" "$from" "$to"
    done <<END
$files
END
}

place_one() {
    mode=644
    case $1 in
    assume) mode=755 ;;
    # The installed program writes these: they call it by its full path.
    completions/*)
        mkdir -p "$work/completions"
        [ "$dry_run" = yes ] || "$prefix/bin/assume" init "${1#*/}" --completions >"$work/$1" </dev/null
        ;;
    esac
    place "$work/$1" "$prefix/$2" "$mode"
}

# What an earlier version installed and this one does not have.
forget_old() {
    sed -n 's/^file //p' "$record" >"$work/old"
    while IFS= read -r file; do
        grep -qxF -- "file $file" "$work/made" || ! is_removable "$file" || rm -f "$file"
    done <"$work/old"
}

# A record names files of this prefix alone, whoever wrote it.
is_removable() { # FILE
    case $1 in
    */../*) return 1 ;;
    "$prefix/bin/assume" | "$prefix/share/bash-completion/completions/assume" | "$prefix/share/zsh/site-functions/_assume" | \
        "$prefix/share/fish/vendor_completions.d/assume.fish" | "$prefix"/share/man/man1/assume*.1) ;;
    *) return 1 ;;
    esac
}

# shellcheck disable=SC2016 # text for the person's own shell
say_next() {
    [ "$dry_run" = no ] || return 0
    case :$PATH: in
    *":$prefix/bin:"*) ;;
    *)
        [ -n "$loaded" ] || say "$prefix/bin is not on your PATH. This puts it there: export PATH=$(quoted sh "$prefix/bin"):\"\$PATH\""
        ;;
    esac
    case $loaded in
    '')
        say 'Without the lines that load it, assume switches a shell by'
        say '    eval $(assume PROFILE)      in bash and zsh'
        say '    eval (assume PROFILE)       in fish'
        ;;
    *) say 'Open a new shell; then "assume list" shows the profiles, and "assume PROFILE" switches.' ;;
    esac
}

uninstall() {
    for kind in bash zsh fish; do all_start_files "$kind"; done >"$work/starts"
    sort -u "$work/starts" >"$work/each"
    while IFS= read -r file; do
        take_out "$file"
    done <"$work/each"

    something=no
    if [ -f "$record" ]; then
        cp "$record" "$work/record"
    else
        # As earlier versions of this script installed it.
        : >"$work/record"
        if is_foreign "$prefix/bin/assume"; then
            say "left $prefix/bin/assume, which this did not install"
        else
            echo "file $prefix/bin/assume" >"$work/record"
        fi
    fi
    while read -r kind path; do
        if [ "$kind" = file ] && is_removable "$path" && [ -e "$path" ]; then
            something=yes
            ! step "delete $path" || rm -f "$path"
        fi
    done <"$work/record"
    [ "$something" = yes ] || say "no assume is installed in $prefix"
    if [ "$dry_run" = no ]; then
        rm -f "$record"
        # Those that hold something of other people stay.
        remove_empty "$work/record"
    fi
    say_vault
    [ "$left" = no ]
}

all_start_files() { # SHELL
    case $1 in
    bash) for name in .bashrc .bash_profile .bash_login .profile; do printf '%s\n' "$HOME/$name"; done ;;
    zsh) printf '%s\n' "$HOME/.zshrc" "$zsh_home/.zshrc" ;;
    fish) printf '%s\n' "$(config_folder)/fish/conf.d/assume.fish" ;;
    esac
}

say_vault() {
    vault=${XDG_STATE_HOME-}
    case $vault in /*) ;; *) vault=$HOME/.local/state ;; esac
    vault=${ASSUME_STATE_DIR:-$vault/assume}
    [ ! -d "$vault" ] || say "The vault, with sealed sign-ins and keys, stays in $vault; so does ~/.aws."
}

# ---- the way through -----------------------------------------------------------------------------------------

clean_up() {
    status=$?
    trap - EXIT
    [ -z "$half_made" ] || rm -f "$half_made"
    if [ "$status" != 0 ] && [ "$what" = install ] && [ ! -e "$prefix/bin/assume" ]; then
        # Nothing was installed: no folder stays behind either.
        rm -f "$record" "$record.$$"
        remove_empty "$work/made"
    elif [ "$status" != 0 ] && [ "$what" = install ] && [ -f "$record" ]; then
        save_record .
    fi
    [ -z "$work" ] || rm -rf "$work"
    exit "$status"
}

add_shells() { # NAMES
    for name in $(printf '%s\n' "$1" | tr ',' ' '); do
        case $name in
        bash | zsh | fish) case " $shells " in *" $name "*) ;; *) shells="$shells $name" ;; esac ;;
        none) ;;
        *) wrong_usage "--shell takes bash, zsh, fish or none, not '$name' (PowerShell has install.ps1)" ;;
        esac
    done
    chosen=yes
}

own_shell() {
    case ${SHELL-} in
    */bash | */zsh | */fish) add_shells "${SHELL##*/}" ;;
    *) say "no start file is changed: \$SHELL is ${SHELL:-not set}; --shell bash, zsh or fish names one" ;;
    esac
}

options() {
    while [ $# -gt 0 ]; do
        case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --prefix | --shell) [ $# -ge 2 ] || wrong_usage "$1 needs a value" ;;
        esac
        case $1 in
        --try) what=try ;;
        --uninstall) what=uninstall ;;
        --dry-run) dry_run=yes ;;
        -y | --yes) yes=yes ;;
        --no-shell) add_shells none ;;
        --prefix=*) prefix=${1#*=} ;;
        --shell=*) add_shells "${1#*=}" ;;
        --prefix)
            prefix=$2
            shift
            ;;
        --shell)
            add_shells "$2"
            shift
            ;;
        *) wrong_usage "no option is called '$1'" ;;
        esac
        shift
    done
}

settle_prefix() {
    case $prefix in
    '') wrong_usage '--prefix needs a folder' ;;
    # As in --prefix=~/x, where a shell expands nothing.
    [~] | [~]/*) prefix=$HOME${prefix#?} ;;
    /*) ;;
    *) prefix=$PWD/$prefix ;;
    esac
    while [ "$prefix" != "${prefix%/}" ]; do prefix=${prefix%/}; done
    case $prefix in
    *:*) fail "$prefix has a colon in its name, and PATH cannot hold that" 'choose another --prefix' ;;
    esac
    case $prefix$HOME${ZDOTDIR-}${XDG_CONFIG_HOME-} in
    *"
"*) fail 'a folder with a newline in its name cannot be written into a start file' 'choose another --prefix' ;;
    esac
    record=$prefix/share/assume/installed
}

main() {
    own_umask=$(umask)
    umask 022
    what=install dry_run=no yes=no chosen=no shells='' prefix='' half_made='' work='' left=no loaded=''
    colours
    case ${HOME-} in
    /*) ;;
    *) fail 'HOME is not set to a folder' 'set HOME, and run this again' ;;
    esac
    prefix=$HOME/.local
    options "$@"
    settle_prefix
    here=$(cd "$(dirname "$0")" && pwd)
    [ -f "$here/install.sh" ] || fail 'this is run as a file, from a checkout or an unpacked archive' './install.sh'
    cd "$here"
    if [ "$what" = try ]; then
        [ -f "$here/try.sh" ] || fail '--try needs a checkout: an archive has no stand-in AWS' 'clone the repository'
        need_rust
        umask "$own_umask"
        exec "$here/try.sh"
    fi
    me=$(id -u)
    carriage_return=$(printf '\r')
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    work=$(mktemp -d "${TMPDIR:-/tmp}/assume-install.XXXXXX")
    : >"$work/made"
    zsh_home=$(zsh_folder)
    if [ "$what" = uninstall ]; then
        uninstall
    else
        [ "$chosen" = yes ] || own_shell
        install
    fi
}

# In braces: cut off behind `main` it would run without its words.
{
    main "$@"
}
