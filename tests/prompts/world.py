"""A HOME that is thrown away, with assume in it and a stand-in AWS behind it, and shells on a terminal there.

For programs that look at the real thing from outside: tests/prompts, docs/screens.py and benches/prompts. They use what
`cargo build --workspace --bins` has built, in CARGO_TARGET_DIR or target/; ASSUME_TEST_BINARY names another assume."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.environ.get("CARGO_TARGET_DIR") or os.path.join(HERE, "target")
ASSUME = os.environ.get("ASSUME_TEST_BINARY") or os.path.join(TARGET, "debug", "assume")
STAND_IN = os.path.join(TARGET, "debug", "identity-center")

ACCOUNTS = [
    ("dev", "111122223333", "Development", "AdministratorAccess", "eu-central-1"),
    ("staging", "444455556666", "Staging", "AdministratorAccess", "eu-central-1"),
    ("prod", "777788889999", "Production", "ReadOnlyAccess", "us-east-1"),
]


def pwsh():
    """PowerShell, where there is one."""
    return os.environ.get("ASSUME_TEST_PWSH") or shutil.which("pwsh")


class World:
    """`accounts`: profile, account id, account name, role and region of each. `home`: where, for a path that is to be seen."""

    def __init__(self, accounts=ACCOUNTS, role_keys=3600, settings="", home=None, start_url=None):
        if home:
            os.makedirs(home, mode=0o700)
        self.home = home or tempfile.mkdtemp(prefix="assume-")
        self.accounts = accounts
        self.start_aws(role_keys, start_url)
        self.write(".aws/config", self.config())
        self.write(".config/assume/config.toml", '[store]\nkeeper = "file"\ncache = "off"\n' + settings)
        self.write("bin/browser", f'#!/bin/sh\nexec {shlex.quote(STAND_IN)} browse "$1" >/dev/null 2>&1\n')
        os.chmod(self.path("bin/browser"), 0o755)
        os.symlink(ASSUME, self.path("bin/assume"))
        # Where this folder is missing fish fills it, from every manual page, in the background.
        os.makedirs(self.path(".local/share/fish/generated_completions"))

    def start_aws(self, role_keys, start_url):
        accounts = [{"id": id, "name": name, "roles": [role]} for _, id, name, role, _ in self.accounts]
        instance = {"start_url": start_url, "accounts": accounts}
        config = {
            "instances": [instance],
            "approval": {"mode": "opened", "after_ms": 100},
            "lifetimes": {"role_keys": role_keys},
        }
        self.write("aws.json", json.dumps(config))
        words = [STAND_IN, "--config", self.path("aws.json"), "--exit-with-stdin"]
        self.aws = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self.home)
        self.at = json.loads(self.aws.stdout.readline())

    def config(self):
        start = f"[sso-session corp]\nsso_start_url = {self.at['start_url']}\nsso_region = {self.at['region']}\n"
        profile = "[profile {}]\nsso_session = corp\nsso_account_id = {}\nsso_role_name = {}\nregion = {}\n"
        return start + "".join(profile.format(name, id, role, region) for name, id, _, role, region in self.accounts)

    def tell_aws(self, request, method="POST", **body):
        """The control requests of tests/identity-center/README.md."""
        url = f"{self.at['control'].rstrip('/')}/{request}"
        asked = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"}, method=method)
        urllib.request.urlopen(asked).close()

    def requests(self):
        """How many requests AWS has had."""
        with urllib.request.urlopen(f"{self.at['control'].rstrip('/')}/counts") as answer:
            return sum(json.load(answer)["counts"].values())

    def path(self, name):
        return os.path.join(self.home, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def variables(self, path=()):
        """All that a shell here starts with. `path`: folders that come before those of the system."""
        folders = [self.path("bin"), *path, "/usr/local/bin", "/usr/bin", "/bin"]
        return {
            "HOME": self.home,
            "PATH": os.pathsep.join(folders),
            "LANG": "C.UTF-8",
            "BROWSER": self.path("bin/browser"),
            "AWS_ENDPOINT_URL_SSO": self.at["url"],
            "AWS_ENDPOINT_URL_SSO_OIDC": self.at["url"],
            "AWS_ENDPOINT_URL_STS": self.at["url"],
            "ASSUME_STORE_PASSPHRASE": "only for this world",
            "ASSUME_LOGIN_FLOW": "pkce",
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
        }

    def run(self, *words):
        subprocess.run([ASSUME, *words], env=self.variables(), cwd=self.home, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    def close(self):
        self.aws.stdin.close()
        self.aws.wait()
        for _ in range(50):
            shutil.rmtree(self.home, ignore_errors=True)
            if not os.path.exists(self.home):
                return
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Terminal:
    """A shell in a tmux of its own, spoken to as a person would: type, and look at the screen."""

    def __init__(self, words, variables, folder, columns=100, rows=24, configuration="/dev/null"):
        self.folder = tempfile.mkdtemp(prefix="assume-tmux-")
        self.socket = os.path.join(self.folder, "socket")
        command = "exec " + shlex.join(["env", "-i", "TERM=tmux-256color", "COLORTERM=truecolor", *(f"{k}={v}" for k, v in variables.items()), *words])
        size = ["-x", str(columns), "-y", str(rows)]
        self.tmux("-f", configuration, "new-session", "-d", *size, "-c", folder, command)

    def tmux(self, *words):
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        done = subprocess.run(["tmux", "-u", "-S", self.socket, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(f"tmux {words}: {done.stderr}")
        return done.stdout

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def line(self, text):
        self.type(text)
        self.press("Enter")

    def screen(self, colors=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colors else [])).rstrip("\n")

    def cursor(self):
        column, row = self.tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def wait_for(self, pattern, limit=60):
        """Until the screen has a match of this regular expression, which is returned."""
        end = time.monotonic() + limit
        while True:
            screen = self.screen()
            found = re.search(pattern, screen, re.MULTILINE)
            if found:
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"not seen within {limit} s: {pattern}\nthe screen:\n{screen}")
            time.sleep(0.05)

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
