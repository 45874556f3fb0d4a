eval "$(assume init zsh)"
_assume_segment() { psvar[10]=${ASSUME_SEGMENT-} }
precmd_functions+=(_assume_segment)
PROMPT='%(10V.%F{cyan}%10v%f .)'$PROMPT
