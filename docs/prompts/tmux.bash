PS1='\[\e]2;${ASSUME_SEGMENT-}\a\]'$PS1
