# The hook of fish 3.6 and later: keeps the keys of this shell alive, and its segment true. Nothing here is looked up on
# PATH, and nothing starts a process while no keys are due.

# What arrives by the environment under our names was made by somebody else.
for __assume_name in __assume_is __assume_at __assume_shown __assume_state __assume_hung __assume_here __assume_in __assume_back __assume_back_is __assume_back_at __assume_asked
    if set -qgx $__assume_name
        set -eg $__assume_name
    end
end
set -e __assume_name

# What this shell is, by evaluated text alone: the words of __assume_took, in this order.
#    1-5  session, start URL, region of the session, account id, role
#    6-8  the profile as it was typed, the generation of the lock, the access key id
#   9-10  seconds until the keys are due, and until they end; empty where they have no end
#  11-16  file and number of each marker: of the keys, of the session, of the lock
#  17-20  the segment before the time left and after it, whether it shows that time, whether this is production
# fish has no clock; the age of a folder is one, which goes back when that folder is changed.
# __assume_at: 1 the clock at the last prompt; by that clock 2 the keys are due, 3 they end, 4 no look before;
#    5 the state, 6 whether it was said, 7 whether there was a look at the end, 8 by that clock, nothing to do before,
#    9 the number of the lock's marker at the last prompt
# __assume_hung: the binary gave no answer in time, so it is not asked again until the next switch
function __assume_took
    if test (builtin count $argv) != 20
        return
    end
    set -gu __assume_is $argv
    set -gu __assume_at (builtin path mtime -R /) '' '' -999999999999 '' '' '' 0 $argv[16]
    set -eg __assume_hung
    # What the hook did not ask for, the person did: leaving the folder does not undo it.
    if not set -q __assume_asked; and test -n "$__assume_here[6]"
        set __assume_here[6] ''
        set -eg __assume_in __assume_back __assume_back_is __assume_back_at
    end
    # No clock, no times: then the markers alone tell.
    string match -qr '^-?[0-9]{1,12}$' -- $__assume_at[1]; or set __assume_at[1] 0
    if __assume_number $argv[9]; and __assume_number $argv[10]
        set __assume_at[2] (builtin math $__assume_at[1] + $argv[9])
        set __assume_at[3] (builtin math $__assume_at[1] + $argv[10])
    end
    __assume_segment
end

# As the hook is loaded: what the shell is already.
function __assume_adopt
    set -lx __assume_asked loading
    __assume_took $argv
end

function __assume_gone
    set -eg __assume_is __assume_at __assume_state
    return 0
end

# SECONDS MESSAGE STATE NUMBER NUMBER NUMBER: there are no new keys yet; no look within these seconds, unless one of the
# three markers says otherwise.
function __assume_wait
    if test (builtin count $argv) != 6; or not set -qg __assume_is[20]; or not __assume_number $argv[1]
        return
    end
    set __assume_at[4] (builtin math $__assume_at[1] + $argv[1])
    set __assume_at[5] $argv[3]
    set __assume_is[12] $argv[4]
    set __assume_is[14] $argv[5]
    set __assume_is[16] $argv[6]
    if test -n "$argv[2]" -a -z "$__assume_at[6]"
        set __assume_at[6] said
        builtin echo -- $argv[2] >&2
    end
    __assume_segment
end

# A number of 1 to 12 digits that is not octal: only such may be calculated with.
function __assume_number
    string match -qr '^(0|[1-9][0-9]{0,11})$' -- "$argv[1]"
end

# ---- before each prompt ----------------------------------------------------------------------------------------

function __assume_hook --on-event fish_prompt
    # Asked here, since most prompts have no more to ask of a folder.
    if test "$PWD" != "$__assume_here[1]" -o -n "$__assume_here[2]" -o -e "$PWD/.assume"
        __assume_folder
    end
    if set -qg __assume_is[20]
        __assume_prompt
    end
end

function __assume_prompt
    # Keys that somebody put here by hand are theirs.
    if test "$AWS_ACCESS_KEY_ID" != "$__assume_is[8]"
        __assume_gone
        set -eg ASSUME_SEGMENT
        return
    end
    set -l lock 0
    test -r $__assume_is[15]; and read lock <$__assume_is[15]
    if test "$lock" != $__assume_at[9]; and __assume_lock_came $lock
        __assume_locked
        return
    end
    set -l now (builtin path mtime -R /)
    if test "$now" -ge $__assume_at[8] -o "$now" -lt $__assume_at[1]
        __assume_later $now $lock
    else
        set __assume_at[1] $now
    end
end

# Whether there was a lock since, and not only an unlocking.
function __assume_lock_came # LOCK
    set -l generation
    set __assume_at[9] $argv[1]
    test -r $__assume_is[15]; or return 1
    begin
        read generation
        read generation
    end <$__assume_is[15]
    test -n "$generation" -a "$generation" != "$__assume_is[7]"
end

# What is not for every prompt.
function __assume_later # NOW LOCK
    set -l last $__assume_at[1]
    set __assume_at[1] $argv[1]
    if test -n "$__assume_at[2]"; and not set -qg __assume_hung
        if test $argv[1] -lt $last
            # The clock went back: how much is left, only the binary knows.
            __assume_look
        else if test $argv[1] -ge $__assume_at[2]
            __assume_when_due $argv
        end
    end
    if set -qg __assume_is[20]
        __assume_segment
    end
end

function __assume_when_due # NOW LOCK
    if test $argv[1] -ge $__assume_at[3] -a -z "$__assume_at[7]"
        set __assume_at[7] looked
        __assume_look --expired
    else if test $argv[1] -ge $__assume_at[4]; or __assume_changed $argv[2]
        __assume_look
    end
end

# Whether somebody got new keys, signed in, or unlocked.
function __assume_changed # LOCK
    set -l keys
    set -l session
    test -f $__assume_is[11]; and read keys <$__assume_is[11]
    test -f $__assume_is[13]; and read session <$__assume_is[13]
    test "0$keys" != "0$__assume_is[12]"; or test "0$session" != "0$__assume_is[14]"; or test "0$argv[1]" != "0$__assume_is[16]"
end

# Asks the binary, which answers from the vault and leaves the network to a process of its own.
function __assume_look
    # Before the call, so that Ctrl-C does not begin it anew at the next prompt.
    set __assume_at[4] (builtin math $__assume_at[1] + 5)
    __assume_ask refresh $argv __ASSUME_AT_LOAD__ -- $__assume_is[1..7]
end

# A trace would show the keys. The trace comes back with the function's end.
function __assume_ask
    set -l fish_trace
    set -lx ASSUME_SHELL fish
    set -l text (__ASSUME_WITHIN__ __ASSUME_BINARY__ $argv </dev/null 2>/dev/null)
    set -l outcome $status
    set -e ASSUME_SHELL
    # Exported, as functions that are called see no other local one. No program is started meanwhile.
    set -lx __assume_asked asked
    if test $outcome = 124 -o $outcome = 137
        set -gu __assume_hung hung
    else if test $outcome = 0; and string match -q 'begin; : assume/1; *; end' -- "$text"
        eval $text
    end
    return 0
end

# Somebody locked assume: these keys are no longer for this shell.
function __assume_locked
    set -eg AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION ASSUME_EXPIRES
    set __assume_at[5] locked
    __assume_segment
    # What somebody else named must neither act on the terminal nor run when it is pasted.
    set -l name $__assume_is[6]
    if not string match -qr '^[A-Za-z0-9_./@+,:][A-Za-z0-9_./@+,: -]*\z' -- "$name"
        set name PROFILE
    else if string match -q '* *' -- "$name"
        set name "'$name'"
    end
    builtin echo "assume: locked meanwhile, so this shell has no keys any more; to come back: assume $name" >&2
    set -eg __assume_is __assume_at
    return 0
end

# ---- the segment -----------------------------------------------------------------------------------------------

function __assume_segment
    set -l state $__assume_at[5]
    set -l left
    # Without an end there is no time to be kept up to date.
    set __assume_at[8] 999999999999
    if test -n "$__assume_at[3]"
        set left (builtin math $__assume_at[3] - $__assume_at[1])
        __assume_next $left
        if test -z "$state"
            if test $left -le 0
                set state expired
            else if test $__assume_at[1] -ge $__assume_at[2]
                set state expiring
            end
        end
        set left (__assume_remaining $left)
    end
    switch "$state"
        case sign_in_needed
            set left 'sign in'
        case locked expired
            set left $state
        case ''
            set state fine
    end
    if test $__assume_is[19] != left
        set left
    end
    set -l all "$__assume_is[17]$left$__assume_is[18]"
    if __assume_number "$COLUMNS"; and test $COLUMNS -gt 8
        set -l half (builtin math -s0 $COLUMNS / 2)
        test (string length -V -- "$all") -le $half
        or set all (__assume_fit $half "$__assume_is[17]" "$left$__assume_is[18]")
    end
    set -gx ASSUME_SEGMENT $all
    if builtin contains -- $state fine expiring; and test $__assume_is[20] = production
        set state production
    end
    set -gu __assume_state $state
end

# Into so many cells, of a terminal that is narrower by now: the names are cut, and not the time left or the state behind
# them. Below 12 cells the names matter more, as to the binary.
function __assume_fit # CELLS NAMES REST
    set -l names $argv[2]
    set -l rest $argv[3]
    if test $argv[1] -ge 12
        set -l kept (builtin math "min(4, "(string length -V -- "$names")")")
        set rest (string shorten -m (builtin math $argv[1] - $kept) -c '~' -- "$rest")
        if string match -q '* ' -- "$names"
            set names (string sub -e -1 -- "$names")
            set rest " $rest"
        end
        set kept (builtin math $argv[1] - (string length -V -- "$rest"))
        if test (string length -V -- "$names") -gt $kept
            set names (string shorten -m $kept -c '~' -- "$names")
        end
    end
    string shorten -m $argv[1] -c '~' -- "$names$rest"
end

# The segment changes with the minute, at the last with the second; keys that are due are looked for at each prompt.
function __assume_next # LEFT
    if test $__assume_at[1] -ge $__assume_at[2]
        set __assume_at[8] $__assume_at[1]
    else if test $argv[1] -lt 60
        set __assume_at[8] (builtin math $__assume_at[1] + 1)
    else
        set __assume_at[8] (builtin math $__assume_at[1] + $argv[1] % 60 + 1)
        test $__assume_at[8] -gt $__assume_at[2]; and set __assume_at[8] $__assume_at[2]
    end
    return 0
end

# Seconds as a person reads them: 12s, 47m, 7h59m.
function __assume_remaining
    if test $argv[1] -ge 3600
        builtin echo (builtin math -s0 $argv[1] / 3600)h(builtin math -s0 $argv[1] % 3600 / 60)m
    else if test $argv[1] -ge 60
        builtin echo (builtin math -s0 $argv[1] / 60)m
    else
        builtin echo $argv[1]s
    end
end
