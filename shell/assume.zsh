# assume for zsh: lets `assume dev` act on this shell.
# Loaded by: eval "$(assume init zsh)"

\builtin unalias assume 2>/dev/null || \builtin true

# Whether these words switch or leave: a profile, `-`, `off`, `switch`, or none at all. Other verbs and help do not.
function __assume_in_place {
    \builtin emulate -L zsh
    \builtin local __assume_word __assume_skip='' __assume_seen=''
    for __assume_word in "$@"; do
        if [[ -n $__assume_skip ]]; then
            __assume_skip=''
            continue
        fi
        case $__assume_word in
        --) \builtin return 0 ;;
        -h | --help | -V | --version) \builtin return 1 ;;
        __ASSUME_VALUED__) __assume_skip=1 ;;
        -) __assume_seen=1 ;;
        -*) ;;
        __ASSUME_VERBS__)
            if [[ -z $__assume_seen ]]; then
                \builtin return 1
            fi
            ;;
        *) __assume_seen=1 ;;
        esac
    done
}

# Whether a variable that has to change, in __assume_name then, comes back as this command ends (`AWS_REGION=x assume dev`, of
# which nothing in here can tell but the line itself), or as the function that called it does.
function __assume_comes_back {
    __assume_name=${__assume_alone-}
    \builtin unset -v __assume_alone
    if [[ -n $__assume_name ]]; then
        \builtin return 0
    fi
    for __assume_name in __ASSUME_TOUCHED__; do
        if [[ ${(Pt)__assume_name} == *local* ]]; then
            \builtin return 0
        fi
    done
    \builtin return 1
}

function assume {
    \builtin emulate -L zsh
    if ! __assume_in_place "$@"; then
        __ASSUME_BINARY__ "$@"
        \builtin return
    fi
    # A trace would show the keys, and traps would be told them, and print into the text. All come back with the
    # function's end, also after Ctrl-C.
    \builtin setopt no_xtrace no_verbose no_aliases
    \builtin trap - DEBUG ZERR
    \builtin local __assume_text='' __assume_status=0 __assume_name
    if __assume_comes_back; then
        \builtin echo "assume: $__assume_name is set for this command or function alone: nothing was changed" >&2
        \builtin echo 'hint: put no assignment before assume, and call it where that variable is not local' >&2
        if __assume_is_taken "${ZSH_SUBSHELL-1}"; then
            \builtin echo 'false;'
        fi
        \builtin return 2
    fi
    __assume_switch zsh "${ZSH_SUBSHELL-1}" "$@"
    \builtin return $__assume_status
}

function __assume_evaluate {
    \builtin eval "$__assume_text"
}
