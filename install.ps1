# Install assume for PowerShell 5.1 or 7, or take it out again: from a checkout, which is built, or from an unpacked release
# archive, which is checked against its SHA256SUMS.
#
#   ./install.ps1                  into %LOCALAPPDATA%\Programs\assume, elsewhere than on Windows ~/.local/bin; asks before it
#                                  adds the lines that load assume to your profile
#   ./install.ps1 -Prefix DIR      into DIR, elsewhere than on Windows DIR/bin
#   ./install.ps1 -Yes             adds those lines without asking
#   ./install.ps1 -DryRun          says what would be done, and does nothing
#   ./install.ps1 -Uninstall       takes out what was installed there; ~/.aws and the vault stay
#
# Nothing here runs before the last line: a script that was cut off on its way does nothing.
param([string]$Prefix, [switch]$Yes, [switch]$DryRun, [switch]$Uninstall)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

# ---- what is said --------------------------------------------------------------------------------------------

function Say([string]$Text) { [Console]::Error.WriteLine($Text) }

function Warn([string]$Message, [string]$Hint) {
    Say "warning: $Message"
    Say "hint: $Hint"
}

function Fail([string]$Message, [string]$Hint) {
    Say "install.ps1: $Message"
    Say "hint: $Hint"
    exit 1
}

# Says a step: whether it is taken, which in a dry run it is not.
function Step([string]$Text) {
    if ($DryRun) { Say "would $Text" } else { Say $Text }
    -not $DryRun
}

# ---- the program ---------------------------------------------------------------------------------------------

function Find-Expected([string]$Sums, [string]$Name) {
    $found = @()
    foreach ($line in [IO.File]::ReadAllLines($Sums)) {
        if ($line -cmatch '^([0-9A-Fa-f]{64}) [ *](\./)?(.+)$' -and $Matches[3] -ceq $Name) { $found += $Matches[1].ToLowerInvariant() }
    }
    if ($found.Count -ne 1) { Fail "SHA256SUMS has no single line for ${Name}: nothing is installed" $again }
    $found[0]
}

# The bytes that were checked are the bytes that are written.
function Read-Archive {
    $file = Join-Path $PSScriptRoot $binaryName
    $sums = Join-Path $PSScriptRoot 'SHA256SUMS'
    if (-not [IO.File]::Exists($file)) { Fail "there is neither a Cargo.toml nor $binaryName beside install.ps1" $again }
    if (-not [IO.File]::Exists($sums)) { Fail 'there is no SHA256SUMS beside install.ps1: nothing is installed' $again }
    $expected = Find-Expected $sums $binaryName
    $bytes = [IO.File]::ReadAllBytes($file)
    $algorithm = [Security.Cryptography.SHA256]::Create()
    $counted = [BitConverter]::ToString($algorithm.ComputeHash($bytes)).Replace('-', '').ToLowerInvariant()
    if ($counted -cne $expected) { Fail "$binaryName is not what SHA256SUMS says (it is $counted): nothing is installed" $again }
    , $bytes
}

function Read-Checkout {
    if (-not (Get-Command cargo -CommandType Application -ErrorAction Ignore)) {
        Fail 'assume is built with Rust, and there is no cargo on PATH' 'get it from https://rustup.rs, open a new shell, and run this again'
    }
    if (-not (Step "build assume in $PSScriptRoot; the first time takes a few minutes")) { return , [byte[]]@() }
    $target = Join-Path $PSScriptRoot 'target'
    & cargo build --locked --release --bin assume --manifest-path (Join-Path $PSScriptRoot 'Cargo.toml') --target-dir $target | Out-Null
    if ($LASTEXITCODE -ne 0) { Fail 'assume could not be built: nothing is installed' 'see what cargo said' }
    , [IO.File]::ReadAllBytes((Join-Path (Join-Path $target 'release') $binaryName))
}

# What was made here is in the record, the deepest first, for -Uninstall.
function New-Folder([string]$Path) {
    if ([IO.Directory]::Exists($Path)) { return }
    New-Folder ([IO.Path]::GetDirectoryName($Path))
    [void][IO.Directory]::CreateDirectory($Path)
    $made.Insert(0, $Path)
}

function Save-Record {
    if ([IO.File]::Exists($record)) { $made.AddRange([string[]]@([IO.File]::ReadAllLines($record) | Where-Object { -not $made.Contains($_) })) }
    [IO.File]::WriteAllLines($record, $made)
}

function Remove-Folders {
    if (-not [IO.File]::Exists($record)) { return }
    $folders = [IO.File]::ReadAllLines($record)
    [IO.File]::Delete($record)
    foreach ($folder in $folders) {
        # Those that hold something of other people stay.
        try { [IO.Directory]::Delete($folder) } catch { $null = $_ }
    }
}

function Test-Same([byte[]]$Bytes, [string]$File) {
    [IO.File]::Exists($File) -and [Convert]::ToBase64String($Bytes) -ceq [Convert]::ToBase64String([IO.File]::ReadAllBytes($File))
}

# A script of that name is not from here: it is Granted's, or a person's own.
function Test-Script([string]$File) {
    if (-not [IO.File]::Exists($File)) { return $false }
    $stream = [IO.File]::OpenRead($File)
    try { $stream.ReadByte() -eq 0x23 -and $stream.ReadByte() -eq 0x21 } finally { $stream.Dispose() }
}

function Install-Program([byte[]]$Bytes) {
    if ((Test-Script $program) -and -not [IO.File]::Exists($record)) {
        Fail "$program is there already, and this did not install it (Granted has a script named assume)" 'move it away, or choose another -Prefix'
    }
    if ($DryRun) {
        Say "would install $program"
        return
    }
    New-Folder ([IO.Path]::GetDirectoryName($program))
    New-Folder ([IO.Path]::GetDirectoryName($record))
    Save-Record
    if (Test-Same $Bytes $program) { return }
    # Beside it, tried, and then renamed: an assume that runs meanwhile keeps its file, which Windows lets be moved, not deleted.
    $new = Join-Path ([IO.Path]::GetDirectoryName($program)) ".new-$PID-$binaryName"
    try {
        [IO.File]::WriteAllBytes($new, $Bytes)
        if (-not $onWindows) { & /bin/chmod 755 $new }
        & $new --version | Out-Null
        if ($LASTEXITCODE -ne 0) { throw 'it ends with an error' }
    } catch {
        [IO.File]::Delete($new)
        if (-not [IO.File]::Exists($program)) { Remove-Folders }
        Fail "this assume does not run on this machine: $_" 'get the archive for this machine, or build from a checkout'
    }
    if ($onWindows -and [IO.File]::Exists($program)) {
        Remove-Old
        [IO.File]::Move($program, "$program.old-$PID")
    } elseif ([IO.File]::Exists($program)) {
        [IO.File]::Delete($program)
    }
    [IO.File]::Move($new, $program)
    Remove-Old
    Say "installed $program"
}

# Those that still run stay until the next time.
function Remove-Old {
    foreach ($old in [IO.Directory]::GetFiles([IO.Path]::GetDirectoryName($program), "$binaryName.old-*")) {
        try { [IO.File]::Delete($old) } catch [UnauthorizedAccessException], [IO.IOException] { $null = $_ }
    }
}

# ---- the profile ---------------------------------------------------------------------------------------------

$begin = '# >>> assume >>>'
$end = '# <<< assume <<<'
$madeNote = '# This file was made for these lines, and goes with them.'
$cutNote = '# This file had no newline at its end, and gets that back.'

# A path as an expression of ASCII: 5.1 reads a file without a mark as ANSI, and to the parser a curly quote is a quote.
function Format-Path([string]$Path) {
    $head = @()
    $roots = @(@('$env:LOCALAPPDATA', $env:LOCALAPPDATA), @('$HOME', $HOME))
    foreach ($root in $roots) {
        if ($root[1] -and $Path.StartsWith($root[1] + [IO.Path]::DirectorySeparatorChar)) {
            $head = @($root[0])
            $Path = $Path.Substring($root[1].Length)
            break
        }
    }
    $parts = [regex]::Matches($Path, '[ -~]+|[^ -~]') | ForEach-Object {
        if ($_.Value -match '^[ -~]') { "'" + $_.Value.Replace("'", "''") + "'" } else { '[char]' + [int][char]$_.Value }
    }
    '(' + (($head + @($parts)) -join ' + ') + ')'
}

function Get-Block([bool]$Made, [bool]$Cut) {
    $folder = Format-Path ([IO.Path]::GetDirectoryName($program))
    $file = Format-Path $program
    $begin
    '# From install.ps1 of assume, which takes it out again with -Uninstall.'
    if ($Made) { $madeNote }
    if ($Cut) { $cutNote }
    "if (`$env:PATH.Split([IO.Path]::PathSeparator) -notcontains $folder) { `$env:PATH = $folder + [IO.Path]::PathSeparator + `$env:PATH }"
    "if (Test-Path -LiteralPath $file) { Invoke-Expression (& $file init powershell | Out-String) }"
    $end
}

function Find-Profile {
    $variable = Get-Variable PROFILE -ErrorAction Ignore
    if ($variable -and $variable.Value -and $variable.Value.PSObject.Properties['CurrentUserAllHosts']) {
        return $variable.Value.CurrentUserAllHosts
    }
    if ($onWindows) {
        $name = if ($PSVersionTable.PSVersion.Major -lt 6) { 'WindowsPowerShell' } else { 'PowerShell' }
        return Join-Path (Join-Path ([Environment]::GetFolderPath('MyDocuments')) $name) 'profile.ps1'
    }
    $config = if ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } else { Join-Path $HOME '.config' }
    Join-Path (Join-Path $config 'powershell') 'profile.ps1'
}

# Where a path leads once its links are followed.
function Resolve-Link([string]$Path) {
    for ($hops = 0; $hops -lt 40; $hops++) {
        $item = Get-Item -LiteralPath $Path -Force -ErrorAction Ignore
        if (-not $item) { $item = [IO.FileInfo]$Path }
        $link = $null
        # .NET 6 and later tell; Windows PowerShell has a property of its own.
        foreach ($name in 'LinkTarget', 'Target') {
            if (-not $link -and $item.PSObject.Properties[$name]) { $link = @($item.$name)[0] }
        }
        if (-not $link) { break }
        $Path = [IO.Path]::Combine([IO.Path]::GetDirectoryName($Path), $link)
    }
    $Path
}

# What a profile holds: its lines with their ends, where our blocks are in them, and what stands against editing it.
function Read-Profile([string]$Path) {
    $target = Resolve-Link $Path
    $found = @{
        Path = $Path; Target = $target; Exists = [IO.File]::Exists($target); Why = $null; Broken = 0
        Mark = ''; Lines = @(); Blocks = @(); Made = $false; Cut = $false; Encoding = [Text.Encoding]::GetEncoding(28591)
    }
    if (-not $found.Exists) {
        if ($target -cne $Path) { $found.Why = "it is a link to $target, and that is not there" }
        if ([IO.Directory]::Exists($target)) { $found.Why = 'it is a folder' }
        return $found
    }
    if (([IO.FileInfo]$target).IsReadOnly) { $found.Why = 'it is read-only' }
    $bytes = [IO.File]::ReadAllBytes($target)
    # Latin-1 takes every byte for a character and back, whatever the encoding; UTF-16 says by its mark that it is none.
    if ($bytes.Length -ge 2 -and $bytes[0] -eq 0xFF -and $bytes[1] -eq 0xFE) { $found.Encoding = [Text.Encoding]::Unicode }
    if ($bytes.Length -ge 2 -and $bytes[0] -eq 0xFE -and $bytes[1] -eq 0xFF) { $found.Encoding = [Text.Encoding]::BigEndianUnicode }
    $text = $found.Encoding.GetString($bytes)
    if ($text.Contains([string][char]0) -or -not (Test-Same $found.Encoding.GetBytes($text) $target)) {
        $found.Why = 'it is not text in an encoding known here'
        return $found
    }
    if ($text -cmatch '^(\uFEFF|\u00EF\u00BB\u00BF)') { $found.Mark = $Matches[1] }
    $text = $text.Substring($found.Mark.Length)
    $found.Lines = @([regex]::Split($text, '(?<=\n)') | Where-Object { $_ })
    $first = 0
    for ($number = 1; $number -le $found.Lines.Count; $number++) {
        $line = $found.Lines[$number - 1] -replace '\r?\n$', ''
        if ($line -ceq $begin) {
            if ($first) { $found.Broken = $first }
            $first = $number
        } elseif ($line -ceq $end) {
            if ($first) { $found.Blocks += , @($first, $number) } else { $found.Broken = $number }
            $first = 0
        } elseif ($first -and $line -ceq $madeNote) { $found.Made = $true }
        elseif ($first -and $line -ceq $cutNote) { $found.Cut = $true }
    }
    if ($first) { $found.Broken = $first }
    $found
}

function Get-Places($Found) { (@($Found.Blocks | ForEach-Object { "$($_[0])-$($_[1])" })) -join ', ' }

function Get-LineEnd($Found) {
    $ended = @($Found.Lines | Where-Object { $_.EndsWith("`n") })
    if (-not $ended) { return [Environment]::NewLine }
    if (@($ended | Where-Object { -not $_.EndsWith("`r`n") })) { "`n" } else { "`r`n" }
}

# The lines without our blocks, and with $Block in the place of the first or at the end.
function Join-Profile($Found, [string]$Block) {
    $text = [Text.StringBuilder]::new()
    $last = 0
    foreach ($place in $Found.Blocks) {
        for ($number = $last + 1; $number -lt $place[0]; $number++) { [void]$text.Append($Found.Lines[$number - 1]) }
        if (-not $last) { [void]$text.Append($Block) }
        $last = $place[1]
    }
    for ($number = $last + 1; $number -le $Found.Lines.Count; $number++) { [void]$text.Append($Found.Lines[$number - 1]) }
    if (-not $last) {
        if ($Block -and $text.Length -and $text[$text.Length - 1] -ne "`n") { [void]$text.Append((Get-LineEnd $Found)) }
        [void]$text.Append($Block)
    } elseif (-not $Block -and $Found.Cut -and $last -eq $Found.Lines.Count -and $text.Length) {
        # The newline that was added before the block goes with it, unless something stands behind the block now.
        $added = $(if ($Found.Lines[$Found.Blocks[0][0] - 1].EndsWith("`r`n")) { 2 } else { 1 })
        [void]$text.Remove($text.Length - $added, $added)
    }
    $text.ToString()
}

# Whole or not at all, with mode or access list as they were.
function Write-Profile($Found, [string]$Text) {
    $new = "$($Found.Target).$PID"
    try {
        if ($Found.Exists) { [IO.File]::Copy($Found.Target, $new, $true) }
        [IO.File]::WriteAllBytes($new, $Found.Encoding.GetBytes($Found.Mark + $Text))
        if ($Found.Exists) { [IO.File]::Replace($new, $Found.Target, [NullString]::Value) } else { [IO.File]::Move($new, $Found.Target) }
    } catch {
        [IO.File]::Delete($new)
        Fail "cannot write $($Found.Target): $_" 'it is as it was'
    }
}

function Show-Block([string[]]$Block) { $Block | ForEach-Object { Say "    $_" } }

# Answers are a person's, at the terminal.
function Test-Wanted([string]$Change, [string[]]$Block) {
    $answerable = $Yes -or -not [Console]::IsInputRedirected
    if (-not $answerable) { Say "$profileFile is left as it is: there is no terminal to ask at. -Yes would ${Change}:" }
    elseif ($DryRun -and $Yes) { Say "would ${Change}:" }
    elseif ($DryRun) { Say "would ask whether to ${Change}:" }
    else { Say "${Change}:" }
    Show-Block $Block
    if (-not $answerable -or $DryRun) { return $false }
    if ($Yes) { return $true }
    [Console]::Error.Write('Do that? [Y/n] ')
    try { $answer = [Console]::In.ReadLine() } catch { $answer = $null }
    if ($null -ne $answer -and $answer -match '^\s*(y|yes)?\s*$') { return $true }
    Say "left $profileFile as it is"
    $false
}

function Show-Left($Found, [string[]]$Block) {
    if ($Found.Broken) {
        Warn "$profileFile is left as it is: in line $($Found.Broken) there is a marker of assume without its other one" `
            "delete what is left of that block ($begin to $end), then run this again"
    } else {
        Warn "$profileFile is left as it is: $($Found.Why)" 'add these lines to it yourself:'
        Show-Block $Block
    }
}

function Add-Block {
    $found = Read-Profile $profileFile
    $cut = $found.Cut -or (-not $found.Blocks -and $found.Lines.Count -and -not $found.Lines[-1].EndsWith("`n"))
    $block = @(Get-Block ($found.Made -or -not $found.Exists) $cut)
    if ($found.Broken -or ($found.Why -and -not $found.Blocks)) { return Show-Left $found $block }
    $lineEnd = Get-LineEnd $found
    $text = Join-Profile $found (($block -join $lineEnd) + $lineEnd)
    if ($found.Exists -and $text -ceq ($found.Lines -join '')) { return Say "$profileFile loads assume already" }
    if ($found.Why) { return Show-Left $found $block }
    $change = switch ($found.Blocks.Count) {
        0 { "add these lines to $profileFile" }
        1 { "bring lines $(Get-Places $found) of $profileFile up to date" }
        default { "leave one of the blocks (lines $(Get-Places $found)) in $profileFile" }
    }
    if (-not (Test-Wanted $change $block)) { return }
    New-Folder ([IO.Path]::GetDirectoryName($found.Target))
    Save-Record
    $backup = "$profileFile.assume-backup"
    if ($found.Exists -and -not $found.Blocks) {
        if (-not (Test-Path -LiteralPath $backup)) {
            [IO.File]::Copy($found.Target, $backup)
            Say "kept a copy as $backup"
        } elseif (-not (Test-Same ([IO.File]::ReadAllBytes($backup)) $found.Target)) { Say "left the older copy $backup as it is" }
    }
    Write-Profile $found $text
    Say "changed $profileFile"
    Say 'Open a new PowerShell; then "assume list" shows the profiles, and "assume PROFILE" switches.'
}

# The profile is then byte for byte what it would be had there never been a block. Whether that is so.
function Remove-Block {
    $found = Read-Profile $profileFile
    if (-not $found.Blocks -and -not $found.Broken) { return $true }
    if ($found.Broken) {
        Show-Left $found @()
        return $false
    }
    $places = Get-Places $found
    $mine = $found.Lines | Where-Object { $_.Contains((Format-Path $program) + ' init') }
    if (-not $mine) {
        Warn "the block in $profileFile (lines $places) loads an assume that is not ${program}: it stays" 'run this again with the -Prefix of that one'
        return $true
    }
    if ($found.Why) {
        Warn "$profileFile is left as it is: $($found.Why)" "delete its lines $places"
        return $false
    }
    if (-not (Step "take lines $places out of $profileFile")) { return $true }
    $text = Join-Profile $found ''
    if ($found.Made -and -not $text -and $found.Target -ceq $profileFile) {
        [IO.File]::Delete($profileFile)
        return $true
    }
    Write-Profile $found $text
    $backup = "$profileFile.assume-backup"
    if ([IO.File]::Exists($backup)) {
        if (Test-Same ([IO.File]::ReadAllBytes($backup)) $found.Target) { [IO.File]::Delete($backup) }
        else { Say "left $backup, since $profileFile has changed since" }
    }
    $true
}

# ---- the way through -----------------------------------------------------------------------------------------

function Show-OtherAssume {
    foreach ($other in @(Get-Command assume -All -CommandType Alias, Application, ExternalScript -ErrorAction Ignore)) {
        $is = $(if ($other.CommandType -eq 'Alias') { "an alias of $($other.Definition)" } else { $other.Source })
        if ($other.CommandType -ne 'Alias' -and $is -eq $program) { return }
        Warn "another assume goes before this program: $is" "remove it, or put $([IO.Path]::GetDirectoryName($program)) before it on PATH (Granted installs one of that name)"
        return
    }
}

function Remove-Program {
    if ([IO.File]::Exists($program)) {
        if ((Test-Script $program) -and -not [IO.File]::Exists($record)) { Say "left $program, which this did not install" }
        elseif (Step "delete $program") { [IO.File]::Delete($program) }
    } else { Say "no assume is installed as $program" }
    if (-not $DryRun) { Remove-Folders }
}

function Invoke-Main {
    if ($Uninstall) {
        $clean = Remove-Block
        Remove-Program
        Say 'Sealed sign-ins and keys, and ~/.aws, stay where they are.'
        if (-not $clean) { exit 1 }
        return
    }
    $bytes = if ([IO.File]::Exists((Join-Path $PSScriptRoot 'Cargo.toml'))) { Read-Checkout } else { Read-Archive }
    Install-Program $bytes
    Add-Block
    Show-OtherAssume
}

$onWindows = [Environment]::OSVersion.Platform -eq 'Win32NT'
$binaryName = $(if ($onWindows) { 'assume.exe' } else { 'assume' })
$again = 'get the archive again, from where assume is released'
$made = [Collections.Generic.List[string]]::new()
if (-not $Prefix) { $Prefix = $(if ($onWindows) { Join-Path (Join-Path $env:LOCALAPPDATA 'Programs') 'assume' } else { Join-Path $HOME '.local' }) }
$Prefix = [IO.Path]::GetFullPath([IO.Path]::Combine((Get-Location).ProviderPath, $Prefix))
$program = $(if ($onWindows) { Join-Path $Prefix $binaryName } else { Join-Path (Join-Path $Prefix 'bin') $binaryName })
$record = $(if ($onWindows) { Join-Path $Prefix 'installed.txt' } else { [IO.Path]::Combine($Prefix, 'share', 'assume', 'installed-by-powershell') })
$profileFile = Find-Profile
Invoke-Main
