# A folder's .assume file, for bash and zsh: found by looking alone, opened by nobody but the binary.
# shellcheck shell=bash
# One text with assume.bash, hook.bash and load.bash, where the rest of these names is.
# shellcheck disable=SC2034,SC2154

# __assume_here: 0 the folder at the last prompt, 1 the file that holds there, 2 its marker, 3 the number in it, 4 whether the
#   times of the two can be compared, 5 what entering did: switched, dropped, or nothing
# __assume_in: what the shell was then; __assume_back: NAME=VALUE of what it was before, and the hook's own of then

function __assume_folder {
    \builtin local __assume_file="${__assume_here[1]-}" __assume_number_now=''
    if [[ $PWD != "${__assume_here[0]-}" || -e $PWD/.assume || (-n $__assume_file && ! -e $__assume_file) ]]; then
        __assume_nearest
    fi
    if [[ $__assume_file != "${__assume_here[1]-}" ]]; then
        __assume_leave
        __assume_here=("$PWD" "$__assume_file" '' '' '' '')
        if [[ -n $__assume_file ]]; then
            __assume_enter
        fi
        \builtin return 0
    fi
    __assume_here[0]=$PWD
    if [[ -n $__assume_file ]] && __assume_file_changed; then
        __assume_leave
        __assume_enter
    fi
}

# The nearest one upwards, in __assume_file. PWD may be no path from the root: in a folder that is gone zsh has `.` there.
function __assume_nearest {
    \builtin local __assume_one="${PWD%/}"
    __assume_file=''
    while [[ $__assume_one/ == /* ]]; do
        if [[ -e $__assume_one/.assume ]]; then
            __assume_file=$__assume_one/.assume
            \builtin return 0
        fi
        if [[ -z $__assume_one ]]; then
            \builtin return 0
        fi
        __assume_one=${__assume_one%/*}
    done
}

# The marker bears the time of the version that was looked at, and its number rises when somebody trusts the file.
function __assume_file_changed {
    if [[ -z ${__assume_here[2]} ]]; then
        \builtin return 1
    fi
    if [[ -n ${__assume_here[4]} && ($__assume_file -nt ${__assume_here[2]} || $__assume_file -ot ${__assume_here[2]}) ]]; then
        \builtin return 0
    fi
    if [[ -r ${__assume_here[2]} ]]; then
        \builtin read -r __assume_number_now <"${__assume_here[2]}" || \builtin true
    fi
    [[ $__assume_number_now != "${__assume_here[3]}" ]]
}

function __assume_enter {
    \builtin local __assume_name __assume_was
    if [[ -n ${__assume_hung[0]+set} ]]; then
        \builtin return 0
    fi
    # Before the call, so that Ctrl-C does not begin it anew at the next prompt.
    __assume_here[5]=''
    __assume_back=()
    if [[ -n ${ASSUME_PROFILE-} ]]; then
        # shellcheck disable=SC2043
        for __assume_name in __ASSUME_CONTRACT__; do
            \builtin eval "__assume_was=\${$__assume_name+set}"
            if [[ -n $__assume_was ]]; then
                \builtin eval "__assume_back+=(\"$__assume_name=\$$__assume_name\")"
            fi
        done
    fi
    __assume_back_is=(${__assume_is[@]+"${__assume_is[@]}"})
    __assume_back_at=(${__assume_at[@]+"${__assume_at[@]}"})
    __assume_ask refresh "--folder=$__assume_file" __ASSUME_AT_LOAD__
    if [[ -z ${__assume_here[5]} ]]; then
        \builtin unset -v __assume_back __assume_back_is __assume_back_at
    fi
}

# FILE MARKER NUMBER OUTCOME LINE: what came of it.
function __assume_entered {
    __ASSUME_OPTIONS__
    if [[ $# != 5 || $1 != "${__assume_here[1]-}" ]]; then
        \builtin return 0
    fi
    __assume_here[2]=$2
    __assume_here[3]=$3
    __assume_here[4]=''
    if [[ -n $2 && ! $1 -nt $2 && ! $1 -ot $2 ]]; then
        __assume_here[4]='times'
    fi
    __assume_here[5]=''
    if [[ $4 != kept ]]; then
        __assume_here[5]=$4
        __assume_in=(${__assume_is[@]+"${__assume_is[@]:0:6}"})
    fi
    if [[ -n $5 ]]; then
        \builtin printf '%s\n' "$5" >&2
    fi
}

# Back to what was before, unless the person has switched by hand meanwhile.
function __assume_leave {
    \builtin local __assume_one __assume_outcome="${__assume_here[5]-}"
    if [[ -z $__assume_outcome ]]; then
        \builtin return 0
    fi
    __assume_here[5]=''
    for __assume_one in 0 1 2 3 4 5; do
        if [[ ${__assume_is[__assume_one]-} != "${__assume_in[__assume_one]-}" ]]; then
            __assume_outcome=''
        fi
    done
    if [[ $__assume_outcome == dropped && -n ${AWS_ACCESS_KEY_ID-} ]]; then
        __assume_outcome=''
    fi
    if [[ -n $__assume_outcome ]]; then
        __assume_go_back
    fi
    \builtin unset -v __assume_in __assume_back __assume_back_is __assume_back_at
}

function __assume_go_back {
    \builtin local __assume_one
    if [[ -z ${__assume_back[0]+set} ]]; then
        __assume_gone
        if [[ -n ${__assume_off+set} ]]; then
            \builtin eval "$__assume_off" || \builtin true
        fi
        \builtin return 0
    fi
    \builtin unset -v __ASSUME_CONTRACT__
    for __assume_one in "${__assume_back[@]}"; do
        # shellcheck disable=SC2163
        \builtin export "$__assume_one"
    done
    if [[ -n ${__assume_back_is[19]+set} ]]; then
        __assume_is=("${__assume_back_is[@]}")
        __assume_at=("${__assume_back_at[@]}")
        # Whatever is due since then is looked at now.
        __assume_at[7]=0
    else
        __assume_gone
    fi
}
