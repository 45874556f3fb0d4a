# What the hook needs of bash, and how it is loaded.
# shellcheck shell=bash
# One text with assume.bash and hook.bash, where the rest of these names is.
# shellcheck disable=SC2034,SC2154

# A plain variable of one of these names came by the environment.
if [[ -z ${__assume_is[19]+set} ]]; then
    \builtin unset -v __assume_is __assume_at __assume_shown __assume_hung __assume_here __assume_in __assume_back \
        __assume_back_is __assume_back_at
fi
# A local one would be exported as this is, and the keys pass through it.
\builtin unset -v __assume_text __assume_asked

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
    if [[ -n ${__assume_flags[0]-} ]]; then
        __assume_as_before
    fi
    if [[ $- == *[axvET]* ]]; then
        __assume_flags=("${-//[!axvET]/}")
        { \builtin set +axvET; } 2>/dev/null
        __assume_each_prompt
        __assume_as_before
    else
        __assume_each_prompt
    fi
    \builtin return "$__assume_before"
}

# A call of a function costs as much as all that most prompts have to ask.
function __assume_each_prompt {
    if [[ $PWD != "${__assume_here[0]-}" || -n ${__assume_here[1]-} || -e $PWD/.assume ]]; then
        __assume_folder
    fi
    if [[ -n ${__assume_is[19]+set} ]]; then
        __assume_prompt "${SECONDS-}"
    fi
}

function __assume_ask {
    \builtin local __assume_text='' __assume_status=0 __assume_asked=asked
    __assume_text=$(
        \builtin set +eu +o posix
        ASSUME_SHELL=bash
        \builtin export ASSUME_SHELL
        __assume_answer "$@"
    ) || __assume_status=$?
    case $__assume_status:$__assume_text in
    0:'{ if test assume/1:'*'}') __assume_evaluate || \builtin true ;;
    124:*) __assume_hung=(hung) ;;
    *) ;;
    esac
}

# Between marks that tell readline of their having no width.
function __assume_show { # STATE
    \builtin local __assume_color=''
    __assume_color_of "$1"
    if [[ -n $__assume_color ]]; then
        __assume_shown=($'\001\033['"$__assume_color"$'m\002'"$ASSUME_SEGMENT"$'\001\033[0m\002 ')
    else
        __assume_shown=("$ASSUME_SEGMENT ")
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
    # What stands in PROMPT_COMMAND does nothing in a shell that inherits it without the hook.
    __assume_hooked=(1)
    for __assume_one in ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"}; do
        if [[ $__assume_one == *__assume_hook* ]]; then
            \builtin return 0
        fi
    done
    # As the first part of a list its status, which is that of the last command, neither ends a shell under `set -e` nor
    # runs an ERR trap once more.
    # shellcheck disable=SC2016
    \builtin local __assume_call='${__assume_hooked:+"__assume_hook"} && \:'
    __assume_one=${PROMPT_COMMAND-}
    while [[ $__assume_one == [\;[:space:]]* ]]; do
        __assume_one=${__assume_one#?}
    done
    # shellcheck disable=SC2178
    # Before 5.1 bash runs only the first element of an array. Elements each find PIPESTATUS as it was; of an array the
    # environment would hand on nothing.
    if ((BASH_VERSINFO[0] < 5 || BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] < 1)); then
        PROMPT_COMMAND=$__assume_call${__assume_one:+$'\n'$__assume_one}
    elif [[ -n ${PROMPT_COMMAND[1]+set} ]]; then
        PROMPT_COMMAND=("$__assume_call" "${PROMPT_COMMAND[@]}")
    elif [[ -n $__assume_one && ${PROMPT_COMMAND@a} != *x* ]]; then
        PROMPT_COMMAND=("$__assume_call" "$__assume_one")
    else
        PROMPT_COMMAND=$__assume_call${__assume_one:+$'\n'$__assume_one}
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

# A variable that is read-only can have no local one of its name. Trying to set it would end what is being loaded.
function __assume_is_writable { # NAME
    \builtin local "$1"
} 2>/dev/null

if [[ $- == *i* ]]; then
    if __assume_is_writable PROMPT_COMMAND; then
        __assume_load
    fi
    if __assume_is_writable PS1; then
        __assume_load_prompt
    fi
fi
\builtin unset -f __assume_load __assume_load_prompt __assume_is_writable
if [[ -n $__assume_posix ]]; then
    \builtin set -o posix
fi
if [[ -n ${__assume_flags[0]} ]]; then
    \builtin set -a
fi
\builtin unset -v __assume_posix __assume_flags
