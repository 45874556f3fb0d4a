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

# Whether what is printed may be for another shell to evaluate, as in `eval $(assume dev)`: a subshell that writes into a
# pipe. Into a file the keys would go in clear, and elsewhere nobody would switch.
function __assume_for_another {
    [[ ${ZSH_SUBSHELL-1} != 0 && ! -t 1 && ! -f /dev/fd/1 && ! -c /dev/fd/1 ]]
}

function assume {
    \builtin emulate -L zsh
    if ! __assume_in_place "$@" || __assume_for_another; then
        __ASSUME_BINARY__ "$@"
        \builtin return
    fi
    # A trace would show the keys, and traps would be told them, and print into the text. All come back with the
    # function's end, also after Ctrl-C.
    \builtin setopt no_xtrace no_verbose no_aliases
    \builtin trap - DEBUG ZERR
    \builtin local __assume_text __assume_status=0
    __assume_text=$(ASSUME_SHELL=zsh __ASSUME_BINARY__ "$@") || __assume_status=$?
    case $__assume_status:$__assume_text in
    0:'{ if test assume/1:'*'}') \builtin eval "$__assume_text" || __assume_status=$? ;;
    0:*)
        \builtin echo 'assume: what came is not for this shell' >&2
        \builtin echo 'hint: leave --shell out; after an upgrade of assume, open a new shell' >&2
        __assume_status=1
        ;;
    *) ;;
    esac
    \builtin return $__assume_status
}
