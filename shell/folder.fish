# A folder's .assume file, for fish: found by looking alone, opened by nobody but the binary.

# __assume_here: 1 the folder at the last prompt, 2 the file that holds there, 3 its marker, 4 the number in it, 5 the file's
#   time of change, 6 what entering did: switched, dropped, or nothing
# __assume_in: what the shell was then; __assume_back: NAME=VALUE of what it was before, and the hook's own of then

function __assume_folder
    set -l file $__assume_here[2]
    if test "$PWD" != "$__assume_here[1]" -o -e "$PWD/.assume"; or test -n "$file" -a ! -e "$file"
        set file "$(__assume_nearest)"
    end
    if test "$file" != "$__assume_here[2]"
        __assume_leave
        set -gu __assume_here "$PWD" "$file" '' '' '' ''
        test -n "$file"; and __assume_enter
        return 0
    end
    set -q __assume_here[6]; or set -gu __assume_here "$PWD" '' '' '' '' ''
    set __assume_here[1] $PWD
    if test -n "$file"; and __assume_file_changed
        __assume_leave
        __assume_enter
    end
    return 0
end

# The nearest one upwards. With the slash at its end no folder is cut where its name ends in a newline.
function __assume_nearest
    set -l folder "$PWD/"
    test "$PWD" = /; and set folder /
    while builtin string match -q '/*' -- "$folder"
        if test -e "$folder.assume"
            builtin echo -- "$folder.assume"
            return
        end
        set folder "$(builtin string replace -r '[^/]*/\z' '' -- "$folder")"
    end
end

# The marker's number rises when somebody trusts the file.
function __assume_file_changed
    test -n "$__assume_here[3]"; or return
    test "$(builtin path mtime -- $__assume_here[2])" != "$__assume_here[5]"; and return 0
    set -l number
    test -r $__assume_here[3]; and read number <$__assume_here[3]
    test "$number" != "$__assume_here[4]"
end

function __assume_enter
    set -qg __assume_hung; and return 0
    # Before the call, so that Ctrl-C does not begin it anew at the next prompt.
    set __assume_here[6] ''
    set __assume_here[5] "$(builtin path mtime -- $__assume_here[2])"
    set -gu __assume_back
    if test -n "$ASSUME_PROFILE"
        for name in __ASSUME_CONTRACT__
            set -q $name; and set -a __assume_back "$name=$$name"
        end
    end
    set -gu __assume_back_is $__assume_is
    set -gu __assume_back_at $__assume_at
    __assume_ask refresh --folder=$__assume_here[2] __ASSUME_AT_LOAD__
    test -n "$__assume_here[6]"; or set -eg __assume_back __assume_back_is __assume_back_at
    return 0
end

# FILE MARKER NUMBER OUTCOME LINE: what came of it.
function __assume_entered
    if test (builtin count $argv) != 5; or test "$argv[1]" != "$__assume_here[2]"
        return 0
    end
    set __assume_here[3] $argv[2]
    set __assume_here[4] $argv[3]
    set __assume_here[6] ''
    if test $argv[4] != kept
        set __assume_here[6] $argv[4]
        set -gu __assume_in $__assume_is[1..6]
    end
    test -n "$argv[5]"; and builtin echo -- $argv[5] >&2
    return 0
end

# Back to what was before, unless the person has switched by hand meanwhile.
function __assume_leave
    set -l outcome $__assume_here[6]
    test -n "$outcome"; or return 0
    set __assume_here[6] ''
    set -l by_hand no
    test "$__assume_is[1..6]" = "$__assume_in"; or set by_hand yes
    test $outcome = dropped -a -n "$AWS_ACCESS_KEY_ID"; and set by_hand yes
    test $by_hand = no; and __assume_go_back
    set -eg __assume_in __assume_back __assume_back_is __assume_back_at
    return 0
end

function __assume_go_back
    if not set -q __assume_back[1]
        __assume_gone
        set -qg __assume_off; and eval $__assume_off
        return 0
    end
    set -eg __ASSUME_CONTRACT__
    for pair in $__assume_back
        set -l parts (builtin string split -m 1 = -- $pair)
        set -gx $parts[1] $parts[2]
    end
    if set -q __assume_back_is[20]
        set -gu __assume_is $__assume_back_is
        set -gu __assume_at $__assume_back_at
        # Whatever is due since then is looked at now.
        set __assume_at[8] -999999999999
    else
        __assume_gone
    end
end
