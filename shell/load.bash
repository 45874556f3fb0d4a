# What the hook needs of bash, and how it is loaded.
# shellcheck shell=bash
# One text with assume.bash and hook.bash, where the rest of these names is.
# shellcheck disable=SC2034,SC2154

# A plain variable of one of these names came by the environment.
if [[ -z ${__assume_is[19]+set} ]]; then
    \builtin unset -v __assume_is __assume_at __assume_shown
fi

# The wall clock. Whoever unset SECONDS has it in EPOCHSECONDS, from bash 5 on.
function __assume_clock {
    __assume_now=${SECONDS-}
    if ! __assume_number "$__assume_now"; then
        __assume_now=${EPOCHSECONDS-}
        __assume_number "$__assume_now" || __assume_now=0
    fi
}

function __assume_hook {
    \builtin local __assume_before="$?"
    if [[ -n ${__assume_is[19]+set} ]]; then
        __assume_prompt
    fi
    # Under `set -e` a status that is no success would end the shell; bash puts $? back itself after the hooks.
    if [[ $- == *e* ]]; then
        \builtin return 0
    fi
    \builtin return "$__assume_before"
}

function __assume_ask {
    \builtin local __assume_options="$-" __assume_text='' __assume_status=0
    if [[ $- == *[xv]* ]]; then
        # A trace would show the keys.
        { \builtin set +xv; } 2>/dev/null
    fi
    __assume_text=$(
        \builtin set +eu +o posix
        ASSUME_SHELL=bash
        \builtin export ASSUME_SHELL
        __assume_answer "$@"
    ) || __assume_status=$?
    case $__assume_status:$__assume_text in
    0:'{ if test assume/1:'*'}') __assume_evaluate || \builtin true ;;
    124:*) __assume_at[7]=hung ;;
    *) ;;
    esac
    if [[ $__assume_options == *v* ]]; then
        \builtin set -v
    fi
    if [[ $__assume_options == *x* ]]; then
        \builtin set -x
    fi
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

# Between marks that tell readline of their having no width.
function __assume_show { # STATE
    \builtin local __assume_color=''
    __assume_color_of "$1"
    if [[ -n $__assume_color ]]; then
        __assume_shown=$'\001\033['$__assume_color$'m\002'$ASSUME_SEGMENT$'\001\033[0m\002 '
    else
        __assume_shown="$ASSUME_SEGMENT "
    fi
}

function __assume_hide {
    \builtin unset -v __assume_shown
}

# First of what runs before a prompt, so that what the others draw is up to date.
function __assume_load {
    \builtin local __assume_one
    if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then
        for __assume_one in ${precmd_functions[@]+"${precmd_functions[@]}"}; do
            if [[ $__assume_one == __assume_hook ]]; then
                \builtin return 0
            fi
        done
        precmd_functions=(__assume_hook ${precmd_functions[@]+"${precmd_functions[@]}"})
        \builtin return 0
    fi
    for __assume_one in ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"}; do
        if [[ $__assume_one == *__assume_hook* ]]; then
            \builtin return 0
        fi
    done
    # Before 5.1 bash runs only the first element of an array.
    if [[ -n ${PROMPT_COMMAND[1]+set} ]] && ((BASH_VERSINFO[0] > 5 || BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] > 0)); then
        PROMPT_COMMAND=(__assume_hook "${PROMPT_COMMAND[@]}")
    else

        __assume_one=${PROMPT_COMMAND-}
        while [[ $__assume_one == [\;[:space:]]* ]]; do
            __assume_one=${__assume_one#?}
        done
        PROMPT_COMMAND=__assume_hook${__assume_one:+$'\n'$__assume_one}
    fi
}

# The name of a variable, not its value: bash expands no text that came out of a variable once more.
function __assume_load_prompt {
    \builtin local __assume_wanted=__ASSUME_PROMPT__
    # shellcheck disable=SC2016
    if [[ -n $__assume_wanted && ${PS1-} != *'${__assume_shown-}'* ]]; then
        PS1='${__assume_shown-}'${PS1-}
    fi
}

# Only in a subshell can a read-only variable be tried without ending what is being loaded.
# shellcheck disable=SC2030,SC2031,SC2178
if [[ $- == *i* ]] && (PROMPT_COMMAND=x) 2>/dev/null; then
    __assume_load
    __assume_load_prompt
fi
\builtin unset -f __assume_load __assume_load_prompt
if [[ -n $__assume_posix ]]; then
    \builtin set -o posix
fi
\builtin unset -v __assume_posix
