# The segment in front of fish's prompt: loaded by `assume init fish --prompt`.

if builtin functions -q fish_prompt; and not builtin functions -q __assume_prompt_before
    builtin functions --copy fish_prompt __assume_prompt_before

    function fish_prompt
        # First of all, while $status and $pipestatus are those of the last command.
        set -l drawn (__assume_prompt_before)
        if set -qg __assume_state; and test -n "$ASSUME_SEGMENT"
            set -l color (__assume_color_of $__assume_state)
            if test -n "$color"
                builtin printf '\e[%sm%s\e[0m ' $color $ASSUME_SEGMENT
            else
                builtin printf '%s ' $ASSUME_SEGMENT
            end
        end
        string join \n -- $drawn
    end
end

# The numbers of a colour; none without colours.
function __assume_color_of # STATE
    switch $argv[1]
        case fine
            builtin echo __ASSUME_COLOR_FINE__
        case production
            builtin echo __ASSUME_COLOR_PRODUCTION__
        case expiring
            builtin echo __ASSUME_COLOR_EXPIRING__
        case sign_in_needed
            builtin echo __ASSUME_COLOR_SIGN_IN_NEEDED__
        case locked
            builtin echo __ASSUME_COLOR_LOCKED__
        case '*'
            builtin echo __ASSUME_COLOR_EXPIRED__
    end
end
