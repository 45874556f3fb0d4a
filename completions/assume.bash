# Completion of assume for bash 3.2 and later.
# Loaded by: eval "$(assume init bash)", or as a file of its own where bash-completion looks for one.
# shellcheck shell=bash

# Hands over the line as it is typed: no part of it is evaluated, and what comes back is no pattern.
function __assume_complete {
    \builtin local __assume_text
    COMPREPLY=()
    __assume_text=$(__ASSUME_BINARY__ complete --shell bash __ASSUME_AT_LOAD__ -- "${COMP_TYPE-}" "${COLUMNS-}" \
        "${COMP_POINT-}" "${COMP_LINE-}" "${2-}" ${COMP_WORDS[@]+"${COMP_WORDS[@]}"} </dev/null 2>/dev/null) ||
        __assume_text=''
    case $__assume_text in
    '') ;;
    $'\t'*) __assume_complete_command "${__assume_text#?}" "${2-}" ;;
    *) IFS=$'\n' \builtin read -r -d '' -a COMPREPLY <<<"$__assume_text" || \builtin true ;;
    esac
}

# `assume exec PROFILE -- CMD…`: from the word with this number on, a command as any other.
function __assume_complete_command {
    \builtin local __assume_kind=-c __assume_name
    if \builtin declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
        \builtin return
    fi
    if \builtin declare -F _command_offset >/dev/null; then
        _command_offset "$1"
        \builtin return
    fi
    if [[ $1 != "$COMP_CWORD" ]]; then
        # bash 4 and later complete files themselves where there is no candidate.
        \builtin compopt -o bashdefault -o default 2>/dev/null && \builtin return
        __assume_kind=-f
    fi
    while IFS= \builtin read -r __assume_name && [[ -n $__assume_name ]]; do
        \builtin printf -v __assume_name %q "$__assume_name"
        COMPREPLY[${#COMPREPLY[@]}]=$__assume_name
    done <<<"$(\builtin compgen "$__assume_kind" -- "$2")"
}

\builtin complete -o nosort -F __assume_complete assume 2>/dev/null || \builtin complete -F __assume_complete assume
