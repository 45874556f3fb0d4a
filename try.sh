#!/bin/sh
# Build assume, and run it against a stand-in AWS on this machine, in a HOME that is thrown away: your own shell on a
# terminal, a tour elsewhere. `./install.sh --try` checks for Rust and a C compiler, and starts this.
set -eu

say() { printf '%s\n' "$*" >&2; }

fail() { # MESSAGE HINT
    say "install.sh: $1"
    [ $# -lt 2 ] || say "hint: $2"
    exit 1
}

# A debug build: it takes a third of the time of a release build, and the tests use the same one.
try_it() {
    say 'building assume and the stand-in AWS (a debug build; the first time takes a minute or two)'
    cargo build --locked --quiet --target-dir target --bins -p aws-assume -p identity-center
    place=$(mktemp -d "${TMPDIR:-/tmp}/assume-try.XXXXXX")
    server=''
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start_stand_in
    throw_away_home
    if [ -t 0 ] && [ -t 1 ]; then
        own_shell
    else
        tour
    fi
}

clean_up() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM
    exec 3>&-
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    # What ran in the background there may be writing its last file.
    for _ in 1 2 3 4 5; do
        rm -rf "$place" 2>/dev/null && break
        sleep 1
    done
    [ ! -e "$place" ] || say "install.sh: could not delete $place"
    exit "$status"
}

# It ends with its standard input, so it ends with this script, however that ends.
start_stand_in() {
    mkfifo "$place/alive" "$place/ready"
    # Approved as soon as the page is opened, as by a very quick person.
    target/debug/identity-center --approval opened:200 --exit-with-stdin <"$place/alive" >"$place/ready" 2>"$place/stand-in.log" &
    server=$!
    exec 3>"$place/alive"
    if ! read -r ready <"$place/ready"; then
        cat "$place/stand-in.log" >&2
        fail 'the stand-in AWS did not start'
    fi
    url=$(printf '%s\n' "$ready" | sed 's/.*"url":"\([^"]*\)".*/\1/')
    start_url=$(printf '%s\n' "$ready" | sed 's/.*"start_url":"\([^"]*\)".*/\1/')
    region=$(printf '%s\n' "$ready" | sed 's/.*"region":"\([^"]*\)".*/\1/')
}

throw_away_home() {
    mkdir -p "$place/bin" "$place/home/.aws" "$place/home/.config/assume"
    ln -s "$here/target/debug/assume" "$place/bin/assume"
    # The browser of this HOME: it fetches the sign-in page, which approves.
    cat >"$place/bin/browser" <<END
#!/bin/sh
exec '$(printf '%s' "$here" | sed "s/'/'\\\\''/g")/target/debug/identity-center' browse "\$1" >/dev/null 2>&1 3>&-
END
    chmod +x "$place/bin/browser"
    cat >"$place/home/.aws/config" <<END
[sso-session corp]
sso_start_url = $start_url
sso_region = $region
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-central-1

[profile staging]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = AdministratorAccess
region = eu-central-1

[profile prod]
sso_session = corp
sso_account_id = 777788889999
sso_role_name = ReadOnlyAccess
region = us-east-1
END
    cat >"$place/home/.config/assume/config.toml" <<'END'
[store]
keeper = "file"
cache = "off"
END
    # Nothing of the person's own AWS settings, folders, keyring or desktop reaches what runs from here on.
    for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
        case $name in
        AWS_* | ASSUME_* | XDG_* | DBUS_* | GNOME_KEYRING_* | SSL_CERT_* | DISPLAY | WAYLAND_DISPLAY | *_PROXY | *_proxy)
            unset "$name"
            ;;
        esac
    done
    export HOME="$place/home" PATH="$place/bin:$PATH" BROWSER="$place/bin/browser"
    export AWS_ENDPOINT_URL_SSO="$url" AWS_ENDPOINT_URL_SSO_OIDC="$url" AWS_ENDPOINT_URL_STS="$url"
    export ASSUME_STORE_PASSPHRASE='only for this try'
}

own_shell() {
    cat <<'END'

  This shell has assume in it, and a stand-in AWS behind it: three accounts, one sign-in, a browser that approves.
  Nothing here reaches AWS, your ~/.aws or your keyring. The records are sealed under a passphrase set for you.

    assume list                 the profiles
    assume dev                  this shell becomes Development/AdministratorAccess; the first time signs in
    assume whoami               ask STS whose keys these are
    assume prod                 another account; "assume -" goes back
    assume exec staging -- env  one command in another account
    assume status               this shell and the sign-in
    assume off                  put everything back
    exit                        leave; all of this is deleted

END
    # An interrupt is for what runs in that shell, and for nobody here.
    trap : INT
    name=$(basename "${SHELL:-sh}")
    command -v "$name" >/dev/null 2>&1 || name='sh'
    case $name in
    bash)
        cat >"$HOME/.bashrc" <<'END'
eval "$(assume init bash)"
PS1='${ASSUME_SEGMENT:+$ASSUME_SEGMENT }try $ '
END
        bash --noprofile --rcfile "$HOME/.bashrc" -i 3>&- || true
        ;;
    zsh)
        cat >"$HOME/.zshrc" <<'END'
eval "$(assume init zsh)"
PS1='try %# '
END
        ZDOTDIR=$HOME zsh -d -i 3>&- || true
        ;;
    fish)
        # Where this folder is missing fish fills it, from every manual page, in the background.
        mkdir -p "$HOME/.local/share/fish/generated_completions"
        fish --init-command 'assume init fish | source' 3>&- || true
        ;;
    pwsh)
        pwsh -NoLogo -NoProfile -NoExit -Command 'assume init powershell | Out-String | Invoke-Expression' 3>&- || true
        ;;
    *)
        say "  $name has no wrapper: switch with  eval \"\$(assume dev --shell sh)\""
        "$name" -i 3>&- || true
        ;;
    esac
}

tour() {
    export ASSUME_LOGIN_FLOW=pkce # without a terminal there is nobody to read a code to
    cat >"$place/tour" <<'END'
set -u
step() { # COMMAND [STATUS]: run as if typed, and wrong unless it ends with STATUS
    printf '\n$ %s\n' "$1"
    status=0
    eval "$1" || status=$?
    [ "$status" = "${2-0}" ] || {
        printf 'the tour stops: that ended with status %s, not %s\n' "$status" "${2-0}"
        exit 1
    }
}
is() { # NAME VALUE
    eval "value=\${$1-}"
    [ "$value" = "$2" ] || {
        printf 'the tour stops: %s is "%s", not "%s"\n' "$1" "$value" "$2"
        exit 1
    }
}
if [ -n "${BASH_VERSION-}" ]; then with='' open='eval $(' close=')'; else with=' --shell sh' open='eval "$(' close=')"'; fi
export AWS_REGION=ap-southeast-2 # as somebody had it before

step 'assume list'
step 'assume login corp'
step 'assume status'
step "${open}assume dev$with$close"
is AWS_ACCOUNT_ID 111122223333
is AWS_REGION eu-central-1
step 'assume whoami'
step "${open}assume prod$with$close"
is AWS_ACCOUNT_ID 777788889999
step 'assume whoami'
step "${open}assume -$with$close"
is AWS_ACCOUNT_ID 111122223333
step "assume exec staging -- sh -c 'echo \"\$ASSUME_PROFILE is account \$AWS_ACCOUNT_ID\"; exit 7'" 7
step "${open}assume produ$with$close && echo never reached" 1
is AWS_ACCOUNT_ID 111122223333
printf '\n# is one of these keys in a file of this HOME? (grep finds none, so its status is 1)\n'
step 'printf "%s\n" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" | grep -rF -f - "$HOME"' 1
step "${open}assume off$with$close"
is AWS_ACCOUNT_ID ''
is AWS_ACCESS_KEY_ID ''
is AWS_REGION ap-southeast-2
step 'assume logout corp'
step 'assume process dev --no-input' 3
END
    if command -v bash >/dev/null 2>&1; then shell='bash'; else shell='sh'; fi
    "$shell" "$place/tour" 2>&1 3>&- || fail 'the tour did not go as it should' 'please report it, with the lines above'
    printf '\nThat was assume against a stand-in AWS; all of it is deleted now. To install it: ./install.sh\n'
}

here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
try_it
