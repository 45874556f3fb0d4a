"""The tools that do the same job, each set up as its documentation says, signed in at the stand-in AWS, with the keys of one
role in its cache. A tool that is not there, or does not do it, says why."""

import hashlib
import json
import os
import shutil
import subprocess

from aws_hosts import AwsHosts

PASSPHRASE = "only for this measurement"
ACCOUNT, ROLE = "111122223333", "AdministratorAccess"


class Unfit(Exception):
    """Why a tool is not measured."""


class Tool:
    """`jobs`: from the name of a job to the words that do it."""

    def __init__(self, world, name, program):
        self.world, self.name, self.program = world, name, program
        self.variables = world.variables(os.environ["PATH"].split(os.pathsep))
        self.jobs = {"version": [program, "--version"]}

    def run(self, *words):
        done = subprocess.run(words, env=self.variables, cwd=self.world.home, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise Unfit(f"`{' '.join(words[1:])}`: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        return done.stdout

    def holds_keys(self, text):
        """That what it prints is keys, not a page of help."""
        if "ASIA" not in text:
            raise Unfit("what it prints holds no keys")


def assume(world, program):
    """As on a desktop: the vault key in the kernel's keyring."""
    tool = Tool(world, "assume", program)
    tool.variables |= {"ASSUME_STORE": "keyutils", "XDG_STATE_HOME": world.path("kernel")}
    tool.run(program, "login", "--quiet")
    tool.run(program, "process", "dev")
    tool.jobs |= jobs_of_assume(program)
    return tool


def assume_with_passphrase(world, program):
    """As on a server: the vault key is derived from a passphrase each time."""
    tool = Tool(world, "assume, with a passphrase", program)
    tool.jobs = jobs_of_assume(program)
    return tool


def jobs_of_assume(program):
    return {
        "credential_process": [program, "process", "dev"],
        "text for a shell": [program, "dev", "--quiet", "--shell", "bash"],
    }


def aws_cli(world, program):
    """Its caches hold what it would have put there: a release from before endpoints in variables can't ask the stand-in."""
    tool = Tool(world, "AWS CLI", program)
    fill_caches(world)
    export = [program, "configure", "export-credentials", "--profile", "dev", "--format"]
    tool.jobs |= {"credential_process": [*export, "process"], "text for a shell": [*export, "env"]}
    return tool


def fill_caches(world):
    keys = json.loads(subprocess.run([world.assume, "process", "dev"], env=world.variables(), capture_output=True, check=True).stdout)
    named = {name: keys[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")}
    for last in ({"sessionName": "corp"}, {"startUrl": world.at["start_url"]}):
        # botocore's name for the file of a role's keys.
        about = json.dumps({"accountId": ACCOUNT, "roleName": ROLE, **last}, sort_keys=True, separators=(",", ":"))
        entry = {"ProviderType": "sso", "Credentials": {**named, "AccountId": ACCOUNT}}
        world.write(f".aws/cli/cache/{hashlib.sha1(about.encode()).hexdigest()}.json", json.dumps(entry))


def granted(world, program):
    """Its keys in a file under a password, as where no keyring is."""
    tool = Tool(world, "granted", program)
    tool.variables |= AwsHosts(world.home, world.at["url"]).variables
    tool.variables |= {"CF_KEYRING_FILE_PASSWORD": PASSPHRASE, "GRANTED_ALIAS_CONFIGURED": "true"}
    browser = world.path("bin/browser")
    settings = 'DefaultBrowser = "CHROME"\nCustomSSOBrowserPath = "{0}"\nCustomBrowserPath = "{0}"\nOrdering = "Alphabetical"\n'
    world.write(".granted/config", settings.format(browser) + f'[Keyring]\nBackend = "file"\nFileDir = "{world.path("granted-keys")}"\n')
    ask = [program, "credential-process", "--profile", "dev"]
    tool.run(*ask, "--auto-login")
    tool.jobs |= {"credential_process": ask}
    return tool


def aws_sso(world, program):
    """The same: a file under a password."""
    tool = Tool(world, "aws-sso", program)
    tool.variables |= AwsHosts(world.home, world.at["url"]).variables
    tool.variables |= {"AWS_SSO_FILE_PASSWORD": PASSPHRASE, "SHELL": "/bin/bash"}
    tool.jobs["version"] = [program, "version"]
    browser = world.path("bin/browser")
    world.write(
        ".config/aws-sso/config.yaml",
        f"SSOConfig:\n  Default:\n    SSORegion: us-east-1\n    StartUrl: {world.at['start_url']}\nDefaultSSO: Default\nSecureStore: file\n"
        f"AuthWorkflow: device_code\nUrlAction: exec\nUrlExecCommand:\n  - {browser}\n  - '%s'\nAutoConfigCheck: false\n",
    )
    tool.run(program, "login")
    role = ["--account", ACCOUNT, "--role", ROLE]
    tool.jobs |= {"credential_process": [program, "process", *role], "text for a shell": [program, "eval", *role]}
    return tool


def aws_sso_util(world, program):
    """It reads profiles of the form before sso-sessions."""
    tool = Tool(world, "aws-sso-util", program)
    inline = f"sso_start_url = {world.at['start_url']}\nsso_region = us-east-1\nsso_account_id = {ACCOUNT}\nsso_role_name = {ROLE}\n"
    world.write(".aws/inline", f"[profile dev]\n{inline}region = eu-central-1\n")
    tool.variables["AWS_CONFIG_FILE"] = world.path(".aws/inline")
    fill_caches(world)
    tool.jobs |= {"credential_process": [program, "credential-process", "--profile", "dev"]}
    return tool


def awsume(world, program):
    """It has no sign-in at an Identity Center."""
    return Tool(world, "awsume", program)


PROGRAMS = {
    "assume": assume,
    "assume, with a passphrase": assume_with_passphrase,
    "aws": aws_cli,
    "granted": granted,
    "aws-sso": aws_sso,
    "aws-sso-util": aws_sso_util,
    "awsumepy": awsume,
}


def tools(world):
    """Those that do their jobs, and why the others don't."""
    fit, unfit = [], {}
    for name, prepare in PROGRAMS.items():
        program = world.assume if name.startswith("assume") else os.environ.get(f"PEER_{name.upper().replace('-', '_')}") or shutil.which(name)
        if not program:
            unfit[name] = "not installed"
            continue
        try:
            tool = prepare(world, program)
        except (Unfit, OSError) as why:
            unfit[name] = str(why)
            continue
        for job, words in list(tool.jobs.items()):
            try:
                said = tool.run(*words)
                if job in ("credential_process", "text for a shell"):
                    tool.holds_keys(said)
            except Unfit as why:
                unfit[f"{name}, {job}"] = str(why)
                del tool.jobs[job]
        fit.append(tool)
    return fit, unfit
