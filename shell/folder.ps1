# A folder's .assume file: found by looking alone, opened by nobody but the binary.
#
# $global:__assume_here: the folder at the last prompt, the file that holds there, its marker with the number in it, the file's
# time of change, what entering did (switched, dropped, or nothing), what the shell was then, and what it was before.

function global:__assume_folder {
    $here = $global:__assume_here
    $folder = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
    $file = $here.File
    if ($folder -cne $here.Folder -or [IO.File]::Exists([IO.Path]::Combine($folder, '.assume')) -or
        ($file -and -not [IO.File]::Exists($file))) {
        $file = __assume_nearest $folder
    }
    $here.Folder = $folder
    if ($file -cne $here.File) {
        __assume_leave
        $here.File = $file
        if ($file) { __assume_enter }
    } elseif ($file -and (__assume_file_changed)) {
        __assume_leave
        __assume_enter
    }
}

# The nearest one upwards.
function global:__assume_nearest([string]$Folder) {
    while ($Folder) {
        $file = [IO.Path]::Combine($Folder, '.assume')
        if ([IO.File]::Exists($file)) { return $file }
        $Folder = [IO.Path]::GetDirectoryName($Folder)
    }
    ''
}

# The marker's number rises when somebody trusts the file.
function global:__assume_file_changed {
    $here = $global:__assume_here
    if (-not $here.Marker) { return $false }
    if ([IO.File]::GetLastWriteTimeUtc($here.File).Ticks -ne $here.Ticks) { return $true }
    $number = ''
    foreach ($line in __assume_marker $here.Marker) { $number = $line; break }
    $number -cne $here.Number
}

function global:__assume_enter {
    $here = $global:__assume_here
    if ($global:__assume_hung) { return }
    # Before the call, so that Ctrl-C does not begin it anew at the next prompt.
    $here.Outcome = ''
    $here.Marker = ''
    $here.Ticks = [IO.File]::GetLastWriteTimeUtc($here.File).Ticks
    $here.Back = @{}
    if ([Environment]::GetEnvironmentVariable('ASSUME_PROFILE')) {
        __ASSUME_CONTRACT__ | ForEach-Object { $here.Back[$_] = [Environment]::GetEnvironmentVariable($_) }
    }
    $here.BackIs = $global:__assume_is
    $here.BackAt = $global:__assume_at
    __assume_ask (@("--folder=$($here.File)") + @(__ASSUME_AT_LOAD__))
    if (-not $here.Outcome) { $here.Back = $null }
}

# FILE MARKER NUMBER OUTCOME LINE: what came of it.
function global:__assume_entered([string[]]$Words) {
    $here = $global:__assume_here
    if ($Words.Count -ne 5 -or $Words[0] -cne $here.File) { return }
    $here.Marker = $Words[1]
    $here.Number = $Words[2]
    $here.Outcome = ''
    if ($Words[3] -cne 'kept') {
        $here.Outcome = $Words[3]
        $here.In = __assume_identity
    }
    # What a prompt writes to stderr is not shown.
    if ($Words[4]) { $Host.UI.WriteLine($Words[4]) }
}

function global:__assume_identity {
    if ($null -eq $global:__assume_is) { '' } else { $global:__assume_is[0..5] -join "`0" }
}

# Back to what was before, unless the person has switched by hand meanwhile.
function global:__assume_leave {
    $here = $global:__assume_here
    $outcome = $here.Outcome
    $here.Outcome = ''
    if (-not $outcome -or (__assume_identity) -cne $here.In) { return }
    if ($outcome -ceq 'dropped' -and [Environment]::GetEnvironmentVariable('AWS_ACCESS_KEY_ID')) { return }
    if ($here.Back.Count -eq 0) {
        __assume_gone
        [void](__assume_apply ([System.Collections.Generic.List[string]]@('assume/1', 'restore', '.')))
        return
    }
    $here.Back.Keys | ForEach-Object {
        [Environment]::SetEnvironmentVariable($_, $(if ($null -eq $here.Back[$_]) { [NullString]::Value } else { $here.Back[$_] }))
    }
    $global:__assume_is = $here.BackIs
    $global:__assume_at = $here.BackAt
    # Whatever is due since then is looked at now.
    if ($null -ne $global:__assume_at) { $global:__assume_at.Later = 0 }
    if ($null -eq $global:__assume_is) { __assume_gone }
    $here.Back = $null
}
