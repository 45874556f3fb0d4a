# assume for PowerShell 5.1 and 7: lets `assume dev` act on this shell.
# Loaded by: Invoke-Expression (assume init powershell | Out-String)
#
# PowerShell logs script text and traces variables: the keys are never in either. They come as a list of instructions in
# base64 and go from the pipeline straight into the environment.

# Whether these words switch or leave: a profile, `-`, `off`, `switch`, or none at all. Other verbs and help do not.
function global:__assume_in_place([string[]]$Words) {
    $skip = $false
    $seen = $false
    foreach ($word in $Words) {
        if ($skip) { $skip = $false; continue }
        if ($word -ceq '--') { return $true }
        if (@('-h', '--help', '-V', '--version') -ccontains $word) { return $false }
        if (@(__ASSUME_VALUED__) -ccontains $word) { $skip = $true; continue }
        if ($word -cne '-' -and $word.StartsWith('-')) { continue }
        if (-not $seen -and @(__ASSUME_VERBS__) -ccontains $word) { return $false }
        $seen = $true
    }
    $true
}

# Each word in quotes of its own: PowerShell on Unix expands a bare or splatted `prod-*` to file names.
function global:__assume_run([string[]]$Words) {
    $PSNativeCommandUseErrorActionPreference = $false
    $binary = __ASSUME_BINARY__
    $call = '& $binary'
    $index = 0
    foreach ($word in $Words) {
        $call += ' "$($Words[' + $index + '])"'
        $index++
    }
    # What a binary that can't be started leaves behind.
    $global:LASTEXITCODE = 127
    & ([scriptblock]::Create($call))
}

# To what was noted before the first switch; to nothing where nothing was.
function global:__assume_put_back([string]$Name) {
    if (-not (Test-Path -LiteralPath Variable:global:__assume_off) -or $null -eq $global:__assume_off[$Name]) {
        [Environment]::SetEnvironmentVariable($Name, [NullString]::Value)
    } else {
        [Environment]::SetEnvironmentVariable($Name, $global:__assume_off[$Name])
    }
}

function global:__assume_decoded([string]$Base64) {
    [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Base64))
}

# Carries out a list, whole or not at all: whether it was one. Asked: by the hook, and not by the person.
function global:__assume_apply($Lines, [switch]$Asked) {
    if ($Lines.Count -eq 0 -or $Lines[0] -cne 'assume/1' -or $Lines[$Lines.Count - 1] -cne '.') { return $false }
    if ($Lines.Contains('drop')) {
        '__assume_off', '__assume_region' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
    }
    $kept = Test-Path -LiteralPath Variable:global:__assume_off
    if ($kept -and $Lines.Contains('restore')) {
        @($global:__assume_off.Keys) | ForEach-Object { __assume_put_back $_ }
        __assume_gone
        Remove-Variable -Name __assume_off -Scope Global
        return $true
    }
    if (-not $kept -and $Lines.Contains('keep')) {
        $global:__assume_off = @{}
        $Lines | Where-Object { '+-='.Contains($_.Substring(0, 1)) } | ForEach-Object { $_.Substring(1).Split(' ')[0] } |
            ForEach-Object { $global:__assume_off[$_] = [Environment]::GetEnvironmentVariable($_) }
    }
    $Lines | Where-Object { $_.StartsWith('=') } | ForEach-Object { __assume_put_back $_.Substring(1) }
    $Lines | Where-Object { $_.StartsWith('-') } |
        ForEach-Object { [Environment]::SetEnvironmentVariable($_.Substring(1), [NullString]::Value) }
    $Lines | Where-Object { $_.StartsWith('+') } | ForEach-Object {
        [Environment]::SetEnvironmentVariable(
            $_.Substring(1).Split(' ')[0],
            (__assume_decoded $_.Split(' ')[1]))
    }
    $took = @($Lines | Where-Object { $_.StartsWith('@') } | ForEach-Object { __assume_decoded $_.Substring(1) })
    if ($took) { __assume_took $took -Asked:$Asked }
    $wait = @($Lines | Where-Object { $_.StartsWith('?') } | ForEach-Object { __assume_decoded $_.Substring(1) })
    if ($wait) { __assume_wait $wait }
    $entered = @($Lines | Where-Object { $_.StartsWith('&') } | ForEach-Object { __assume_decoded $_.Substring(1) })
    if ($Lines.Contains('gone')) { __assume_gone }
    if ($entered) { __assume_entered $entered }
    $Lines | Where-Object { $_.StartsWith('#') } | ForEach-Object { [Console]::Error.WriteLine($_.Substring(1)) }
    $true
}

# An advanced function, since only its WriteError makes `$?` false, so that `assume prod && next` stops. PowerShell swallows
# the first `--`, and before it takes abbreviations of its own parameters (-Verbose, -ErrorAction, …) out of the words.
function global:assume {
    [CmdletBinding(PositionalBinding = $false)]
    param([Parameter(ValueFromRemainingArguments = $true)][string[]]$Words)

    # The binary has told the person already; where errors are to stop a script, this one does.
    if ($ErrorActionPreference -ne 'Stop') { $ErrorActionPreference = 'SilentlyContinue' }
    $status = 1
    # A function can't see that its output is taken, only the line that called it.
    if ($MyInvocation.Line -match '(^|[^\w-])(iex|Invoke-Expression)($|[^\w-])' -or -not (__assume_in_place $Words)) {
        $own = @('Verbose', 'Debug') | Where-Object { $PSBoundParameters.ContainsKey($_) }
        if ($own) {
            [Console]::Error.WriteLine("assume: PowerShell took -$own for itself; put -- before a command, and write --verbose in full")
        } else {
            __assume_run $Words
            $status = $global:LASTEXITCODE
        }
    } else {
        $before = $env:ASSUME_SHELL
        $lines = [System.Collections.Generic.List[string]]::new()
        try {
            $env:ASSUME_SHELL = 'powershell-list'
            __assume_run $Words | ForEach-Object { $lines.Add($_) }
        } finally {
            $env:ASSUME_SHELL = $before
        }
        $status = $global:LASTEXITCODE
        if ($status -eq 0 -and -not (__assume_apply $lines)) {
            [Console]::Error.WriteLine('assume: what came is not for this shell')
            [Console]::Error.WriteLine('hint: leave --shell out; after an upgrade of assume, open a new shell')
            $status = 1
        }
    }
    if ($status -ne 0) {
        $global:LASTEXITCODE = $status
        $failed = [Exception]::new("assume: exit status $status")
        $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new($failed, 'assume', 'NotSpecified', $null))
    }
}
