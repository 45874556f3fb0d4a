# The segment in front of fish's prompt: loaded by `assume init fish --prompt`.

if builtin functions -q fish_prompt; and not builtin functions -q __assume_prompt_before
    builtin functions --copy fish_prompt __assume_prompt_before

    function fish_prompt
        # First of all, while $status and $pipestatus are those of the last command.
        set -l drawn (__assume_prompt_before)
        test "$__assume_state $ASSUME_SEGMENT" = "$__assume_shown[1]"; or __assume_show
        string join \n -- "$__assume_shown[2]$drawn[1]" $drawn[2..-1]
    end
end

# __assume_shown: 1 of what, and 2 how it is shown, which changes with the minute and not with each prompt.
function __assume_show
    set -gu __assume_shown "$__assume_state $ASSUME_SEGMENT" ''
    if not set -qg __assume_state; or test -z "$ASSUME_SEGMENT"
        return
    end
    # The numbers of a colour; none without colours.
    set -l color
    switch $__assume_state
        case fine
            set color __ASSUME_COLOR_FINE__
        case production
            set color __ASSUME_COLOR_PRODUCTION__
        case expiring
            set color __ASSUME_COLOR_EXPIRING__
        case sign_in_needed
            set color __ASSUME_COLOR_SIGN_IN_NEEDED__
        case locked
            set color __ASSUME_COLOR_LOCKED__
        case '*'
            set color __ASSUME_COLOR_EXPIRED__
    end
    if test -n "$color"
        set __assume_shown[2] \e"[$color"m"$ASSUME_SEGMENT"\e'[0m '
    else
        set __assume_shown[2] "$ASSUME_SEGMENT "
    end
end
