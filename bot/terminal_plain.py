"""Answers as plain lines: what a script gets, and what the coloured view is built from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.reply import Button, Reply
from bot.text import Span, Text

_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])
_SHOWN = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def clean(text: str) -> str:
    """The text without control characters: a note must not be able to drive the terminal."""
    return text.translate(_CONTROLS).replace("\t", " ")


def one_line(text: str) -> str:
    """The text on one line, its control characters made visible (file names may hold any)."""
    return text.translate(_SHOWN)


def text_lines(text: Sequence[Span]) -> list[tuple[bool, Text]]:
    """The text line by line, each line quoted or not; a quote begins and ends a line."""
    lines: list[tuple[bool, list[Span]]] = [(False, [])]
    for span in text:
        for count, part in enumerate(span.text.split("\n")):
            quote, spans = lines[-1]
            if count or (part and spans and quote != span.quote):
                lines.append((span.quote, []))
            if part:
                lines[-1] = (span.quote, [*lines[-1][1], replace(span, text=part)])
    while lines and not lines[-1][1]:
        lines.pop()
    return [(quote, tuple(spans)) for quote, spans in lines]


def with_urls(text: Sequence[Span]) -> Iterator[Span]:
    """The spans, each link followed by its address in brackets, for where no link can be shown."""
    for url, run in groupby(text, key=lambda span: span.url):
        spans = [replace(span, url="") for span in run]
        yield from spans
        if url and "".join(span.text for span in spans) != url:
            yield Span(f" ({url})", quote=spans[-1].quote)


def numbered(rows: Sequence[Sequence[Button]]) -> list[list[tuple[str, Button]]]:
    """The buttons with their labels `[1] …`, counted through all rows."""
    labels = iter(range(1, 1 + sum(len(row) for row in rows)))
    return [[(f"[{next(labels)}] {clean(button.text)}", button) for button in row] for row in rows]


def pressed(line: str, rows: Sequence[Sequence[Button]]) -> Button | None:
    """The button that a typed number presses; None where the line is no such number."""
    flat = [button for row in rows for button in row]
    digits = line.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 4):
        return None
    return flat[int(digits) - 1] if 1 <= int(digits) <= len(flat) else None


def plain_reply(reply: Reply) -> str:
    """The answer as plain lines: links with their address, quotes after ">", numbered buttons."""
    lines = [_plain_line(quote, run) for quote, run in text_lines(reply.text)]
    rows = numbered(reply.buttons)
    lines += ["  ".join(_with_address(label, button) for label, button in row) for row in rows]
    return "\n".join(lines)


def _plain_line(quote: bool, run: Text) -> str:
    words = clean("".join(span.text for span in with_urls(run)))
    return f"> {words}" if quote else words


def _with_address(label: str, button: Button) -> str:
    return f"{label} ({clean(button.url)})" if button.url else label
