function fish_title
    echo "$ASSUME_SEGMENT "
end
