# Whether what is printed here may be for another shell to evaluate, as in `eval $(assume dev)`. For bash and zsh.
# shellcheck shell=bash

# A subshell that writes into a pipe: into a file the keys would go in clear. Of a pipe, a shell that this one is a part of
# has the other end. It says yes where it cannot tell.
function __assume_for_another {
    if [[ ${BASH_SUBSHELL-${ZSH_SUBSHELL-1}} == 0 || -t 1 || -f /dev/fd/1 || -c /dev/fd/1 ]]; then
        \builtin return 1
    fi
    # In a subshell, for the options that names of files depend on.
    (
        if [[ -n ${BASH_VERSION-} ]]; then
            \builtin set +efu
            \builtin shopt -u failglob nullglob
            \builtin unset -v GLOBIGNORE
        else
            \builtin setopt null_glob
        fi
        __assume_a_shell_reads
    ) 2>/dev/null
}

function __assume_a_shell_reads {
    \builtin local __assume_stat='' __assume_pid
    IFS= \builtin read -r __assume_stat </proc/self/stat || \builtin return 0
    while [[ $__assume_stat == *') '* ]]; do
        # Behind the name, which may hold anything: the state, the parent.
        __assume_stat=${__assume_stat##*') '}
        __assume_stat=${__assume_stat#* }
        __assume_pid=${__assume_stat%% *}
        if [[ ! -r /proc/$__assume_pid/fd ]] || __assume_reads "$__assume_pid"; then
            \builtin return 0
        fi
        if [[ $__assume_pid == "$$" ]]; then
            \builtin return 1
        fi
        IFS= \builtin read -r __assume_stat <"/proc/$__assume_pid/stat" || \builtin return 0
    done
    \builtin return 0
}

# Whoever reads sleeps. A shell that starts the parts of a pipeline has all ends of its pipes for a moment.
function __assume_reads { # PID
    \builtin local __assume_try __assume_state=''
    for ((__assume_try = 0; __assume_try < 1000; __assume_try++)); do
        __assume_has_a_pipe "$1" || \builtin return 1
        IFS= \builtin read -r __assume_state <"/proc/$1/stat" || \builtin return 0
        if [[ ${__assume_state##*') '} == S* ]] && __assume_has_a_pipe "$1"; then
            \builtin return 0
        fi
    done
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
