"""What a person looks for in a prompt that shows the segment, and what must never be there."""

import os
import time

from world import Terminal, World

# What an account is called, and what may be seen of it.
HOSTILE = [
    ("$(touch canary)", "$(touch canary)"),
    ("`touch canary`", "`touch canary`"),
    ("${PWD} \\w \\u \\$", "${PWD} \\w \\u \\$"),
    ("%F{red}%n%f %{zero%} %", "%F{red}%n%f %{zero%} %"),
    ("#[bg=red]#(touch canary)#H", "#[bg=red]#(touch canary)#H"),
    ("{{ .Shell }} <red>x</> $(1+1)", "{{ .Shell }} <red>x</> $(1+1)"),
    ("\x1b]0;title\x07\x1b[2J\u202efoo", "]0;title[2Jfoo"),
    ("'quoted\" & ; | \\", "'quoted\" & ; | \\"),
]
ACCOUNTS = [("dev", "111122223333", "Development", "Admin", "eu-central-1")] + [
    (f"hostile-{at}", f"{222233330000 + at}", name, "Admin", "us-east-1") for at, (name, _) in enumerate(HOSTILE)
]
# Room for the whole name.
SETTINGS = '[segment]\nformat = "({account}) {left}"\nwidth = 50\n'
COLUMNS = 120


class Wrong(Exception):
    """Not what a person should see."""


def home():
    world = World(ACCOUNTS, settings=SETTINGS)
    world.run("login", "--quiet")
    return world


def look(world, words, variables, edits=True, drawn=lambda name: name):
    """A real switch, hostile accounts, and `assume off`. `edits`: whether this is a prompt with an editor of lines behind
    it, which has to know how wide the prompt is. `drawn`: what the prompt makes of a name."""
    with Terminal(words, variables, world.home, columns=COLUMNS) as terminal:
        terminal.line("assume dev")
        terminal.wait_for("now Development/Admin")
        see(terminal, "(Development) 59m")
        for at, (_, shown) in enumerate(HOSTILE):
            terminal.line(f"clear; assume hostile-{at}")
            see(terminal, f"({drawn(shown)}) 59m")
            if edits:
                edit(terminal)
            if os.path.exists(world.path("canary")):
                raise Wrong(f"the name of an account was run: {shown}")
        terminal.line("assume off; clear; echo 'at the end'")
        terminal.wait_for("^at the end$")
        terminal.line("echo behind")
        terminal.wait_for("^behind$")
        if "59m" in terminal.screen():
            raise Wrong(f"the segment is there after assume off:\n{terminal.screen()}")


def see(terminal, segment):
    until(terminal, lambda screen: segment in screen, f"the segment {segment}")


def edit(terminal):
    """A line that wraps comes out as typed when its beginning is edited: the shell knows how wide its prompt is."""
    text = "echo " + "".join(chr(97 + at % 26) for at in range(COLUMNS))
    terminal.type(text)
    until(terminal, lambda screen: text in screen, "the line that was typed")
    terminal.press("C-a")
    terminal.type("X")
    until(terminal, lambda screen: "X" + text in screen, "the line with an X before it, as in a prompt whose width is known")
    terminal.press("C-e", "C-u")
    until(terminal, lambda screen: text not in screen, "a line that is empty again")


def until(terminal, condition, what):
    """The screen is looked at as one line, for the terminal's own line breaks."""
    end = time.monotonic() + 30
    while not condition(terminal.screen().replace("\n", "")):
        if time.monotonic() > end:
            raise Wrong(f"not on the screen: {what}\n{terminal.screen()}")
        time.sleep(0.05)
