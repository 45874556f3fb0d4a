#!/usr/bin/env python3
"""Every snippet of docs/prompts in the shell and with the tool it is for, on a terminal, after a real switch.

    tests/prompts/snippets.py [TEXT]...     all of them, or those whose name has one of these texts

tests/prompts/run installs what is needed and calls this."""

import os
import shutil
import subprocess
import sys

from look import Wrong, home, look
from world import HERE, pwsh

HOOK = {
    "bash": 'eval "$(assume init bash)"\n',
    "zsh": 'eval "$(assume init zsh)"\n',
    "fish": "assume init fish | source\n",
    "powershell": "assume init powershell | Out-String | Invoke-Expression\n",
}
SHELLS = {
    "bash": (".bashrc", ["bash", "--noprofile", "-i"]),
    "zsh": (".zshrc", ["zsh", "-d", "-i"]),
    "fish": (".config/fish/config.fish", ["fish", "-i"]),
    "powershell": ("profile.ps1", [pwsh() or "pwsh", "-NoLogo", "-NoProfile", "-NoExit", "-Command", ". ./profile.ps1"]),
}


class Skip(Exception):
    """What this machine lacks."""


def snippet(name):
    with open(os.path.join(HERE, "docs", "prompts", name), encoding="utf-8") as file:
        return file.read()


def tool(name):
    """The folder of a program that is needed."""
    at = pwsh() if name == "powershell" else shutil.which(name)
    if not at:
        raise Skip(f"there is no {name}")
    return os.path.dirname(at)


def whole_powershell():
    """Tools that draw its prompt use cmdlets that an engine alone does not have."""
    folder = tool("powershell")
    has = subprocess.run([pwsh(), "-NoProfile", "-NonInteractive", "-Command", "Get-Date"], capture_output=True, text=True)
    if has.returncode or "not recognized" in has.stderr + has.stdout:
        raise Skip(f"the PowerShell in {folder} is an engine without the usual cmdlets")


def run(world, shell, start, folders=(), drawn=lambda name: name, **variables):
    """A shell with this start file."""
    tool(shell)
    file, words = SHELLS[shell]
    world.write(file, start)
    # Not every PowerShell comes with PSReadLine.
    look(world, words, {**world.variables(folders), **variables}, edits=shell != "powershell", drawn=drawn)


def plain(shell, file, before=""):
    return lambda world: run(world, shell, before + snippet(file))


def option(shell):
    return lambda world: run(world, shell, HOOK[shell].replace(f"init {shell}", f"init {shell} --prompt"))


def starship(shell):
    def check(world):
        folder = tool("starship")
        if shell == "powershell":
            whole_powershell()
        world.write("starship.toml", "add_newline = false\n" + snippet("starship.toml"))
        load = {
            "bash": 'eval "$(starship init bash)"\n',
            "zsh": 'eval "$(starship init zsh)"\n',
            "fish": "starship init fish | source\n",
            "powershell": "Invoke-Expression (&starship init powershell)\n",
        }
        # starship hands bash a `\$`, which is `#` in the prompt of root.
        as_root = shell == "bash" and os.geteuid() == 0
        drawn = (lambda name: name.replace("$", "#")) if as_root else (lambda name: name)
        run(world, shell, load[shell] + HOOK[shell], [folder], drawn, STARSHIP_CONFIG=world.path("starship.toml"))

    return check


def oh_my_posh(shell):
    def check(world):
        folder = tool("oh-my-posh")
        if shell == "powershell":
            whole_powershell()
        block = '{"type": "prompt", "alignment": "left", "segments": [%s, {"type": "text", "style": "plain", "template": "> "}]}'
        world.write("omp.json", '{"version": 3, "final_space": false, "blocks": [%s]}' % (block % snippet("oh-my-posh.json")))
        load = {
            "bash": 'eval "$(oh-my-posh init bash --config ~/omp.json)"\n',
            "zsh": 'eval "$(oh-my-posh init zsh --config ~/omp.json)"\n',
            "fish": "oh-my-posh init fish --config ~/omp.json | source\n",
            "powershell": "oh-my-posh init pwsh --config ~/omp.json | Invoke-Expression\n",
        }
        run(world, shell, load[shell] + HOOK[shell], [folder], lambda name: name.replace("<", "‹"))

    return check


# Where powerlevel10k is missing: what its `p10k segment` makes of its words, by `p10k help segment`.
P10K_ALIKE = r"""
setopt prompt_subst
p10k() {
  local text cond=1 expand=
  shift
  while (( $# )); do
    case $1 in -f) shift ;; -c) cond=$2; shift ;; -e) expand=1 ;; -t) text=$2; shift ;; esac
    shift
  done
  [[ -n $expand ]] || text=${(qq)text}
  RPROMPT='${'${cond#?}':+'$text'}'
}
precmd_functions+=(prompt_assume)
PROMPT='> '
"""


def powerlevel10k(world):
    real = os.environ.get("POWERLEVEL10K")
    if real:
        start = (
            f"source {real}/powerlevel10k.zsh-theme\nPOWERLEVEL9K_DISABLE_CONFIGURATION_WIZARD=true\n"
            "POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(dir prompt_char)\nPOWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=(status)\n"
            "POWERLEVEL9K_DISABLE_GITSTATUS=true\n"
        )
        return run(world, "zsh", start + snippet("p10k.zsh") + HOOK["zsh"])
    return run(world, "zsh", P10K_ALIKE + snippet("p10k.zsh") + HOOK["zsh"])


def oh_my_zsh(world):
    real = os.environ.get("OH_MY_ZSH")
    if real:
        start = f"export ZSH={real}\nZSH_CUSTOM=~/custom\nZSH_THEME=assume\nDISABLE_AUTO_UPDATE=true\nZSH_DISABLE_COMPFIX=true\n"
        world.write("custom/themes/assume.zsh-theme", snippet("assume.zsh-theme"))
        return run(world, "zsh", start + "source $ZSH/oh-my-zsh.sh\n" + HOOK["zsh"])
    # Where it is missing: what it does before it reads a theme, and a theme by that name.
    world.write("zsh/themes/robbyrussell.zsh-theme", "PROMPT='%{$fg[cyan]%}%c%{$reset_color%} '\n")
    world.write("zsh/custom.zsh-theme", snippet("assume.zsh-theme"))
    before = "autoload -U colors && colors\nsetopt prompt_subst\nZSH=~/zsh\nsource ~/zsh/custom.zsh-theme\n"
    return run(world, "zsh", before + HOOK["zsh"])


def tmux(shell):
    def check(world):
        tool(shell)
        file, words = SHELLS[shell]
        before = "PS1='> '\n" if shell in ("bash", "zsh") else ""
        world.write(file, before + snippet(f"tmux.{shell}") + HOOK[shell])
        world.write("tmux.conf", snippet("tmux.conf") + f"set -g default-command '{' '.join(words)}'\n")
        # A tmux within the one that is looked at: only a client sees the status line.
        within = ["tmux", "-u", "-S", world.path("tmux"), "-f", world.path("tmux.conf"), "new-session"]
        try:
            look(world, within, {**world.variables(), "SHELL": "/bin/sh"}, edits=False)
        finally:
            os.system(f"tmux -S {world.path('tmux')} kill-server 2>/dev/null")

    return check


CASES = {
    **{f"--prompt in {shell}": option(shell) for shell in SHELLS},
    "bash": plain("bash", "prompt.bash", "PS1='\\w > '\n"),
    "zsh": plain("zsh", "prompt.zsh", "PROMPT='%~ > '\n"),
    "zsh with prompt_subst": plain("zsh", "prompt.zsh", "setopt prompt_subst; PROMPT='%~ > '\n"),
    "fish": plain("fish", "prompt.fish"),
    "powershell": plain("powershell", "prompt.ps1"),
    **{f"starship in {shell}": starship(shell) for shell in SHELLS},
    **{f"oh-my-posh in {shell}": oh_my_posh(shell) for shell in SHELLS},
    "powerlevel10k": powerlevel10k,
    "oh-my-zsh": oh_my_zsh,
    **{f"tmux in {shell}": tmux(shell) for shell in ("bash", "zsh", "fish")},
}


def main():
    wanted = sys.argv[1:]
    failed = 0
    for name, check in CASES.items():
        if wanted and not any(text in name for text in wanted):
            continue
        try:
            with home() as world:
                check(world)
            print(f"ok       {name}", flush=True)
        except Skip as why:
            print(f"skipped  {name}: {why}", flush=True)
        except (Wrong, TimeoutError) as error:
            failed += 1
            print(f"FAILED   {name}: {error}", flush=True)
    return 1 if failed else 0


sys.exit(main())
