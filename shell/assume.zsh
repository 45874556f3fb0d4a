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

# Whether a variable that has to change comes back as this command ends (`AWS_REGION=x assume dev`, of which nothing in here can
# tell but the line itself), or the function that called it. It is in __assume_text then.
function __assume_comes_back {
    __assume_text=${__assume_alone-}
    \builtin unset -v __assume_alone
    if [[ -n $__assume_text ]]; then
        \builtin return 0
    fi
    for __assume_text in __ASSUME_TOUCHED__; do
        if [[ ${(Pt)__assume_text} == *local* ]]; then
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
    \builtin local __assume_text __assume_status=0 __assume_another='' __assume_taken='' __assume_reader=''
    if __assume_comes_back; then
        \builtin echo "assume: $__assume_text is set for this command or function alone: nothing was changed" >&2
        \builtin echo 'hint: put no assignment before assume, and call it where that variable is not local' >&2
        if __assume_is_taken "${ZSH_SUBSHELL-1}"; then
            \builtin echo 'false;'
        fi
        \builtin return 2
    fi
    __assume_text=$(ASSUME_SHELL=zsh __ASSUME_BINARY__ "$@") || __assume_status=$?
    if __assume_is_taken "${ZSH_SUBSHELL-1}"; then
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
            \builtin eval "$__assume_text" 2>/dev/null || __assume_status=1
            \builtin printf '%s\n' "$__assume_another"
        else
            \builtin eval "$__assume_text" || __assume_status=1
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
    \builtin return $__assume_status
}
