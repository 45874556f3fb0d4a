# What the hook needs of zsh, and how it is loaded.

# A plain variable of one of these names came by the environment.
if [[ ${(t)__assume_is-} != array* ]]; then
    \builtin unset -v __assume_is __assume_at __assume_shown __assume_hung __assume_here __assume_in __assume_back \
        __assume_back_is __assume_back_at
fi
# The keys pass through a local one of this name.
\builtin unset -v __assume_text __assume_asked __assume_alone

# The wall clock, without a module.
function __assume_clock {
    # A value of its own: under IGNORE_BRACES the first brace would end the expansion.
    __assume_now='%D{%s}'
    __assume_now=${(%)__assume_now}
    __assume_number "$__assume_now" || __assume_now=0
}

# zsh puts $? and pipestatus back itself.
function __assume_hook {
    __ASSUME_OPTIONS__
    # A call of a function costs as much as all that most prompts have to ask.
    if [[ $PWD != "${__assume_here[0]-}" || -n ${__assume_here[1]-} || -e $PWD/.assume ]]; then
        __assume_folder
    fi
    if [[ -n ${__assume_is[19]+set} ]]; then
        \builtin local __assume_now='%D{%s}'
        __assume_prompt "${(%)__assume_now}"
    fi
}

# The variable before a switch on the line that is to run, where the switch would change it: see __assume_comes_back.
# zsh writes what it runs anew, with redirections at the end.
function __assume_before_command { # AS-READ, SHORT, AS-RUN
    \builtin unset -v __assume_alone
    if [[ $3 != *=*assume* ]]; then
        \builtin return 0
    fi
    \builtin emulate -L zsh
    \builtin local __assume_word __assume_before='' __assume_at=start
    \builtin local -a __assume_words
    for __assume_word in "${(@z)3}" ';'; do
        case $__assume_at:$__assume_word in
        start:noglob | start:nocorrect) ;;
        start:[A-Za-z_]*=*)
            __assume_word=${${__assume_word%%=*}%+}
            if [[ ' __ASSUME_TOUCHED__ ' == *" $__assume_word "* ]]; then
                __assume_before=$__assume_word
            fi
            ;;
        start:assume | start:\\assume) __assume_at=assume __assume_words=() ;;
        *:[\;\&\|]* | *:[\(\)\{\}\!] | *:then | *:do | *:else | *:elif | *:if | *:while | *:until | *:time)
            if [[ $__assume_at == assume && -n $__assume_before ]] && __assume_in_place "${(@Q)__assume_words}"; then
                \builtin typeset -g __assume_alone=$__assume_before
                \builtin return 0
            fi
            __assume_at=start __assume_before=''
            ;;
        assume:*) __assume_words+=("$__assume_word") ;;
        *) __assume_at=arguments __assume_before='' ;;
        esac
    done
}

function __assume_ask {
    \builtin local __assume_text='' __assume_status=0 __assume_asked=asked
    # They would be told the keys, and print into the text; they come back with the function's end.
    \builtin trap - DEBUG ZERR
    __assume_text=$(
        \builtin export ASSUME_SHELL=zsh
        __assume_answer "$@"
    ) || __assume_status=$?
    case $__assume_status:$__assume_text in
    0:'{ if test assume/1:'*'}') __assume_evaluate || \builtin true ;;
    124:*) __assume_hung=(hung) ;;
    *) ;;
    esac
}

# One element of psvar for each state, so that PROMPT can give it a colour, and no name is ever part of PROMPT itself.
function __assume_show { # STATE
    \builtin local -a __assume_states
    \builtin local __assume_one
    __assume_states=(fine production expiring expired sign_in_needed locked)
    __assume_shown=$1
    if [[ ${__assume_is[19]} == production && ( $1 == fine || $1 == expiring ) ]]; then
        __assume_shown=production
    fi
    if [[ -n __ASSUME_PROMPT__ ]]; then
        for __assume_one in 0 1 2 3 4 5; do
            psvar[90+__assume_one]=''
            if [[ ${__assume_states[__assume_one]} == "$__assume_shown" ]]; then
                psvar[90+__assume_one]=$ASSUME_SEGMENT
            fi
        done
    fi
}

function __assume_hide {
    if [[ -n __ASSUME_PROMPT__ ]]; then
        __assume_show none
    fi
}

# First of what runs before a prompt, so that what the others draw is up to date.
function __assume_load {
    __ASSUME_OPTIONS__
    \builtin typeset -ga precmd_functions
    if [[ " ${precmd_functions[*]} " != *' __assume_hook '* ]]; then
        precmd_functions=(__assume_hook "${precmd_functions[@]}")
    fi
    \builtin typeset -ga preexec_functions
    if [[ " ${preexec_functions[*]} " != *' __assume_before_command '* ]]; then
        preexec_functions=(__assume_before_command "${preexec_functions[@]}")
    fi
    if [[ -z __ASSUME_PROMPT__ || $PROMPT == *%91v* ]]; then
        \builtin return 0
    fi
    \builtin local __assume_one __assume_color __assume_end __assume_all='' __assume_index=91
    for __assume_one in __ASSUME_COLORS__; do
        __assume_color='' __assume_end=''
        if [[ -n $__assume_one ]]; then
            __assume_color=%{$'\033['${__assume_one}m%}
            __assume_end=%{$'\033['0m%}
        fi
        __assume_all+="%(${__assume_index}V.$__assume_color%${__assume_index}v$__assume_end .)"
        __assume_index=$((__assume_index + 1))
    done
    PROMPT=$__assume_all$PROMPT
}

if [[ -o interactive ]]; then
    __assume_load
fi
\builtin unset -f __assume_load
