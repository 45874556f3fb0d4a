"""A sign-in that a person began in a terminal: `assume login`, whose browser is a program that tells us the page."""

import json
import os
import select
import signal
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "prompts"))

from world import ASSUME, World  # noqa: E402

PATIENCE = 60  # seconds, where a fault would otherwise hang


class SignIn:
    """`name`: of the session, as somebody wrote it into the config."""

    def __init__(self, name="corp"):
        self.name = name
        self.world = World(start_url="https://corp.awsapps.com/start")
        config = self.world.config().replace("[sso-session corp]", f"[sso-session '{name}']")
        self.world.write(".aws/config", config.replace("sso_session = corp", f"sso_session = {name}"))
        self.world.tell_aws("approval", mode="person")
        self.world.write("bin/browser", '#!/bin/sh\nprintf "%s\\n" "$1" >"$HOME/opened"\n')
        os.mkfifo(self.world.path("opened"))
        # Also held open for writing: it never ends, however many browsers write to it.
        self.opened = os.open(self.world.path("opened"), os.O_RDWR | os.O_NONBLOCK)
        self.process = None

    def begin(self):
        """Starts it, and returns the page that a browser is to open."""
        command = [ASSUME, "login", self.name]
        self.process = subprocess.Popen(
            command, env=self.world.variables(), cwd=self.world.home, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        ready, _, _ = select.select([self.opened], [], [], PATIENCE)
        if not ready:
            raise TimeoutError("no browser was started")
        return os.read(self.opened, 4096).decode().strip()

    def goes_on(self):
        return self.process.poll() is None

    def end(self):
        """Its exit status, and what it said."""
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def is_signed_in(self):
        words = [ASSUME, "process", "dev", "--no-input"]
        done = subprocess.run(words, env=self.world.variables(), cwd=self.world.home, stdin=subprocess.DEVNULL, capture_output=True)
        return done.returncode == 0

    def asked_of_aws(self, operation):
        """The requests of that operation that AWS had: dictionaries with `query` and `headers`."""
        with urllib.request.urlopen(f"{self.world.at['control'].rstrip('/')}/log?operation={operation}") as answer:
            return json.load(answer)["requests"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.goes_on():
            self.process.kill()
            self.process.wait()
        os.close(self.opened)
        self.world.close()
