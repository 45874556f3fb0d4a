#!/usr/bin/env python3
"""Prints the licence texts of the crates that are linked into the program for a target: release/licences.py TARGET

Most of them ask for their text to go along with a binary. A text that many share is printed once.
"""

import json
import pathlib
import subprocess
import sys

NAMES = ("licen", "copying", "notice", "unlicense", "copyright")
BESIDE = """\
Besides the crates below, the program holds parts of
  the Rust standard library: MIT OR Apache-2.0, https://github.com/rust-lang/rust
  on Linux musl: MIT, https://musl.libc.org
  on Windows the runtime of mingw-w64: public domain and ZPL-2.1, https://www.mingw-w64.org
"""


def linked(target):
    """The crates that the program is linked from: those reached without a build or a development dependency."""
    command = ["cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", target]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    macros = {
        identity
        for identity, package in packages.items()
        if any("proc-macro" in kind["kind"] for kind in package["targets"])
    }
    root = next(identity for identity, package in packages.items() if package["name"] == "aws-assume")
    reached, todo = set(), [root]
    while todo:
        identity = todo.pop()
        if identity in reached or identity in macros:
            continue
        reached.add(identity)
        for dependency in nodes[identity]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    reached.discard(root)
    return sorted((packages[identity] for identity in reached), key=lambda package: (package["name"], package["version"]))


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name.lower().startswith(NAMES):
            text = path.read_text(encoding="utf-8", errors="replace")
            yield "\n".join(line.rstrip() for line in text.splitlines()).strip()


def main():
    crates = linked(sys.argv[1])
    sharing = {}
    print(BESIDE)
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        source = f"https://crates.io/crates/{crate['name']}/{crate['version']}"
        print(f"{name}: {crate['license'] or 'see its text'}, {source}")
        for text in texts(crate):
            words = " ".join(text.lower().split())
            sharing.setdefault(words, (text, []))[1].append(name)
    for text, names in sharing.values():
        print(f"\n{'-' * 100}\n{', '.join(names)}\n{'-' * 100}\n\n{text}")


if __name__ == "__main__":
    main()
