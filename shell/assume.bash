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
    \builtin local __assume_text='' __assume_status=0 __assume_another='' __assume_taken='' __assume_reader=''
    if [[ $- == *[axvET]* ]]; then
        __assume_flags=("${-//[!axvET]/}")
        { \builtin set +axvET; } 2>/dev/null
    fi
    __assume_switch "$@"
    if [[ -n ${__assume_flags[0]-} ]]; then
        __assume_as_before
    fi
    \builtin return "$__assume_status"
}

# A function of its own, which has no part in DEBUG and ERR traps: they would be told the keys, and print into the text.
function __assume_switch {
    __assume_text=$(ASSUME_SHELL=bash __ASSUME_BINARY__ "$@") || __assume_status=$?
    if __assume_is_taken "${BASH_SUBSHELL-1}"; then
        __assume_taken=1
        if __assume_for_another; then
            __assume_reader=1
        fi
    fi
    case $__assume_status:$__assume_text in
    0:'{ if test assume/1:'*'}')
        __assume_another=$__assume_text
        # Here, too: what comes next in this subshell must not run as before. The other one says what there is to say.
        if [[ -n $__assume_reader ]]; then
            __assume_evaluate 2>/dev/null || __assume_status=1
            \builtin printf '%s\n' "$__assume_another"
        else
            __assume_evaluate || __assume_status=1
            if [[ -n $__assume_taken ]]; then
                __assume_print_no_keys
            fi
        fi
        ;;
    0:*)
        if [[ -n $__assume_taken ]]; then
            \builtin printf '%s\n' "$__assume_text"
        else
            \builtin echo 'assume: what came is not for this shell' >&2
            \builtin echo 'hint: leave --shell out; after an upgrade of assume, open a new shell' >&2
            __assume_status=1
        fi
        ;;
    *)
        if [[ -n $__assume_taken ]]; then
            \builtin printf '%s\n' "${__assume_text:-false;}"
        fi
        ;;
    esac
    __assume_text=''
    __assume_another=''
}

# The text in __assume_text, without aliases.
function __assume_evaluate {
    \builtin local __assume_aliases='' __assume_outcome=0
    if \builtin shopt -q expand_aliases; then
        __assume_aliases=1
        \builtin shopt -u expand_aliases
    fi
    \builtin eval "$__assume_text" || __assume_outcome=$?
    __assume_text=''
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
