"""Answers on a terminal: spans and buttons drawn by rich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text as RichText

from bot.reply import Button, Reply
from bot.terminal_plain import clean, numbered, text_lines, with_urls
from bot.text import Span

_LINK = Style(color="bright_blue", underline=True)
_CODE = Style(color="cyan")
_NUMBER = Style(color="cyan", bold=True)
_NARROWEST = 8


def draw(console: Console, reply: Reply, *, links: bool) -> None:
    """Print the answer and its buttons, as wide as the terminal is now.

    Without `links` every address is written out, so that nothing is lost.
    """
    for quote, run in text_lines(reply.text):
        text = _styled(run, links=links)
        if quote:
            _draw_quote(console, text)
        else:
            console.print(text, highlight=False)
    if reply.buttons:
        console.print()
    for row in numbered(reply.buttons):
        for line in _filled(row, console.width, links=links):
            console.print(line, highlight=False)


def shows_links(console: Console, environ: Mapping[str, str]) -> bool:
    """True where words can be made clickable (OSC 8); in doubt false, for no address to be lost."""
    plain_terminals = ("dumb", "linux", "unknown", "")
    return (
        console.is_terminal
        and console.color_system is not None
        and not console.no_color
        and environ.get("TERM", "") not in plain_terminals
        and environ.get("TERM_PROGRAM") != "Apple_Terminal"
    )


def _styled(run: Sequence[Span], *, links: bool) -> RichText:
    text = RichText()
    for span in run if links else with_urls(run):
        text.append(clean(span.text), _style(span))
    return text


def _style(span: Span) -> Style:
    style = Style(bold=span.bold or None, italic=span.italic or None)
    if span.code:
        style += _CODE
    return style + _LINK + Style(link=_safe(span.url)) if span.url else style


def _safe(url: str) -> str:
    """The address as it may stand in an escape sequence: printable ASCII without blanks."""
    return "".join(char for char in url if "!" <= char <= "~")


def _draw_quote(console: Console, text: RichText) -> None:
    """The text behind a bar that runs down every line of it."""
    bar = "▌ " if console.encoding.startswith("utf") else "| "
    for line in text.wrap(console, max(console.width - len(bar), _NARROWEST)):
        line.rstrip()
        console.print(RichText.assemble((bar, _CODE), line), highlight=False)


def _filled(row: Sequence[tuple[str, Button]], width: int, *, links: bool) -> list[RichText]:
    """The buttons of a row side by side, on as many lines as they need."""
    lines: list[RichText] = []
    for label, button in row:
        item = _item(label, button, links=links)
        if lines and cell_len(lines[-1].plain) + 2 + cell_len(item.plain) <= width:
            lines[-1].append("  ").append_text(item)
        else:
            lines.append(item)
    return lines


def _item(label: str, button: Button, *, links: bool) -> RichText:
    number, _, words = label.partition(" ")
    text = RichText.assemble((number, _NUMBER), " ")
    return text.append_text(_styled([Span(words, url=button.url)], links=links))
