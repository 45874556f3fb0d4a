# What a switch does in bash and zsh, once the wrapper has made the shell fit for it.
# shellcheck shell=bash
# One text with the wrapper, whose locals these are.
# shellcheck disable=SC2034,SC2154

# Asks the binary, and evaluates its text; what comes of it is in __assume_status. A function of its own, which in bash has no
# part in DEBUG and ERR traps: they would be told the keys, and print into the text.
function __assume_switch { # SHELL SUBSHELLS WORD...
    \builtin local __assume_shell="$1" __assume_taken=''
    if __assume_is_taken "$2"; then
        __assume_taken=1
    fi
    \builtin shift 2
    __assume_text=$(ASSUME_SHELL=$__assume_shell __ASSUME_BINARY__ "$@") || __assume_status=$?
    case $__assume_status:$__assume_text in
    0:'{ if test assume/1:'*'}')
        # Here also where another shell gets it: what comes next in this subshell must not run as before. The other one says
        # what there is to say.
        if [[ -n $__assume_taken ]] && __assume_for_another; then
            __assume_evaluate 2>/dev/null || __assume_status=1
            \builtin printf '%s\n' "$__assume_text"
        else
            __assume_evaluate || __assume_status=1
            if [[ -n $__assume_taken ]]; then
                # Whoever else evaluates it is to fail.
                \builtin echo ": 'assume writes no keys into a pipe that no shell of this script reads'; false;"
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
}

# ---- who reads what is printed ---------------------------------------------------------------------------------

# Whether somebody takes it, by a pipe that a subshell writes into. Into a file the keys would go in clear.
function __assume_is_taken { # SUBSHELLS
    [[ $1 != 0 && ! -t 1 && ! -f /dev/fd/1 && ! -c /dev/fd/1 ]]
}

# Whether that is a shell of which this one is a part. Yes, where it cannot be told.
function __assume_for_another {
    # In a subshell, for the options that names of files depend on.
    (
        \builtin set +efu
        \builtin shopt -u failglob nullglob || \builtin setopt null_glob
        \builtin unset -v GLOBIGNORE
        __assume_a_shell_reads
    ) 2>/dev/null
}

function __assume_a_shell_reads {
    \builtin local __assume_stat='' __assume_pid __assume_part
    IFS= \builtin read -r __assume_stat </proc/self/stat || \builtin return 0
    __assume_part=${__assume_stat%% *}
    while [[ $__assume_stat == *') '* ]]; do
        # Behind the name, which may hold anything: the state, the parent.
        __assume_stat=${__assume_stat##*') '}
        __assume_stat=${__assume_stat#* }
        __assume_pid=${__assume_stat%% *}
        if [[ ! -r /proc/$__assume_pid/fd ]] || __assume_reads "$__assume_pid" "$__assume_part"; then
            \builtin return 0
        fi
        if [[ $__assume_pid == "$$" ]]; then
            \builtin return 1
        fi
        __assume_part=$__assume_pid
        IFS= \builtin read -r __assume_stat <"/proc/$__assume_pid/stat" || \builtin return 0
    done
    \builtin return 0
}

# A shell that reads what a part of it writes has started nothing since, and sleeps. One that starts a pipeline has all ends of
# its pipes for a moment; it is at work then, or has started the next part.
function __assume_reads { # PID PART
    \builtin local __assume_try __assume_state='' __assume_children=''
    for ((__assume_try = 0; __assume_try < 1000; __assume_try++)); do
        __assume_has_a_pipe "$1" || \builtin return 1
        if [[ -r /proc/$1/task/$1/children ]]; then
            # From the oldest to the youngest, with a blank behind each.
            IFS= \builtin read -r __assume_children <"/proc/$1/task/$1/children" || \builtin true
            [[ " $__assume_children" == *" $2 " ]] || \builtin return 1
        fi
        IFS= \builtin read -r __assume_state <"/proc/$1/stat" || \builtin return 0
        if [[ ${__assume_state##*') '} == S* ]] && __assume_has_a_pipe "$1"; then
            \builtin return 0
        fi
    done
    \builtin return 0
}

# Whether it has our pipe for reading (both ends are one file), or another: what reads ours may write into that, as a filter
# does. Of its stdin that says nothing.
function __assume_has_a_pipe { # PID
    \builtin local __assume_fd __assume_mode=''
    for __assume_fd in "/proc/$1/fd"/*; do
        if [[ -p $__assume_fd && ($__assume_fd -ef /dev/fd/1 || ${__assume_fd##*/} != [012]) ]]; then
            {
                \builtin read -r __assume_mode
                \builtin read -r __assume_mode
            } <"/proc/$1/fdinfo/${__assume_fd##*/}"
            # Octal, and at its end 0 for reading.
            if [[ $__assume_mode == *0 ]]; then
                \builtin return 0
            fi
        fi
    done
    \builtin return 1
}
