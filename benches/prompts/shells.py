"""Each shell with one hook in it: what is loaded, and what a prompt of it does, as a loop of so many prompts."""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(HERE, "tests", "prompts"))

from world import pwsh  # noqa: E402

# Everything the shell itself does for a prompt but drawing it: the hooks, then the text of the prompt. A number comes in
# by a pipe, whose opening is the wait for it, and which a signal may end; a line goes out by another when so many prompts are done.
LOOPS = {
    "bash": r"""
bench_serve() {
    local prompts at hook
    while :; do
        read -r prompts <"$BENCH_IN" || continue
        for ((at = 0; at < prompts; at++)); do
            for hook in "${PROMPT_COMMAND[@]}"; do eval "$hook"; done
            : "${PS1@P}"
        done
        echo done >"$BENCH_OUT"
    done
}
""",
    "zsh": r"""
bench_serve() {
    local prompts hook
    while :; do
        read -r prompts <$BENCH_IN || continue
        repeat $prompts; do
            for hook in $precmd_functions; do $hook; done
            : "${(%%)PROMPT}"
        done
        echo done >$BENCH_OUT
    done
}
""",
    "fish": r"""
function bench_serve
    while true
        read -l prompts <$BENCH_IN; or continue
        for at in (string split -n ' ' (string repeat -n $prompts 'x '))
            emit fish_prompt
            set -l drawn (fish_prompt)
        end
        echo done >$BENCH_OUT
    end
end
""",
    "powershell": r"""
function global:bench_serve {
    while ($true) {
        $prompts = [int][IO.File]::ReadAllText($env:BENCH_IN)
        for ($at = 0; $at -lt $prompts; $at++) { $null = prompt }
        [IO.File]::AppendAllText($env:BENCH_OUT, "done`n")
    }
}
""",
}

# A prompt, and a hook that does nothing: what the others are compared with.
NOTHING = {
    "bash": "bench_nothing() { :; }\nPROMPT_COMMAND=bench_nothing\nPS1='$ '\n",
    "zsh": "bench_nothing() { :; }\nprecmd_functions=(bench_nothing)\nPROMPT='%# '\n",
    "fish": "function bench_nothing --on-event fish_prompt; end\nfunction fish_prompt; echo '> '; end\n",
    "powershell": "function global:bench_nothing { }\n"
    "$global:bench_before = { 'PS> ' }\nfunction global:prompt { bench_nothing; '' + (& $global:bench_before) }\n",
}

PLAIN = {
    "bash": "PS1='$ '\n",
    "zsh": "PROMPT='%# '\n",
    "fish": "function fish_prompt; echo '> '; end\n",
    "powershell": "function global:prompt { 'PS> ' }\n",
}


def load(shell, command, powershell_name="powershell"):
    """What a start file has for a tool that prints text to load."""
    return {
        "bash": f'eval "$({command} bash)"\n',
        "zsh": f'eval "$({command} zsh)"\n',
        "fish": f"{command} fish | source\n",
        "powershell": f"Invoke-Expression (& {{ {command} {powershell_name} | Out-String }})\n",
    }[shell]


def assume(shell, options="", switched=True):
    text = PLAIN[shell] + load(shell, "assume init").replace(f"init {shell}", f"init {shell} {options}".rstrip())
    return text + ("assume dev\n" if switched else "")


def hooks(shell):
    """Name, start file, and folder of each hook; first the one that does nothing."""
    yield "nothing", NOTHING[shell], "."
    yield "assume, not switched", assume(shell, switched=False), "."
    yield "assume", assume(shell), "."
    yield "assume, twelve folders down", assume(shell), "/".join("abcdefghijkl")
    yield "assume, with `--prompt`", assume(shell, "--prompt"), "."
    # PowerShell here may be an engine without the cmdlets that the prompts of others use.
    if shutil.which("zoxide") and shell != "powershell":
        yield "zoxide", PLAIN[shell] + load(shell, "zoxide init"), "."
    if shutil.which("direnv") and shell != "powershell":
        yield "direnv", PLAIN[shell] + load(shell, "direnv hook"), "."
    if shutil.which("starship") and shell != "powershell":
        yield "starship", load(shell, "starship init"), "."


def program(shell):
    return pwsh() if shell == "powershell" else shutil.which(shell)


def words(shell, folder):
    """A shell that reads the start file of this folder."""
    return {
        "bash": [program("bash"), "--noprofile", "--rcfile", f"{folder}/start", "-i"],
        "zsh": [program("zsh"), "-d", "-i"],
        "fish": [program("fish"), "-i"],
        "powershell": [program("powershell"), "-NoLogo", "-NoProfile", "-NoExit", "-Command", f". {folder}/start.ps1"],
    }[shell]


def start_file(shell):
    """Where the start file is, and what tells the shell so."""
    return {
        "bash": ("start", {}),
        "zsh": (".zshrc", {"ZDOTDIR": "."}),
        "fish": ("fish/config.fish", {"XDG_CONFIG_HOME": "."}),
        "powershell": ("start.ps1", {}),
    }[shell]
