"""The picture of the README: a real conversation on the sample notes, drawn as the terminal does.

`python -m tests.picture` writes deploy/conversation.svg, and the same in text into the README;
tests/test_picture.py compares.
"""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.config import SAMPLES
from bot.library import Library
from bot.reply import Reply
from bot.terminal_ask import ask
from bot.terminal_view import draw

HOUSE = Path(__file__).parents[1]
PICTURE, README = HOUSE / "deploy" / "conversation.svg", HOUSE / "README.md"
MESSAGES = (
    '/search yeest "alcohol"',
    "/source Huygens built the first pendulum clock in 1656",
    "/source Napoleon lost at Waterloo",
    "/topic antikithera mecanism",
)
HEADING = "## A conversation\n"
_FENCED = re.compile(r"^```\n.*?^```\n", re.DOTALL | re.MULTILINE)
_COLUMNS = 84
_PAPER, _INK = (16, 20, 28), (214, 220, 230)
# black, red, green, yellow, blue, magenta, cyan, white; then the same, bright
_COLOURS = [(48, 56, 70), (240, 113, 120), (134, 206, 149), (236, 196, 118)]
_COLOURS += [(112, 170, 250), (198, 146, 234), (86, 194, 190), (214, 220, 230)]
_THEME = TerminalTheme(_PAPER, _INK, _COLOURS, _COLOURS)
# Like rich's own, but with fonts that are there (it must fetch nothing), as wide as its cells.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" \
role="img">
<title>A conversation with Tubenotes in the terminal</title>
<style>
.{unique_id}-matrix {{
font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: 20.25px;
line-height: {line_height}px;
font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture() -> str:
    """The conversation, asked now and drawn, as an SVG; the same each time."""
    drawn = _drawn().export_svg(
        title="tubenotes chat", theme=_THEME, code_format=_FORMAT, unique_id="tubenotes"
    )
    return _trimmed(drawn)


def text() -> str:
    """The same conversation as the README has it below the picture, fences included."""
    return f"```\n{_trimmed(_drawn().export_text())}```\n"


def with_text(readme: str) -> str:
    """The README with the conversation of today."""
    before, _, after = readme.partition(HEADING)
    return before + HEADING + _FENCED.sub(lambda _: text(), after, count=1)


def _trimmed(lines: str) -> str:
    return "\n".join(line.rstrip() for line in lines.splitlines()) + "\n"


def _drawn() -> Console:
    console = Console(
        file=io.StringIO(), record=True, width=_COLUMNS, force_terminal=True, color_system="256"
    )
    for number, (message, reply) in enumerate(zip(MESSAGES, _replies(), strict=True)):
        if number:
            console.print()
        console.print(Text.assemble(("> ", "bold green"), (message, "bold")))
        draw(console, reply, links=True)
    return console


def _replies() -> list[Reply]:
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        library = Library.open(SAMPLES, Path(folder))
        try:
            runner.run(library.reload())
            return [runner.run(ask(library, message)) for message in MESSAGES]
        finally:
            library.close()


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
    README.write_text(with_text(README.read_text("utf-8")), "utf-8")
    print(PICTURE, README)
