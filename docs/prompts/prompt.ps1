function prompt {
    if ($env:ASSUME_SEGMENT) { "$env:ASSUME_SEGMENT PS $PWD> " } else { "PS $PWD> " }
}
assume init powershell | Out-String | Invoke-Expression
