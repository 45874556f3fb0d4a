#!/usr/bin/env python3
"""Write the tables of docs/figures.md, and draw docs/figures.svg, from what `cargo bench` left in target/figures/.

    cargo bench && docs/figures.py [FOLDER]

FOLDER: where page and picture go (docs). The prose of the page is written by hand; between the marks `<!-- NAME -->` and `<!-- end -->` stands what this writes. What was
not measured keeps its table of before."""

import json
import math
import os
import re
import subprocess
import sys
from html import escape

HERE = os.path.dirname(os.path.abspath(__file__))
FIGURES = os.path.join(os.path.dirname(HERE), "target", "figures")
JOB = "credential_process"


def read(name):
    try:
        with open(os.path.join(FIGURES, f"{name}.json"), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    system = subprocess.run(["sh", "-c", '. /etc/os-release; echo "$PRETTY_NAME, Linux $(uname -r | cut -d- -f1)"'], capture_output=True, text=True)
    return f"{os.cpu_count()} processors ({model[1] if model else 'unknown'}), {system.stdout.strip()}."


def load(found):
    """Stands with each table: one that was not measured keeps the load of before."""
    return "" if found["load"] is None else f"\n\nLoad while measured: {found['load']:.1f}."


def budgets(found):
    rows = []
    for one in found["figures"]:
        if "amount" in one:
            rows.append([one["what"], f"{one['amount']:.1f} {one['unit']}", "", f"under {one['limit']:g} {one['unit']}"])
            continue
        limit = one["limit"]
        ours, theirs = one["ours"], one["theirs"]
        said = {"times": f"{ours / theirs:.2f}x", "more": f"{ours - theirs:+.1f} ms", "whole": f"{ours:.1f} ms"}[one["of"]]
        bound = "" if limit is None else {"times": f"at most {limit:g}x", "more": f"under {limit:g} ms more", "whole": f"under {limit:g} ms"}[one["of"]]
        rows.append([one["what"], said, one["reference"], bound])
    return table(["what", "measured", "beside", "budget"], rows) + load(found)


def peers(found):
    """A table for each job, the quickest first, as so many times what assume takes."""
    parts = []
    for job in (JOB, "text for a shell", "version"):
        rows = sorted((row for row in found["rows"] if row["job"] == job), key=lambda row: row["least"])
        base = next(row["least"] for row in rows if row["tool"] == "assume")
        cells = [
            [row["tool"], f"{row['least'] / base:.1f}x", f"{row['least']:.1f} ms", f"{row['ms']:.1f} ms", row["processes"], row["threads"], row["files"], row["calls"], row["requests"]]
            for row in rows
        ]
        parts.append(f"**{job}**\n\n" + table(["tool", "ratio", "quickest", "median", "processes", "threads", "files opened", "system calls", "requests"], cells))
    named = ", ".join(f"{tool} {version(said)}" for tool, said in found["versions"].items())
    unfit = "".join(f"\n* {name}: {why}" for name, why in sorted(found["unfit"].items()))
    return "\n\n".join(parts) + f"\n\nVersions: {named}." + load(found) + (f"\n\nNot measured:\n{unfit}" if unfit else "")


def version(said):
    number = re.search(r"\d+\.\d+[.\d]*\d", said)
    return number[0] if number else "built from its source"


def verbs(found):
    rows = [
        [f"`assume {row['verb']}`", row["processes"], row["threads"], row["files"], row["calls"], row["requests"], row["sent"], row["received"]]
        for row in found["verbs"]
    ]
    return table(["command", "processes", "threads", "files opened", "system calls", "requests", "bytes sent", "bytes received"], rows)


def prompts(found):
    rows = [
        [row["shell"], row["hook"], f"{row['clock']:+.0f} µs", f"{row['cpu']:+.0f} µs", f"{row['processes']:g}"] for row in found["rows"]
    ]
    starts = [[row["shell"], f"{row['plain']:.1f} ms", f"{row['assume']:.1f} ms", f"{row['assume'] - row['plain']:+.1f} ms"] for row in found["starts"]]
    head = ["shell", "hook", "added, by the clock", "processor time", "processes"]
    return table(head, rows) + "\n\n" + table(["shell start-up", "without", "with assume", "added"], starts) + "\n\n" + "; ".join(found["versions"]) + "." + load(found)


STYLE = """
text{font:14px system-ui,sans-serif;fill:#1c2128}.quiet{fill:#57606a;font-size:12px}.head{font-weight:600;font-size:16px}
.bar{fill:#8c959f}.ours{fill:#116329}.line{stroke:#d5d9df}
@media(prefers-color-scheme:dark){text{fill:#eceff3}.quiet{fill:#b6bec9}.bar{fill:#6e7781}.ours{fill:#6fdd8b}.line{stroke:#343b45}}
"""
LEFT, WIDTH, ROW = 230, 470, 26


def short(value):
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def bars(title, unit, rows, top):
    """One plot on a logarithmic axis: (name, value, whether it is ours) each. Returns its lines and where it ends."""
    low = 1
    high = 10 ** math.ceil(math.log10(max(value for _, value, _ in rows)))
    at = lambda value: LEFT + WIDTH * math.log10(value / low) / math.log10(high / low)  # noqa: E731
    bottom = top + 40 + ROW * len(rows)
    lines = [f'<text class="head" x="10" y="{top + 18}">{escape(title)}</text>']
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x = at(10**power)
        lines.append(f'<line class="line" x1="{x:.0f}" x2="{x:.0f}" y1="{top + 32}" y2="{bottom}"/>')
        lines.append(f'<text class="quiet" text-anchor="middle" x="{x:.0f}" y="{bottom + 16}">{10**power:,} {unit}</text>')
    for row, (name, value, ours) in enumerate(rows):
        y = top + 38 + ROW * row
        lines.append(f'<text text-anchor="end" x="{LEFT - 10}" y="{y + 14}">{escape(name)}</text>')
        kind = "ours" if ours else "bar"
        lines.append(f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{max(at(value) - LEFT, 1):.0f}" height="{ROW - 8}" rx="2"/>')
        lines.append(f'<text class="quiet" x="{max(at(value), LEFT) + 6:.0f}" y="{y + 14}">{short(value)} {unit}</text>')
    return lines, bottom + 40


def draw(peers_found, prompts_found):
    rows = sorted((row for row in peers_found["rows"] if row["job"] == JOB), key=lambda row: row["least"])
    lines, end = bars(
        "Keys of one role from the cache, as credential_process: the quickest run", "ms", [(row["tool"], row["least"], row["tool"].startswith("assume")) for row in rows], 0
    )
    if prompts_found:
        rows = [
            (f"{row['shell']}: {row['hook']}", max(row["cpu"], 1), row["hook"] == "assume")
            for row in prompts_found["rows"]
            if row["hook"] in ("assume", "zoxide", "direnv", "starship")
        ]
        more, end = bars("What a hook adds to a prompt: processor time", "µs", rows, end + 10)
        lines += more
    title = "Times of assume beside other tools, on logarithmic axes; the numbers stand in docs/figures.md"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 90} {end}" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n" + "\n".join(lines) + "\n</svg>\n"
    )


def main():
    into = sys.argv[1] if sys.argv[1:] else HERE
    found = {name: read(name) for name in ("budgets", "peers", "prompts")}
    texts = {"machine": machine()}
    if found["budgets"]:
        texts["budgets"] = budgets(found["budgets"])
    if found["peers"]:
        texts |= {"peers": peers(found["peers"]), "verbs": verbs(found["peers"])}
        with open(os.path.join(into, "figures.svg"), "w", encoding="utf-8") as file:
            file.write(draw(found["peers"], found["prompts"]))
    if found["prompts"]:
        texts["prompts"] = prompts(found["prompts"])
    with open(os.path.join(HERE, "figures.md"), encoding="utf-8") as file:
        page = file.read()
    for name, text in texts.items():
        page, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda mark: f"{mark[1]}\n{text}\n\n{mark[2]}", page, flags=re.DOTALL)
        assert count == 1, f"docs/figures.md has no place for {name}"
    with open(os.path.join(into, "figures.md"), "w", encoding="utf-8") as file:
        file.write(page)


main()
