"""Text as spans. Plain text and Telegram's HTML are made from them at the very end."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

ELLIPSIS = "…"
_UNWANTED = {
    **dict.fromkeys([*range(32), *range(127, 160)], " "),
    **dict.fromkeys([0xAD, 0xFEFF, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F)]),
    **dict.fromkeys([*range(0x2060, 0x206A)]),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of one style. `url` makes it a link; `quote` puts it in a quote block."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    quote: bool = False
    url: str = ""


Text = tuple[Span, ...]


def plain(text: str) -> Span:
    """Unstyled words."""
    return Span(text)


def bold(text: str) -> Span:
    """Words that matter, in bold."""
    return Span(text, bold=True)


def italic(text: str) -> Span:
    """Words about the answer rather than of it."""
    return Span(text, italic=True)


def code(text: str) -> Span:
    """Words to type."""
    return Span(text, code=True)


def link(text: str, url: str) -> Span:
    """Words that open `url`."""
    return Span(text, url=url)


def quoted(spans: Iterable[Span]) -> Text:
    """The same spans inside a quote block."""
    return tuple(replace(span, quote=True) for span in spans)


def utf16_len(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def to_plain(text: Sequence[Span]) -> str:
    """The words alone."""
    return "".join(span.text for span in text)


def trimmed(text: Sequence[Span]) -> Text:
    """The text without white space at its end."""
    kept = list(text)
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    return (*kept[:-1], replace(kept[-1], text=kept[-1].text.rstrip())) if kept else ()


def tidy(text: str) -> str:
    """What was asked on one line: no control or direction characters, no broken ones."""
    return " ".join(text.translate(_UNWANTED).encode("utf-8", "ignore").decode().split())


def truncate(text: Sequence[Span], limit: int, most_entities: int = 100) -> Text:
    """At most `limit` UTF-16 units and `most_entities` styled spans, cut at a word, then "…"."""
    kept: list[Span] = []
    left, entities = limit, 0
    for span in text:
        entities += _entities(span, kept[-1].quote if kept else False)
        size = utf16_len(span.text)
        if size <= left and entities <= most_entities:
            kept.append(span)
            left -= size
            continue
        styled_out = entities > most_entities
        return _end(kept, None if styled_out else span, left)
    return tuple(kept)


def _entities(span: Span, in_quote: bool) -> int:
    """Entities that a span adds; a quote block counts once."""
    opens_quote = span.quote and not in_quote
    return span.bold + span.italic + span.code + opens_quote + bool(span.url)


def _end(kept: list[Span], span: Span | None, left: int) -> Text:
    """Close a cut text with "…", taking back words where there is no room for it."""
    if span is not None:
        head = cut_words(span.text, left - 1)
        if head:
            return (*kept, replace(span, text=head + ELLIPSIS))
    while kept and left < 1:
        last = kept.pop()
        left += utf16_len(last.text)
        head = cut_words(last.text, left - 1)
        if head:
            return (*kept, replace(last, text=head + ELLIPSIS))
    return (*kept, Span(ELLIPSIS)) if left >= 1 else tuple(kept)


def cut_words(text: str, limit: int) -> str:
    """The longest start of `text` of at most `limit` UTF-16 units, ended at a word if it can be."""
    if utf16_len(text) <= limit:
        return text
    size = 0
    for count, char in enumerate(text):
        size += 2 if char > "\uffff" else 1
        if size > limit:
            head = text[:count]
            space = max(head.rfind(" "), head.rfind("\n"))
            whole = char.isspace() or space <= len(head) // 2
            return (head if whole else head[:space]).rstrip()
    return text


def to_html(text: Sequence[Span]) -> str:
    """Telegram's HTML (Bot API "HTML style"): every tag opened here is closed here."""
    parts: list[str] = []
    for quote, spans in groupby(text, key=lambda span: span.quote):
        inner = "".join(_span_html(span) for span in spans)
        parts.append(f"<blockquote>{inner}</blockquote>" if quote else inner)
    return "".join(parts)


def _span_html(span: Span) -> str:
    out = html.escape(span.text, quote=False)
    if not out.strip():
        return out
    if span.code:  # Telegram lets code stand alone only, not inside or around other styles
        return f"<code>{out}</code>"
    for on, tag in ((span.italic, "i"), (span.bold, "b")):
        if on:
            out = f"<{tag}>{out}</{tag}>"
    return f'<a href="{html.escape(span.url)}">{out}</a>' if span.url else out
