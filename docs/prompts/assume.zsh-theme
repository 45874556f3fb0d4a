source $ZSH/themes/robbyrussell.zsh-theme
PROMPT='%{$fg[yellow]%}${ASSUME_SEGMENT:+${ASSUME_SEGMENT//\%/%%} }%{$reset_color%}'$PROMPT
