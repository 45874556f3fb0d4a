"""What one run of a command asks of the system: counts that are the same on every machine."""

import re
import subprocess
import tempfile

CALLS = re.compile(r"^(?:\d+ +)?(\w+)\((.*)= (-?\d+|0x[0-9a-f]+|\?)", re.ASCII)
NEW_PROCESS = ("fork", "vfork", "clone", "clone3")
SENDS, RECEIVES = ("write", "writev", "sendto", "sendmsg"), ("read", "readv", "recvfrom", "recvmsg")


def watch(words, environment, folder):
    """Processes, threads, system calls, files opened, and bytes sent to and received from the network, of a command and all
    it starts and waits for."""
    counts = dict.fromkeys(("processes", "threads", "calls", "files", "sent", "received"), 0)
    counts["processes"] = 1
    with tempfile.NamedTemporaryFile(suffix=".strace") as log:
        tracer = ["strace", "-f", "-qq", "-yy", "-s", "0", "-e", "signal=none", "-o", log.name]
        subprocess.run([*tracer, *words], env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        with open(log.name, encoding="utf-8", errors="replace") as file:
            for line in whole(file):
                count(line, counts)
    return counts


def whole(lines):
    """A call that another process interrupts in the log stands in two lines: its beginning tells what, its end the result."""
    begun = {}
    for line in lines:
        process, _, rest = line.rstrip("\n").partition(" ")
        if rest.endswith("<unfinished ...>"):
            begun[process] = rest.removesuffix("<unfinished ...>")
        elif "resumed>" in rest:
            yield process + " " + begun.pop(process, "") + rest.split("resumed>", 1)[1]
        else:
            yield line


def count(line, counts):
    call = CALLS.match(line.lstrip())
    if not call:
        return
    name, said, result = call[1], call[2], call[3]
    counts["calls"] += 1
    good = not result.startswith("-") and result != "?"
    if name in NEW_PROCESS and good:
        counts["threads" if "CLONE_THREAD" in said else "processes"] += 1
    elif name in ("open", "openat", "openat2") and good:
        counts["files"] += 1
    elif good and "<TCP" in said.split(",", 1)[0]:
        if name in SENDS:
            counts["sent"] += int(result)
        elif name in RECEIVES:
            counts["received"] += int(result)
