function prompt_assume() {
  p10k segment -f 214 -c '$ASSUME_SEGMENT' -e -t '${ASSUME_SEGMENT//\%/%%}'
}
typeset -g POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=(assume $POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS)
