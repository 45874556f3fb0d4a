_assume_title() { print -rn -- $'\e]2;'${ASSUME_SEGMENT-}$'\a' }
precmd_functions+=(_assume_title)
