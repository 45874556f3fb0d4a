"""Writes generated.json: config files that are well formed but for the oddities each one names.

    python3 tests/corpus/config/generate.py

The seed is fixed, so the same files come out again. differences.md says which reader takes which oddity differently.
"""

import json
import pathlib
import random

CASES = 160

REGIONS = ["us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1"]
ROLES = ["Admin", "ReadOnly", "Billing", "a+b=c,d.e@f-g", "Path/With/Slashes"]


class File:
    """Lines of one file, and where its sections and properties begin."""

    def __init__(self, rng):
        self.rng = rng
        self.lines = []

    def section(self, header, properties):
        self.lines.append(f"[{header}]")
        for key, value in properties:
            equals = self.rng.choice(["=", " = ", " =", "= "])
            if isinstance(value, list):
                self.lines.append(f"{key}{equals.rstrip()}")
                self.lines += [f"  {k} = {v}" for k, v in value]
            else:
                self.lines.append(f"{key}{equals}{value}")
        if self.rng.random() < 0.5:
            self.lines.append("")
        if self.rng.random() < 0.3:
            self.lines.append(self.rng.choice(["# ", "; ", "#"]) + "a comment = of [some] kind")

    def properties(self):
        """Lines that begin a property with a value of its own."""
        return [n for n, line in enumerate(self.lines) if "=" in line and line[0] not in " #;[" and line[-1] != "="]

    def headers(self, word="[profile "):
        return [n for n, line in enumerate(self.lines) if line.startswith(word)]

    def text(self):
        return "".join(line + "\n" for line in self.lines)


def base(rng):
    config, credentials = File(rng), File(rng)
    sessions = [f"s{n}" for n in range(rng.randint(0, 2))]
    for name in sessions:
        scopes = [("sso_registration_scopes", "sso:account:access")] if rng.random() < 0.5 else []
        start = f"https://{name}.awsapps.com/start" + rng.choice(["", "/", "#/"])
        config.section(
            f"sso-session {name}", [("sso_start_url", start), ("sso_region", rng.choice(REGIONS)), *scopes]
        )
    services = rng.random() < 0.3
    names = [rng.choice(["dev", "prod", "x.y", "a/b", "team@corp", "p:1", "50%"]) + str(n) for n in range(rng.randint(1, 4))]
    for name in names:
        account = str(rng.randrange(10**11, 10**12))
        said = [("region", rng.choice(REGIONS))]
        kind = rng.choice(["sso", "inline", "chain", "process", "plain"])
        if kind == "sso" and sessions:
            said += [("sso_session", rng.choice(sessions)), ("sso_account_id", account), ("sso_role_name", rng.choice(ROLES))]
        if kind == "inline":
            said += [
                ("sso_start_url", "https://old.awsapps.com/start"),
                ("sso_region", rng.choice(REGIONS)),
                ("sso_account_id", account),
                ("sso_role_name", rng.choice(ROLES)),
            ]
        if kind == "chain":
            said += [("role_arn", f"arn:aws:iam::{account}:role/x"), ("source_profile", rng.choice(names))]
        if kind == "process":
            said.append(("credential_process", '/opt/tool --name "a b" --n=1'))
        if services and rng.random() < 0.5:
            said.append(("services", "local"))
        if rng.random() < 0.3:
            said.append(("s3", [("addressing_style", "path"), ("region", "us-west-2")]))
        rng.shuffle(said)
        config.section(f"profile {name}", said)
    if rng.random() < 0.4:
        config.section("default", [("region", rng.choice(REGIONS)), ("output", "json")])
    if services:
        config.section("services local", [("sts", [("endpoint_url", "https://sts.example/")])])
    for name in names:
        if rng.random() < 0.3:
            key = [("aws_access_key_id", "AKIA" + name.upper()), ("aws_secret_access_key", "c2VjcmV0/+=")]
            credentials.section(name, key + ([("region", "sa-east-1")] if rng.random() < 0.3 else []))
    return config, credentials


def comment_in_value(rng, config):
    n = rng.choice(config.properties())
    config.lines[n] += rng.choice([" # note", " ; note", "\t# note"])


def colon_delimiter(rng, config):
    n = rng.choice(config.properties())
    key, value = config.lines[n].split("=", 1)
    config.lines[n] = key + ":" + value


def key_twice(rng, config):
    n = rng.choice(config.properties())
    config.lines.insert(n + 1, config.lines[n] + "-again")


def section_twice(rng, config):
    n = rng.choice(config.headers())
    config.lines += [config.lines[n], "color = off"]


def first_key_indented(rng, config):
    n = rng.choice(config.headers())
    config.lines[n + 1] = "    " + config.lines[n + 1].lstrip()


def indented_comment(rng, config):
    n = rng.choice(config.properties())
    config.lines.insert(n + 1, "  # indented")


def quoted_name(rng, config):
    n = rng.choice(config.headers())
    quote = rng.choice("'\"")
    config.lines[n] = "[profile " + quote + config.lines[n][9:-1] + quote + "]"


def spaces_in_name(rng, config):
    n = rng.choice(config.headers())
    config.lines[n] = config.lines[n][:-1] + " more]"


def foreign_name(rng, config):
    n = rng.choice(config.headers())
    config.lines[n] = config.lines[n][:-1] + rng.choice(["é", "東", "!", "(x)", "~"]) + "]"


def padded_header(rng, config):
    n = rng.choice(config.headers())
    config.lines[n] = "[ " + config.lines[n][1:-1] + " ]"


def junk_line(rng, config):
    n = rng.choice(config.properties())
    config.lines.insert(n + 1, rng.choice(["junk", "<<<<<<< HEAD", "-----", "export AWS_PROFILE"]))


def line_before_sections(rng, config):
    config.lines.insert(0, rng.choice(["region = us-east-1", "junk"]))


def header_without_bracket(rng, config):
    n = rng.choice(config.headers())
    config.lines[n] = config.lines[n][:-1]


def garbage_after_header(rng, config):
    n = rng.choice(config.headers())
    config.lines[n] += " garbage"


def byte_order_mark(rng, config):
    config.lines[0] = "\ufeff" + config.lines[0]


def inherited_keys(rng, config):
    config.lines += ["[DEFAULT]", "color = off"]


def key_with_space(rng, config):
    n = rng.choice(config.properties())
    config.lines.insert(n, "my key = 1")


def blank_in_value(rng, config):
    n = rng.choice(config.properties())
    config.lines[n + 1 : n + 1] = ["", "  continued"]


def windows_lines(rng, config):
    config.lines = [line + "\r" for line in config.lines]


def old_mac_lines(rng, config):
    config.lines = ["\r".join(config.lines) + "\r"]


def continued(rng, config):
    n = rng.choice(config.properties())
    config.lines.insert(n + 1, rng.choice(["  ", "\t"]) + "continued = on")


ODDITIES = [
    comment_in_value,
    colon_delimiter,
    key_twice,
    section_twice,
    first_key_indented,
    indented_comment,
    quoted_name,
    spaces_in_name,
    foreign_name,
    padded_header,
    junk_line,
    line_before_sections,
    header_without_bracket,
    garbage_after_header,
    inherited_keys,
    key_with_space,
    blank_in_value,
    continued,
    byte_order_mark,
    windows_lines,
    old_mac_lines,
]


def main():
    rng = random.Random(20260101)
    cases = []
    for number in range(CASES):
        config, credentials = base(rng)
        if number % 5 == 4:
            chosen = sorted(rng.sample(range(len(ODDITIES) - 2), 2))
        elif number % 5 == 0:
            chosen = []
        else:
            chosen = [number % len(ODDITIES)]
        for index in chosen:
            ODDITIES[index](rng, config)
        cases.append(
            {
                "name": f"generated-{number:03}",
                "oddities": [ODDITIES[index].__name__ for index in chosen],
                "config": config.text(),
                "credentials": credentials.text(),
            }
        )
    path = pathlib.Path(__file__).with_name("generated.json")
    path.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
