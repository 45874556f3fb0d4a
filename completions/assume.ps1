# Completion of assume for PowerShell 5.1 and 7.
# Loaded by: Invoke-Expression (assume init powershell | Out-String), or as a script of its own from $PROFILE.

# The words come from the parser, without their quotes; none is evaluated. Both ways they travel as base64, in which
# nothing is lost to quotes, code pages and empty words.
function global:__assume_complete($Ast, [int]$Cursor) {
    $words = [System.Collections.Generic.List[string]]::new()
    $begins = [System.Collections.Generic.List[int]]::new()
    $current = ''
    $begin = $Cursor
    foreach ($element in $Ast.CommandElements) {
        if ($element.Extent.StartOffset -ge $Cursor) { break }
        $isText = $element -is [Management.Automation.Language.StringConstantExpressionAst]
        $text = if ($isText) { $element.Value } else { $element.Extent.Text }
        if ($element.Extent.EndOffset -lt $Cursor) {
            $words.Add($text)
            $begins.Add($element.Extent.StartOffset)
            continue
        }
        $begin = $element.Extent.StartOffset
        $current = $text
        if ($element.Extent.EndOffset -gt $Cursor) {
            $current = $element.Extent.Text.Substring(0, $Cursor - $begin) -replace '^[''"]', ''
        }
    }
    $words.Add($current)
    $begins.Add($begin)

    $typed = $words.GetRange(1, $words.Count - 1).ToArray()
    $sent = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([string]::Join("`0", $typed)))
    $before = Get-Variable -Name LASTEXITCODE -Scope Global -ValueOnly -ErrorAction Ignore
    $answer = ''
    try {
        $received = $null | & __ASSUME_BINARY__ complete --shell powershell __ASSUME_AT_LOAD__ -- $sent 2>$null
        $answer = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String("$received"))
    } catch {
        # Whatever came of it, there is nothing to offer.
        return
    } finally {
        $global:LASTEXITCODE = $before
    }

    if ($answer.StartsWith("`t")) {
        # `assume exec PROFILE -- CMD...`: from there on, a command as any other.
        $from = $begins[1 + [int]$answer.Trim()]
        $whole = $Ast.Extent.Text.PadRight($Cursor - $Ast.Extent.StartOffset)
        $rest = $whole.Substring($from - $Ast.Extent.StartOffset, $Cursor - $from)
        [Management.Automation.CommandCompletion]::CompleteInput($rest, $rest.Length, $null).CompletionMatches
        return
    }
    foreach ($line in $answer.Split("`n")) {
        # NAME<TAB>DESCRIPTION<TAB>WORDS BEFORE
        $parts = $line.Split("`t")
        if ($parts.Count -lt 3 -or $parts[2] -ceq '--') { continue }
        $name = $parts[0]
        $text = $name
        if ($name -cnotmatch '^(-|--?[A-Za-z][a-z=-]*|[A-Za-z][A-Za-z0-9_./:@+=-]*)$') {
            $text = "'" + [Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($name) + "'"
        }
        if ($parts[2]) { $text = $parts[2] + ' ' + $text }
        $tip = if ($parts[1]) { $parts[1] } else { $name }
        [Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $tip)
    }
}

Microsoft.PowerShell.Core\Register-ArgumentCompleter -Native -CommandName assume -ScriptBlock {
    param($Word, $Ast, $Cursor)
    __assume_complete $Ast $Cursor
}

# With the wrapper loaded `assume` is a function: its argument is asked for first. Where the cursor is, nobody says here; what
# is not at the end of the line is left to the completer above.
Microsoft.PowerShell.Core\Register-ArgumentCompleter -CommandName assume -ParameterName Words -ScriptBlock {
    param($Command, $Parameter, $Word, $Ast, $Bound)
    $last = $Ast.CommandElements[$Ast.CommandElements.Count - 1].Extent.Text
    if (-not $Word) {
        __assume_complete $Ast ($Ast.Extent.EndOffset + 1)
    } elseif ($last.Trim([char[]]'''"') -ceq "$Word".Trim([char[]]'''"')) {
        __assume_complete $Ast $Ast.Extent.EndOffset
    }
}
