eval "$(assume init bash)"
PS1='${ASSUME_SEGMENT:+$ASSUME_SEGMENT }'$PS1
