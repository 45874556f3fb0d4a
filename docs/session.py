#!/usr/bin/env python3
"""Draw docs/session.svg from a real session: ./install.sh --try on a terminal, with these commands typed into it.

    docs/session.py [PATH-OF-THE-AWS-CLI]

Nothing in the picture is written by hand. Where the AWS CLI is given (tests/run leaves one in
target/tests/python/bin/aws), it is asked who the shell is; otherwise `assume whoami` is."""

import html
import os
import pty
import re
import select
import sys
import time

COLUMNS = 112
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def commands(aws):
    who = "aws sts get-caller-identity --query Arn --output text" if aws else "assume whoami"
    return [
        "assume list",
        "assume dev",
        who,
        "assume prod && " + who,
        "assume exec staging -- printenv ASSUME_ACCOUNT; printenv ASSUME_ACCOUNT",
        "assume pord && echo never reached",
        "assume off",
    ]


class Terminal:
    """A shell on a pseudo-terminal, spoken to as a person would: type, and wait for the next prompt."""

    def __init__(self, aws):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            folders = [os.path.dirname(aws)] if aws else []
            os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *folders])
            os.environ.update(SHELL="/bin/bash", TERM="dumb", COLUMNS=str(COLUMNS))
            os.chdir(HERE)
            os.execv("./install.sh", ["./install.sh", "--try"])

    def until_prompt(self, limit=600):
        text, end = "", time.monotonic() + limit
        while not re.search(r"try \$ $", text):
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise SystemExit(f"no prompt after {limit} s:\n{text}")
            text += os.read(self.fd, 65536).decode()
        return text

    def type(self, line):
        os.write(self.fd, line.encode() + b"\n")
        return self.until_prompt()

    def leave(self):
        os.write(self.fd, b"exit\n")
        os.waitpid(self.pid, 0)


def record(aws):
    terminal = Terminal(aws)
    terminal.until_prompt()
    prompt = terminal.type("bind 'set enable-bracketed-paste off'; stty -echo cols %d" % COLUMNS).split("\n")[-1]
    session = []
    for command in commands(aws):
        *output, following = terminal.type(command).replace("\r", "").split("\n")
        session.append((prompt, command, [line.rstrip() for line in output]))
        prompt = following
    terminal.leave()
    return session


LINE, MARGIN, CHARACTER = 19, 22, 7.83  # pixels, for 13 px monospace


def draw(session):
    rows = []
    for prompt, command, output in session:
        rows.append((f"<tspan class='prompt'>{html.escape(prompt)}</tspan>{html.escape(command)}", "command", len(prompt + command)))
        failed = any(line.startswith("hint: ") for line in output)
        for line in output:
            kind = "output"
            if line.startswith("assume: "):
                kind = "wrong" if failed else "news"
            elif line.startswith("hint: "):
                kind = "hint"
            rows.append((html.escape(line), kind, len(line)))
        rows.append(("", "output", 0))
    rows.pop()
    width = round(max(length for _, _, length in rows) * CHARACTER + 2 * MARGIN)
    height = len(rows) * LINE + 2 * MARGIN + 20
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        "<title>A session of assume against the stand-in AWS</title>",
        "<style>text { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre; fill: #d7dae0 }",
        ".command { fill: #ffffff; font-weight: bold } .prompt { fill: #7fa8d9; font-weight: normal }",
        ".news { fill: #8fd18f } .wrong { fill: #e88388 } .hint { fill: #e5c07b }</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#20242c"/>',
    ]
    svg += [f'<circle cx="{MARGIN + 18 * at}" cy="20" r="5" fill="#5b6270"/>' for at in range(3)]
    for at, (text, kind, _) in enumerate(rows):
        if text:
            svg.append(f'<text class="{kind}" x="{MARGIN}" y="{MARGIN + 30 + at * LINE}" xml:space="preserve">{text}</text>')
    return "\n".join(svg) + "\n</svg>\n"


def main():
    aws = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
    session = record(aws)
    path = os.path.join(HERE, "docs", "session.svg")
    with open(path, "w", encoding="utf-8") as file:
        file.write(draw(session))
    for prompt, command, output in session:
        print(prompt + command, *output, sep="\n")


main()
