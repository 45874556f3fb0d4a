"""A terminal's screen, as `tmux capture-pane -e` gives it, as SVG."""

import html
import re
import unicodedata

LINE, CELL, MARGIN, BAR = 19, 7.83, 20, 26  # pixels, for monospace of 13
BACKGROUND, FOREGROUND = "#20242c", "#d7dae0"
# The sixteen colours that a terminal gives meaning to; the others are fixed by number.
PALETTE = [
    "#3b4048", "#e06c75", "#8fd18f", "#e5c07b", "#7fa8d9", "#c88fd9", "#6fc1c9", "#d7dae0",
    "#7d8590", "#f08a92", "#a8e0a8", "#f0d399", "#9cc0ea", "#dcaeea", "#90d8df", "#ffffff",
]  # fmt: skip


class Style:
    def __init__(self):
        self.bold = self.dim = self.italic = self.underline = self.reverse = False
        self.ink = self.paper = None

    def copy(self):
        other = Style()
        other.__dict__.update(self.__dict__)
        return other

    def take(self, numbers):
        numbers = list(numbers)
        while numbers:
            number = numbers.pop(0)
            flags = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}
            if number == 0:
                self.__init__()
            elif number in flags:
                setattr(self, flags[number], True)
            elif number == 22:
                self.bold = self.dim = False
            elif number in (23, 24, 27):
                setattr(self, flags[number - 20], False)
            elif number in (38, 48):
                setattr(self, "ink" if number == 38 else "paper", extended(numbers))
            elif number in (39, 49):
                setattr(self, "ink" if number == 39 else "paper", None)
            elif 30 <= number <= 37 or 90 <= number <= 97:
                self.ink = PALETTE[number - 30 if number < 40 else number - 82]
            elif 40 <= number <= 47 or 100 <= number <= 107:
                self.paper = PALETTE[number - 40 if number < 50 else number - 92]
            else:
                raise ValueError(f"no style has the number {number}")

    def colors(self):
        """Of the letters, and behind them."""
        ink, paper = self.ink or FOREGROUND, self.paper
        return (paper or BACKGROUND, ink) if self.reverse else (ink, paper)


def extended(numbers):
    if numbers.pop(0) == 2:
        red, green, blue = (numbers.pop(0) for _ in range(3))
        return f"#{red:02x}{green:02x}{blue:02x}"
    number = numbers.pop(0)
    if number < 16:
        return PALETTE[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    steps = [0, 95, 135, 175, 215, 255]
    number -= 16
    return "#" + "".join(f"{steps[part]:02x}" for part in (number // 36, number // 6 % 6, number % 6))


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def runs(screen):
    """Row by row, the pieces of one style: column, text and style."""
    style = Style()
    for line in screen.split("\n"):
        row, column = [], 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b["):
                style.take(int(number or 0) for number in part[2:-1].split(";"))
            elif part:
                row.append((column, part, style.copy()))
                column += cells(part)
        yield row


def draw(title, screen, columns, cursor=None):
    """`cursor`: column and row of the cursor, where it is to be seen."""
    rows = list(runs(screen))
    width, height = round(columns * CELL + 2 * MARGIN), len(rows) * LINE + MARGIN + BAR + 12
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{html.escape(title)}</title>",
        "<style>text { font: 13px 'DejaVu Sans Mono', Menlo, Consolas, ui-monospace, monospace; white-space: pre }</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>',
    ]
    svg += [f'<circle cx="{MARGIN + 18 * at}" cy="18" r="5" fill="#5b6270"/>' for at in range(3)]
    for at, row in enumerate(rows):
        for column, text, style in row:
            svg += piece(column, MARGIN + BAR + at * LINE, text, style)
    if cursor:
        x, y = MARGIN + cursor[0] * CELL, MARGIN + BAR + cursor[1] * LINE - 13
        svg.append(f'<rect x="{x:.2f}" y="{y}" width="{CELL}" height="17" fill="{FOREGROUND}" opacity="0.8"/>')
    return "\n".join(svg) + "\n</svg>\n"


def piece(column, y, text, style):
    ink, paper = style.colors()
    x, width = MARGIN + column * CELL, cells(text) * CELL
    if paper:
        yield f'<rect x="{x:.2f}" y="{y - 14}" width="{width:.2f}" height="{LINE}" fill="{paper}"/>'
    blanks = len(text) - len(text.lstrip(" "))
    text, x, width = text.strip(" "), x + blanks * CELL, cells(text.strip(" ")) * CELL
    if not text:
        return
    look = [f'fill="{ink}"']
    look += ['font-weight="bold"'] * style.bold + ['font-style="italic"'] * style.italic + ['opacity="0.6"'] * style.dim
    look += ['text-decoration="underline"'] * style.underline
    # The length is told, so that columns stand whatever font there is.
    yield (
        f'<text x="{x:.2f}" y="{y}" textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" '
        + " ".join(look)
        + f">{html.escape(text, quote=False)}</text>"
    )
