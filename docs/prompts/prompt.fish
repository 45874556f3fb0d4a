assume init fish | source
function fish_right_prompt
    printf %s $ASSUME_SEGMENT
end
