# The segment in front of fish's prompt: loaded by `assume init fish --prompt`.

if builtin functions -q fish_prompt; and not builtin functions -q __assume_prompt_before
    builtin functions --copy fish_prompt __assume_prompt_before

    function fish_prompt
        # First of all, while $status and $pipestatus are those of the last command.
        set -l drawn (__assume_prompt_before)
        if set -qg __assume_state; and test -n "$ASSUME_SEGMENT"
            # The numbers of a colour; none without colours. Here and not in a function: taking what one prints is dear.
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
                builtin printf '\e[%sm%s\e[0m ' $color $ASSUME_SEGMENT
            else
                builtin printf '%s ' $ASSUME_SEGMENT
            end
        end
        string join \n -- $drawn
    end
end
