# The hook of bash 3.2 and later, and of zsh, whose file lets it read arrays as bash does: keeps the keys of this shell
# alive, and its segment true. Nothing here is looked up on PATH, and nothing starts a process while no keys are due.
# shellcheck shell=bash
# One text with assume.bash and load.bash, where the rest of these names is.
# shellcheck disable=SC2034,SC2154

# What this shell is, by evaluated text alone: the words of __assume_took, in this order. It is an array, which no
# environment can hold; what arrives by that name from outside is a plain variable and does not count.
#    0-4  session, start URL, region of the session, account id, role
#    5-7  the profile as it was typed, the generation of the lock, the access key id
#    8-9  seconds until the keys are due, and until they end; empty where they have no end
#  10-15  file and number of each marker: of the keys, of the session, of the lock
#  16-19  the segment before the time left and after it, whether it shows that time, whether this is production
# __assume_at: 0 the clock at the last prompt; by that clock 1 the keys are due, 2 they end, 3 no look before;
#    4 the state, 5 whether it was said, 6 whether there was a look at the end, 7 by that clock, nothing to do before,
#    8 the number of the lock's marker at the last prompt
# __assume_hung: the binary gave no answer in time, so it is not asked again until the next switch
function __assume_took {
    __ASSUME_OPTIONS__
    \builtin local __assume_now
    if [[ $# != 20 ]]; then
        \builtin return 0
    fi
    __assume_clock
    __assume_is=("$@")
    __assume_at=("$__assume_now" '' '' 0 '' '' '' 0 "${16}")
    \builtin unset -v __assume_hung
    # What the hook did not ask for, the person did: leaving the folder does not undo it.
    if [[ -z ${__assume_asked-} && -n ${__assume_here[5]-} ]]; then
        __assume_here[5]=''
        \builtin unset -v __assume_in __assume_back __assume_back_is __assume_back_at
    fi
    if __assume_number "$9" && __assume_number "${10}"; then
        __assume_at[1]=$((__assume_now + $9))
        __assume_at[2]=$((__assume_now + ${10}))
    fi
    __assume_segment
}

# As the hook is loaded: what the shell is already.
function __assume_adopt {
    \builtin local __assume_asked=loading
    __assume_took "$@"
}

function __assume_gone {
    __ASSUME_OPTIONS__
    \builtin unset -v __assume_is __assume_at
    __assume_hide
}

# SECONDS MESSAGE STATE NUMBER NUMBER NUMBER: there are no new keys yet; no look within these seconds, unless one of the
# three markers says otherwise.
function __assume_wait {
    __ASSUME_OPTIONS__
    if [[ $# != 6 || -z ${__assume_is[19]+set} ]] || ! __assume_number "$1"; then
        \builtin return 0
    fi
    __assume_at[3]=$((__assume_at[0] + $1))
    __assume_at[4]=$3
    __assume_is[11]=$4
    __assume_is[13]=$5
    __assume_is[15]=$6
    if [[ -n $2 && -z ${__assume_at[5]} ]]; then
        __assume_at[5]=said
        \builtin printf '%s\n' "$2" >&2
    fi
    __assume_segment
}

# A number of 1 to 12 digits that is not octal: only such may be calculated with.
function __assume_number {
    case $1 in
    '' | *[!0-9]* | ?????????????*) \builtin return 1 ;;
    0) ;;
    0*) \builtin return 1 ;;
    *) ;;
    esac
}

# ---- before each prompt ----------------------------------------------------------------------------------------

function __assume_prompt { # NOW, so that it need not be asked by a function
    \builtin local __assume_now="$1" __assume_lock=0 __assume_last="${__assume_at[0]}"
    # Keys that somebody put here by hand are theirs.
    if [[ ${AWS_ACCESS_KEY_ID-} != "${__assume_is[7]}" ]]; then
        __assume_gone
        \builtin unset -v ASSUME_SEGMENT
        \builtin return 0
    fi
    if [[ -r ${__assume_is[14]} ]]; then
        \builtin read -r __assume_lock <"${__assume_is[14]}" || \builtin true
    fi
    if [[ $__assume_lock != "${__assume_at[8]}" ]] && __assume_lock_came; then
        __assume_locked
        \builtin return 0
    fi
    case $__assume_now in
    '' | *[!0-9]* | 0?* | ?????????????*) __assume_clock ;;
    *) ;;
    esac
    __assume_at[0]=$__assume_now
    if ((__assume_now >= __assume_at[7] || __assume_now < __assume_last)); then
        __assume_later
    fi
}

# Whether there was a lock since, and not only an unlocking.
function __assume_lock_came {
    \builtin local __assume_generation=''
    __assume_at[8]=$__assume_lock
    # zsh tells of a file that it cannot read whatever becomes of its stderr.
    [[ -r ${__assume_is[14]} ]] || \builtin return 1
    {
        \builtin read -r __assume_generation
        \builtin read -r __assume_generation
    } 2>/dev/null <"${__assume_is[14]}"
    [[ -n $__assume_generation && $__assume_generation != "${__assume_is[6]}" ]]
}

# What is not for every prompt.
function __assume_later {
    if [[ -n ${__assume_at[1]} && -z ${__assume_hung[0]+set} ]]; then
        if ((__assume_now < __assume_last)); then
            # The clock went back: how much is left, only the binary knows.
            __assume_look
        elif ((__assume_now >= __assume_at[1])); then
            __assume_when_due
        fi
    fi
    if [[ -n ${__assume_is[19]+set} ]]; then
        __assume_segment
    fi
}

function __assume_when_due {
    if ((__assume_now >= __assume_at[2])) && [[ -z ${__assume_at[6]} ]]; then
        __assume_at[6]=looked
        __assume_look --expired
    elif ((__assume_now >= __assume_at[3])) || __assume_changed; then
        __assume_look
    fi
}

# Whether somebody got new keys, signed in, or unlocked.
function __assume_changed {
    \builtin local __assume_keys='' __assume_session=''
    {
        \builtin read -r __assume_keys <"${__assume_is[10]}"
        \builtin read -r __assume_session <"${__assume_is[12]}"
    } 2>/dev/null
    [[ ${__assume_keys:-0} != "${__assume_is[11]}" || ${__assume_session:-0} != "${__assume_is[13]}" ||
        ${__assume_lock:-0} != "${__assume_is[15]}" ]]
}

# Asks the binary, which answers from the vault and leaves the network to a process of its own.
function __assume_look {
    # Before the call, so that Ctrl-C does not begin it anew at the next prompt.
    __assume_at[3]=$((__assume_now + 5))
    __assume_ask refresh "$@" __ASSUME_AT_LOAD__ -- "${__assume_is[@]:0:7}"
}

# Runs in a subshell: what the binary answers to these words, or status 124 where it has no answer within two seconds.
function __assume_answer {
    \builtin local __assume_text='' __assume_status=0
    # All of it at once, since zsh's limit is for the first byte. By exec, since zsh waits at a function's end for what was
    # redirected within.
    \exec < <(
        __assume_text=$(__ASSUME_BINARY__ "$@" </dev/null 2>/dev/null) || __assume_status=$?
        \builtin printf '%s\n%s\0' "$__assume_text" "$__assume_status"
    )
    IFS= \builtin read -r -d '' -t 2 __assume_text || \builtin exit 124
    if [[ ${__assume_text##*$'\n'} != 0 ]]; then
        \builtin exit 1
    fi
    \builtin printf '%s\n' "${__assume_text%$'\n'*}"
}

# Somebody locked assume: these keys are no longer for this shell.
function __assume_locked {
    \builtin unset -v AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION ASSUME_EXPIRES
    __assume_at[4]=locked
    __assume_segment
    # What somebody else named must neither act on the terminal nor run when it is pasted.
    \builtin local __assume_name="${__assume_is[5]}"
    case $__assume_name in
    '' | -* | *[!A-Za-z0-9_./@+,:\ -]*) __assume_name=PROFILE ;;
    *' '*) __assume_name="'$__assume_name'" ;;
    *) ;;
    esac
    \builtin printf '%s\n' "assume: locked meanwhile, so this shell has no keys any more; to come back: assume $__assume_name" >&2
    \builtin unset -v __assume_is __assume_at
}

# ---- the segment -----------------------------------------------------------------------------------------------

function __assume_segment {
    \builtin local __assume_state="${__assume_at[4]}" __assume_left='' __assume_columns="${COLUMNS-}" __assume_all
    # Without an end there is no time to be kept up to date.
    __assume_at[7]=999999999999
    if [[ -n ${__assume_at[2]} ]]; then
        __assume_left=$((__assume_at[2] - __assume_at[0]))
        __assume_next
        if ((__assume_left <= 0)); then
            __assume_state=${__assume_state:-expired}
        elif ((__assume_at[0] >= __assume_at[1])); then
            __assume_state=${__assume_state:-expiring}
        fi
        __assume_remaining
    fi
    case $__assume_state in
    sign_in_needed) __assume_left='sign in' ;;
    locked | expired) __assume_left=$__assume_state ;;
    *) ;;
    esac
    if [[ ${__assume_is[18]} != left ]]; then
        __assume_left=''
    fi
    __assume_all=${__assume_is[16]}$__assume_left${__assume_is[17]}
    if __assume_number "$__assume_columns" && ((__assume_columns > 8 && ${#__assume_all} > __assume_columns / 2)); then
        __assume_fit $((__assume_columns / 2))
    fi
    \builtin export ASSUME_SEGMENT="$__assume_all"
    __assume_show "${__assume_state:-fine}"
}

# Into so many cells, of a terminal that is narrower by now: the names are cut, and not the time left or the state behind
# them. Below 12 cells the names matter more, as to the binary.
function __assume_fit { # CELLS
    \builtin local __assume_names="${__assume_is[16]}" __assume_rest="$__assume_left${__assume_is[17]}" __assume_kept=4
    if (($1 >= 12)); then
        if ((${#__assume_names} < 4)); then
            __assume_kept=${#__assume_names}
        fi
        if ((${#__assume_rest} > $1 - __assume_kept)); then
            __assume_rest=${__assume_rest:0:$1-__assume_kept-1}'~'
        fi
        case $__assume_names in
        *' ') __assume_rest=" $__assume_rest" ;;
        *) ;;
        esac
        __assume_all=${__assume_names% }$__assume_rest
        __assume_kept=$(($1 - ${#__assume_rest} - 1))
    else
        __assume_names=$__assume_all
        __assume_rest=''
        __assume_kept=$(($1 - 1))
    fi
    if ((${#__assume_all} > $1)); then
        __assume_all=${__assume_names:0:__assume_kept}'~'$__assume_rest
    fi
}

# The segment changes with the minute, at the last with the second; keys that are due are looked for at each prompt.
function __assume_next {
    if ((__assume_at[0] >= __assume_at[1])); then
        __assume_at[7]=${__assume_at[0]}
    elif ((__assume_left < 60)); then
        __assume_at[7]=$((__assume_at[0] + 1))
    else
        __assume_at[7]=$((__assume_at[0] + __assume_left % 60 + 1))
        if ((__assume_at[7] > __assume_at[1])); then
            __assume_at[7]=${__assume_at[1]}
        fi
    fi
}

# Seconds as a person reads them: 12s, 47m, 7h59m.
function __assume_remaining {
    if ((__assume_left >= 3600)); then
        __assume_left=$((__assume_left / 3600))h$((__assume_left % 3600 / 60))m
    elif ((__assume_left >= 60)); then
        __assume_left=$((__assume_left / 60))m
    else
        __assume_left=${__assume_left}s
    fi
}

# The numbers of a colour in __assume_color, empty without colours.
function __assume_color_of { # STATE
    case $1:${__assume_is[19]} in
    fine:production | expiring:production) __assume_color=__ASSUME_COLOR_PRODUCTION__ ;;
    fine:*) __assume_color=__ASSUME_COLOR_FINE__ ;;
    expiring:*) __assume_color=__ASSUME_COLOR_EXPIRING__ ;;
    sign_in_needed:*) __assume_color=__ASSUME_COLOR_SIGN_IN_NEEDED__ ;;
    locked:*) __assume_color=__ASSUME_COLOR_LOCKED__ ;;
    *) __assume_color=__ASSUME_COLOR_EXPIRED__ ;;
    esac
}
