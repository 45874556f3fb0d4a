# assume for bash 3.2 and later: lets `assume dev` act on this shell.
# Loaded by: eval "$(assume init bash)"
# shellcheck shell=bash

\builtin unalias assume 2>/dev/null || \builtin true

# Under `set -a` every function would be exported. An array never is.
__assume_flags=("${-//[!a]/}")
\builtin set +a

# In posix mode bash before 5.1 cannot even read the hook.
__assume_posix=''
if [[ :$SHELLOPTS: == *:posix:* ]]; then
    __assume_posix=1
    \builtin set +o posix
fi

# Whether these words switch or leave: a profile, `-`, `off`, `switch`, or none at all. Other verbs and help do not.
function __assume_in_place {
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

function assume {
    if ! __assume_in_place "$@"; then
        __ASSUME_BINARY__ "$@"
        \builtin return
    fi
    \builtin local __assume_text='' __assume_status=0
    if [[ $- == *[axvET]* ]]; then
        __assume_flags=("${-//[!axvET]/}")
        { \builtin set +axvET; } 2>/dev/null
    fi
    __assume_switch bash "${BASH_SUBSHELL-1}" "$@"
    if [[ -n ${__assume_flags[0]-} ]]; then
        __assume_as_before
    fi
    \builtin return "$__assume_status"
}

# The text in __assume_text, without aliases.
function __assume_evaluate {
    \builtin local __assume_aliases='' __assume_outcome=0
    if \builtin shopt -q expand_aliases; then
        __assume_aliases=1
        \builtin shopt -u expand_aliases
    fi
    \builtin eval "$__assume_text" || __assume_outcome=$?
    if [[ -n $__assume_aliases ]]; then
        \builtin shopt -s expand_aliases
    fi
    \builtin return "$__assume_outcome"
}

# What was off while keys went through this shell: a trace would show them, `set -a` export them, `set -ET` hand them to
# traps. Where Ctrl-C came in between, the next prompt does it.
function __assume_as_before {
    \builtin local __assume_one="${__assume_flags[0]}"
    \builtin unset -v __assume_flags
    \builtin set "-$__assume_one"
}
