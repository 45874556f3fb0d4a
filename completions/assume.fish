# Completion of assume for fish 3.6 and later.
# Loaded by: assume init fish | source, or as a file of its own where fish looks for completions.

function __assume_complete
    # Without their quotes; nothing is evaluated.
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    while string match -q '*=*' -- "$words[1]"
        set -e words[1]
    end
    set -l offers (__ASSUME_BINARY__ complete --shell fish __ASSUME_AT_LOAD__ -- \
        $words[2..] "$current" </dev/null 2>/dev/null)
    if string match -qr '^\t[0-9]{1,12}$' -- "$offers[1]"
        # `assume exec PROFILE -- CMD…`: from there on, a command as any other.
        set -l from (string trim -- $offers[1])
        set -e words[1..(builtin math $from + 1)]
        complete --do-complete (string join ' ' -- (string escape -- $words) $current)
    else
        # NAME<TAB>DESCRIPTION<TAB>WORDS BEFORE, of which there are none for fish.
        string trim --right --chars=\t -- $offers
    end
end

complete --command assume --erase
complete --command assume --no-files --keep-order --arguments '(__assume_complete)'
