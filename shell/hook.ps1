# The hook of PowerShell 5.1 and 7: keeps the keys of this shell alive, and its segment true. Nothing here is looked up on
# PATH, and nothing starts a process while no keys are due.

# What this shell is, by an evaluated text or list alone, which no environment can hold: the words of __assume_took, in
# this order.
#    0-4  session, start URL, region of the session, account id, role
#    5-7  the profile as it was typed, the generation of the lock, the access key id
#    8-9  seconds until the keys are due, and until they end; empty where they have no end
#  10-15  file and number of each marker: of the keys, of the session, of the lock
#  16-19  the segment before the time left and after it, whether it shows that time, whether this is production
function global:__assume_took([string[]]$Words, [switch]$Asked) {
    if ($Words.Count -ne 20) { return }
    $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    $global:__assume_is = $Words
    $global:__assume_at = @{
        Now = $now; Due = $null; End = $null; Next = 0; State = ''; Said = $false; Looked = $false
        # Nothing to do before this time; the number of the lock's marker at the last prompt.
        Later = 0; Lock = $Words[15]
    }
    $global:__assume_hung = $false
    # What the hook did not ask for, the person did: leaving the folder does not undo it.
    if (-not $Asked) { $global:__assume_here.Outcome = '' }
    if ($Words[8] -match '^\d{1,12}$' -and $Words[9] -match '^\d{1,12}$') {
        $global:__assume_at.Due = $now + [long]$Words[8]
        $global:__assume_at.End = $now + [long]$Words[9]
    }
    __assume_segment
}

# As the hook is loaded: what the shell is already.
function global:__assume_adopt([string[]]$Words) {
    __assume_took $Words -Asked
}

function global:__assume_gone {
    $global:__assume_is = $null
    $global:__assume_state = ''
}

# SECONDS MESSAGE STATE NUMBER NUMBER NUMBER: there are no new keys yet; no look within these seconds, unless one of the
# three markers says otherwise.
function global:__assume_wait([string[]]$Words) {
    if ($Words.Count -ne 6 -or $null -eq $global:__assume_is -or $Words[0] -notmatch '^\d{1,12}$') { return }
    $at = $global:__assume_at
    $at.Next = $at.Now + [long]$Words[0]
    $at.State = $Words[2]
    $global:__assume_is[11] = $Words[3]
    $global:__assume_is[13] = $Words[4]
    $global:__assume_is[15] = $Words[5]
    if ($Words[1] -and -not $at.Said) {
        $at.Said = $true
        # What a prompt writes to stderr is not shown.
        $Host.UI.WriteLine($Words[1])
    }
    __assume_segment
}

# ---- before each prompt ----------------------------------------------------------------------------------------

function global:__assume_hook {
    $is = $global:__assume_is
    if ($null -eq $is) { return }
    # Keys that somebody put here by hand are theirs.
    if ([Environment]::GetEnvironmentVariable('AWS_ACCESS_KEY_ID') -cne $is[7]) {
        __assume_gone
        [Environment]::SetEnvironmentVariable('ASSUME_SEGMENT', [NullString]::Value)
        return
    }
    $at = $global:__assume_at
    $lock = '0', '', ''
    if ([IO.File]::Exists($is[14])) { $lock = [IO.File]::ReadAllLines($is[14]) }
    if ($lock[0] -cne $at.Lock) {
        $at.Lock = $lock[0]
        # A lock, and not only an unlocking.
        if ($lock.Count -gt 1 -and $lock[1] -and $lock[1] -cne $is[6]) {
            __assume_locked
            return
        }
    }
    $last = $at.Now
    $at.Now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    if ($at.Now -lt $at.Later -and $at.Now -ge $last) { return }
    if ($null -ne $at.Due -and -not $global:__assume_hung) {
        if ($at.Now -lt $last) {
            # The clock went back: how much is left, only the binary knows.
            __assume_look
        } elseif ($at.Now -ge $at.Due) {
            __assume_when_due
        }
    }
    if ($null -ne $global:__assume_is) { __assume_segment }
}

function global:__assume_when_due {
    $at = $global:__assume_at
    if ($at.Now -ge $at.End -and -not $at.Looked) {
        $at.Looked = $true
        __assume_look '--expired'
    } elseif ($at.Now -ge $at.Next -or (__assume_changed)) {
        __assume_look
    }
}

# Whether somebody got new keys, signed in, or unlocked.
function global:__assume_changed {
    $is = $global:__assume_is
    foreach ($index in 10, 12, 14) {
        $number = '0'
        foreach ($line in __assume_marker $is[$index]) { $number = $line; break }
        if ($number -cne $is[$index + 1]) { return $true }
    }
    $false
}

function global:__assume_marker([string]$Path) {
    if ([IO.File]::Exists($Path)) {
        try { [IO.File]::ReadAllLines($Path) } catch { [void]$_ }
    }
}

# Asks the binary, which answers from the vault and leaves the network to a process of its own.
function global:__assume_look([string]$Option) {
    $at = $global:__assume_at
    # Before the call, so that Ctrl-C does not begin it anew at the next prompt.
    $at.Next = $at.Now + 5
    $words = @($Option | Where-Object { $_ }) + @(__ASSUME_AT_LOAD__) + @('--') + $global:__assume_is[0..6]
    __assume_ask $words
}

# The words go as base64: Windows PowerShell has no way to hand over a list of arguments. Not by `&`, which would change
# LASTEXITCODE and could not be left alone after two seconds.
function global:__assume_ask([string[]]$Words) {
    $start = [Diagnostics.ProcessStartInfo]::new()
    $start.FileName = __ASSUME_BINARY__
    $packed = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Words -join "`0"))
    $start.Arguments = "refresh --packed $packed"
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.EnvironmentVariables['ASSUME_SHELL'] = 'powershell-list'
    $lines = [System.Collections.Generic.List[string]]::new()
    try {
        $process = [Diagnostics.Process]::Start($start)
        $process.StandardInput.Close()
        $reading = $process.StandardOutput.ReadToEndAsync()
        if (-not $process.WaitForExit(2000)) {
            $global:__assume_hung = $true
            $process.Kill()
            return
        }
        if ($process.ExitCode -eq 0) {
            $reading.GetAwaiter().GetResult().Split("`n") | Where-Object { $_ } | ForEach-Object { $lines.Add($_.TrimEnd("`r")) }
        }
    } catch {
        # A binary that is missing or broken: the keys there are go on.
        return
    }
    [void](__assume_apply $lines -Asked)
}

# Somebody locked assume: these keys are no longer for this shell.
function global:__assume_locked {
    'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION', 'ASSUME_EXPIRES' |
        ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
    $global:__assume_at.State = 'locked'
    __assume_segment
    # What somebody else named must neither act on the terminal nor run when it is pasted.
    $name = $global:__assume_is[5]
    if ($name -cnotmatch '^[A-Za-z0-9_./@+,:][A-Za-z0-9_./@+,: -]*\z') { $name = 'PROFILE' } elseif ($name.Contains(' ')) { $name = "'$name'" }
    $Host.UI.WriteLine("assume: locked meanwhile, so this shell has no keys any more; to come back: assume $name")
    $global:__assume_is = $null
}

# ---- the segment -----------------------------------------------------------------------------------------------

function global:__assume_segment {
    $is = $global:__assume_is
    $at = $global:__assume_at
    $state = $at.State
    $left = ''
    # Without an end there is no time to be kept up to date.
    $at.Later = [long]::MaxValue
    if ($null -ne $at.End) {
        $seconds = $at.End - $at.Now
        # The segment changes with the minute, at the last with the second; keys that are due are looked for at each prompt.
        $at.Later = if ($at.Now -ge $at.Due) { $at.Now } elseif ($seconds -lt 60) { $at.Now + 1 } else {
            [Math]::Min($at.Due, $at.Now + $seconds % 60 + 1)
        }
        if (-not $state) {
            if ($seconds -le 0) { $state = 'expired' } elseif ($at.Now -ge $at.Due) { $state = 'expiring' }
        }
        $left = __assume_remaining $seconds
    }
    if (-not $state) { $state = 'fine' }
    if ($state -eq 'sign_in_needed') { $left = 'sign in' }
    if ($state -eq 'locked' -or $state -eq 'expired') { $left = $state }
    if ($is[18] -cne 'left') { $left = '' }
    $all = $is[16] + $left + $is[17]
    $columns = try { [Console]::WindowWidth } catch { 0 }
    if ($columns -gt 8 -and $all.Length -gt $columns / 2) {
        $all = __assume_fit ([Math]::Floor($columns / 2)) $is[16] ($left + $is[17])
    }
    [Environment]::SetEnvironmentVariable('ASSUME_SEGMENT', $all)
    if (('fine', 'expiring') -ccontains $state -and $is[19] -ceq 'production') { $state = 'production' }
    $global:__assume_state = $state
}

# Into so many cells, of a terminal that is narrower by now: the names are cut, and not the time left or the state behind
# them. Below 12 cells the names matter more, as to the binary.
function global:__assume_fit([int]$Cells, [string]$Names, [string]$Rest) {
    if ($Cells -ge 12) {
        $Rest = __assume_cut $Rest ($Cells - [Math]::Min(4, $Names.Length))
        if ($Names.EndsWith(' ')) {
            $Names = $Names.Substring(0, $Names.Length - 1)
            $Rest = " $Rest"
        }
        $Names = __assume_cut $Names ($Cells - $Rest.Length)
    }
    __assume_cut ($Names + $Rest) $Cells
}

function global:__assume_cut([string]$Text, [int]$Cells) {
    if ($Text.Length -gt $Cells) { $Text.Substring(0, $Cells - 1) + '~' } else { $Text }
}

# Seconds as a person reads them: 12s, 47m, 7h59m.
function global:__assume_remaining([long]$Seconds) {
    $minutes = [Math]::Floor($Seconds / 60)
    if ($Seconds -ge 3600) { return "$([Math]::Floor($minutes / 60))h$($minutes % 60)m" }
    if ($Seconds -ge 60) { return "${minutes}m" }
    "${Seconds}s"
}

function global:__assume_shown {
    if ('' -eq __ASSUME_PROMPT__ -or -not $global:__assume_state) { return '' }
    $color = @{
        fine = __ASSUME_COLOR_FINE__; production = __ASSUME_COLOR_PRODUCTION__; expiring = __ASSUME_COLOR_EXPIRING__
        expired = __ASSUME_COLOR_EXPIRED__; sign_in_needed = __ASSUME_COLOR_SIGN_IN_NEEDED__; locked = __ASSUME_COLOR_LOCKED__
    }[$global:__assume_state]
    $segment = [Environment]::GetEnvironmentVariable('ASSUME_SEGMENT')
    if ($color) { "$([char]27)[${color}m$segment$([char]27)[0m " } else { "$segment " }
}

# Around the prompt there is, once. `$?` has to be read first, and to be as it was when the prompt looks at it.
if (-not (Test-Path -LiteralPath Variable:global:__assume_prompt_before)) {
    $global:__assume_is = $null
    $global:__assume_at = $null
    $global:__assume_state = ''
    $global:__assume_hung = $false
    $global:__assume_here = @{
        Folder = ''; File = ''; Marker = ''; Number = ''; Ticks = 0; Outcome = ''; In = ''; Back = $null; BackIs = $null
        BackAt = $null
    }
    $global:__assume_prompt_before = $function:prompt
    function global:prompt {
        $succeeded = $?
        $errors = $global:Error.Count
        try { __assume_folder; __assume_hook } catch { [void]$_ }
        # What went wrong in here is none of the person's errors.
        while ($global:Error.Count -gt $errors) { $global:Error.RemoveAt(0) }
        $shown = __assume_shown
        if (-not $succeeded) { Microsoft.PowerShell.Utility\Write-Error '' -ErrorAction Ignore }
        $shown + (& $global:__assume_prompt_before)
    }
}
