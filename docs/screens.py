#!/usr/bin/env python3
"""Draw docs/screens/*.svg: real shells on a real terminal, against the stand-in AWS.

    cargo build --workspace --bins && docs/screens.py [NAME]...

Nothing in the pictures is written by hand: a script types, tmux tells what is on the screen and in which colours, and
docs/picture.py draws that. Needs tmux, zsh and curl. Keys live for a minute in some, so it takes some minutes."""

import os
import shutil
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(HERE, "tests", "prompts"))

from picture import draw  # noqa: E402
from world import Terminal, World  # noqa: E402

PRODUCTION = '[production]\nmatch = ["*prod*"]\nconfirm = true\n'
COLUMNS = 112
HOME = "/tmp/dana"


COMPANY = [
    ("sandbox", "111122223333", "Sandbox", "AdministratorAccess", "eu-central-1"),
    ("shop-dev", "222233334444", "Shop Development", "PowerUserAccess", "eu-central-1"),
    ("shop-staging", "333344445555", "Shop Staging", "PowerUserAccess", "eu-central-1"),
    ("shop-prod", "444455556666", "Shop Production", "ReadOnlyAccess", "eu-central-1"),
    ("data-dev", "555566667777", "Data Platform Dev", "DataEngineer", "us-east-1"),
    ("data-prod", "666677778888", "Data Platform", "DataEngineer", "us-east-1"),
    ("logs", "777788889999", "Log Archive", "ReadOnlyAccess", "eu-west-1"),
    ("audit", "888899990000", "Security Audit", "SecurityAudit", "eu-west-1"),
    ("dns", "999900001111", "Shared Network", "NetworkAdministrator", "eu-west-1"),
]


class Scene:
    """A signed-in person in bash or zsh, with the segment in the prompt."""

    def __init__(self, shell="bash", rows=40, columns=COLUMNS, **world):
        # What a run left that was cut off: nobody else's folder has this file in it.
        if os.path.isfile(os.path.join(HOME, "aws.json")):
            shutil.rmtree(HOME)
        self.world = World(home=HOME, start_url="https://corp.awsapps.com/start", **world)
        self.world.run("login", "--quiet")
        self.columns = columns
        start = {
            "bash": (".bashrc", "PS1='\\w ❯ '\n" + 'eval "$(assume init bash --prompt)"\n', ["bash", "--noprofile", "-i"]),
            "zsh": (
                ".zshrc",
                "PROMPT='%~ ❯ '\nautoload -Uz compinit && compinit -u\n" + 'eval "$(assume init zsh --prompt)"\n',
                ["zsh", "-d", "-i"],
            ),
        }
        file, text, words = start[shell]
        self.world.write(file, text)
        self.terminal = Terminal(words, self.world.variables(), self.world.home, columns=columns, rows=rows)
        self.ready(1)
        self.terminal.line("clear")
        self.ready(1)

    def ready(self, prompts, limit=90):
        end = time.monotonic() + limit
        while self.terminal.screen().count("❯") < prompts or not self.terminal.screen().endswith("❯"):
            if time.monotonic() > end:
                raise TimeoutError(f"no prompt:\n{self.terminal.screen()}")
            time.sleep(0.05)

    def does(self, command, answer=None):
        """Typed, with the answer to its question, and waited for until the prompt is there again."""
        prompts = self.terminal.screen().count("❯")
        self.terminal.line(command)
        if answer:
            self.terminal.wait_for(": *$")
            self.terminal.line(answer)
        self.ready(prompts + 1)

    def picture(self, title):
        return draw(title, self.terminal.screen(colors=True), self.columns, self.terminal.cursor())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.terminal.close()
        self.world.close()


def switch():
    with Scene(settings=PRODUCTION) as scene:
        scene.does("assume list")
        scene.does("assume dev")
        scene.does("assume whoami")
        scene.does("assume prod", answer="prod")
        scene.does("assume -")
        scene.does("assume pord && terraform apply")
        scene.does("assume off")
        return scene.picture("A switch, a switch to production, back, a failed one, and off")


def segment():
    with Scene(settings=PRODUCTION.replace("true", "false"), role_keys=60) as scene:
        aws = scene.world.tell_aws
        scene.does("assume prod")
        scene.does("assume dev")
        aws("faults", operation="GetRoleCredentials", status=503)
        scene.does("sleep 42     # meanwhile: AWS is in trouble")
        scene.does("sleep 20")
        aws("faults", method="DELETE")
        scene.does("assume dev --force")
        aws("revoke", what="access_tokens")
        aws("revoke", what="refresh_tokens")
        scene.does("sleep 42     # meanwhile: the sign-in ends")
        scene.does("sleep 3")
        scene.world.run("login", "--quiet")
        scene.does("sleep 2     # meanwhile: assume login, in another terminal")
        scene.does("sleep 3")
        scene.does("assume lock")
        return scene.picture("The segment in each of its states")


def renewal():
    with Scene(role_keys=60) as scene:
        scene.does("assume dev")
        scene.does("sleep 42    # most of the minute that these keys live")
        scene.does("assume whoami")
        scene.does("sleep 3")
        scene.does("assume whoami")
        return scene.picture("Keys are renewed while the shell is used")


def folder():
    with Scene(accounts=COMPANY) as scene:
        scene.world.write("shop/.assume", "shop-dev\n")
        scene.world.write("shop/infra/main.tf", "")
        scene.does("assume sandbox")
        scene.does("cd shop/infra")
        scene.does("assume allow")
        scene.does("assume whoami")
        scene.does("cd")
        return scene.picture("A folder with an .assume file: not trusted, allowed, left")


def picker(query=""):
    with Scene(accounts=COMPANY, settings=PRODUCTION, rows=24) as scene:
        for profile in ("logs", "shop-dev", "sandbox", "shop-dev"):
            scene.does(f"assume {profile}")
        scene.terminal.line("clear; assume")
        scene.terminal.wait_for("9/9")
        scene.terminal.type(query)
        scene.terminal.wait_for(f"> {query}")
        time.sleep(0.5)
        return scene.picture("The picker")


def completion():
    with Scene("zsh", accounts=COMPANY) as scene:
        scene.does("assume shop-dev")
        scene.terminal.line("clear")
        scene.ready(1)
        scene.terminal.type("assume ")
        scene.terminal.press("Tab")
        scene.terminal.wait_for("shop-staging")
        time.sleep(0.5)
        return scene.picture("Completion in zsh")


SCENES = {
    "switch": switch,
    "segment": segment,
    "renewal": renewal,
    "folder": folder,
    "picker": picker,
    "picker-search": lambda: picker("prod da"),
    "completion": completion,
}


def main():
    for name in sys.argv[1:] or SCENES:
        with open(os.path.join(HERE, "docs", "screens", f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(SCENES[name]())
        print(f"docs/screens/{name}.svg", flush=True)


main()
