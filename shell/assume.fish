# assume for fish 3.6 and later: lets `assume dev` act on this shell.
# Loaded by: assume init fish | source

# Whether these words switch or leave: a profile, `-`, `off`, `switch`, or none at all. Other verbs and help do not.
function __assume_in_place
    set -l skip no
    set -l seen no
    for word in $argv
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case --
                return 0
            case -h --help -V --version
                return 1
            case __ASSUME_VALUED__
                set skip yes
            case -
                set seen yes
            case '-*'
            case __ASSUME_VERBS__
                test $seen = yes; or return 1
            case '*'
                set seen yes
        end
    end
    return 0
end

function assume --description 'Switch this shell to an AWS account and role'
    if not __assume_in_place $argv
        __ASSUME_BINARY__ $argv
        return
    end
    set -l terminal no
    builtin test -t 1; and set terminal yes
    # A trace would show the keys. The trace comes back with the function's end.
    set -l fish_trace
    set -l text (ASSUME_SHELL=fish __ASSUME_BINARY__ $argv)
    set -l failed $status
    if test $failed = 0
        if string match -q 'begin; : assume/1; *; end' -- "$text"
            # This very shell, also in `eval (assume dev)` and in `assume dev | source`. What these evaluate need only
            # succeed, or fail.
            eval $text
            set failed $status
            test $failed != 0; or not builtin status is-command-substitution; or builtin echo 'true;'
        else if test $terminal = no; and builtin status is-command-substitution
            builtin printf '%s\n' $text
            return
        else
            builtin echo 'assume: what came is not for this shell' >&2
            builtin echo 'hint: leave --shell out; after an upgrade of assume, open a new shell' >&2
            set failed 1
        end
    end
    test $failed = 0; or test $terminal = yes; or builtin echo 'false;'
    return $failed
end
