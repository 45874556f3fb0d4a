# shellcheck shell=bash
# Archives for people: the program with all that belongs to it, laid out as install.sh and install.ps1 expect it.

# What every archive and package carries beside the program.
lay_papers() { # FOLDER TARGET
    cp LICENSE-MIT LICENSE-APACHE README.md CHANGELOG.md SECURITY.md "$1/"
    python3 release/licences.py "$2" >"$1/LICENSES-THIRD-PARTY"
}

# As they are for /usr/bin/assume, for those who make packages. install.sh does not take these: it asks the installed
# program, which knows its own path.
lay_completions() { # FOLDER
    mkdir -p "$1"
    render bash >"$1/assume.bash"
    render zsh >"$1/_assume"
    render fish >"$1/assume.fish"
    render powershell >"$1/assume.ps1"
}

# The program writes the path that it was called by.
render() { # SHELL
    # shellcheck disable=SC2016 # for the inner shell
    env -i HOME=/nowhere bash -c 'exec -a /usr/bin/assume "$0" init "$1" --completions' "$program" "$1"
}

make_archive() { # TARGET
    local name=assume-$version-$1
    local folder=$work/$name
    mkdir -p "$folder/man"
    cp "$program" "$folder/assume"
    cp install.sh "$folder/"
    cp docs/man/*.1 "$folder/man/"
    lay_completions "$folder/completions"
    lay_papers "$folder" "$1"
    chmod -R u=rwX,go=rX "$folder"
    chmod 755 "$folder/assume" "$folder/install.sh"
    sums_of "$folder" >"$work/sums"
    mv "$work/sums" "$folder/SHA256SUMS"
    "$tar" --create --directory "$work" --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 \
        --numeric-owner "$name" | gzip -n -9 >"$work/$name.tar.gz"
    publish "$work/$name.tar.gz"
}

make_zip() { # TARGET
    local name=assume-$version-$1
    local folder=$work/$name
    need zip zip
    mkdir -p "$folder"
    cp "$program" "$folder/assume.exe"
    cp install.ps1 "$folder/"
    lay_papers "$folder" "$1"
    chmod -R u=rwX,go=rX "$folder"
    sums_of "$folder" >"$work/sums"
    mv "$work/sums" "$folder/SHA256SUMS"
    settle_times "$folder"
    (cd "$work" && find "$name" -type f | sort | zip -q -X -9 -@ "$name.zip")
    publish "$work/$name.zip"
}
