"""Every text that a reader sees stands in this package: whole sentences with {named} parts.

A module for each subject holds constants only: a sentence, a label, or a tuple of the plural forms
of one. Where a translator has to know what a part is, or where a text stands, a comment says so.
What is typed to the bot (`/search`, `channel:`) stays as it is in every language.
"""

from __future__ import annotations

from functools import lru_cache
from string import Formatter
from typing import Final

from bot.text import Span, Text, plain

LISTED: Final = ", "
"""Between the members of a list in a sentence."""


def filled(sentence: str, **parts: str | Span | Text) -> Text:
    """The sentence with its parts, which keep their style; all else is plain.

    Exactly the parts that it names have to be given, else KeyError. "{{" and "}}" are braces.
    """
    spans: list[Span] = []
    for literal, field in _pieces(sentence, parts.keys()):
        spans += [plain(literal), *_spans(parts[field] if field else "")]
    return _merged(spans)


def said(sentence: str, **parts: object) -> str:
    """The same as words alone, for what has no style: labels, notices, parts of other sentences."""
    pieces = _pieces(sentence, parts.keys())
    return "".join(f"{literal}{parts[field] if field else ''}" for literal, field in pieces)


def counted(count: int, *forms: str) -> str:
    """The form for a number: English has one for 1, one for all else; a catalogue, its own rule.

    Its parts are still to be filled in.
    """
    return forms[0 if count == 1 else 1]


def plural(count: int, forms: tuple[str, ...], **parts: object) -> str:
    """The sentence for a number, which stands in it as {count}, with its other parts."""
    return said(counted(count, *forms), count=number(count), **parts)


def number(count: int) -> str:
    """A number as it is written in a sentence: `1,234`."""
    return f"{count:,}"


def _pieces(sentence: str, given: object) -> tuple[tuple[str, str], ...]:
    """Literal words, each with the name of the part after it ("": none)."""
    pieces = _parsed(sentence)
    named = {field for _, field in pieces if field}
    if named != given:
        raise KeyError(f"“{sentence}” names {sorted(named)}")
    return pieces


@lru_cache(512)
def _parsed(sentence: str) -> tuple[tuple[str, str], ...]:
    pieces = []
    for literal, field, spec, conversion in Formatter().parse(sentence):
        if spec or conversion or (field is not None and not field.isidentifier()):
            raise ValueError(f"“{sentence}” has a part that is not a bare name")
        pieces.append((literal, field or ""))
    return tuple(pieces)


def _spans(part: str | Span | Text) -> Text:
    if isinstance(part, str):
        return (plain(part),)
    return (part,) if isinstance(part, Span) else part


def _merged(spans: list[Span]) -> Text:
    """Neighbours without a style as one span, empty ones left out."""
    merged: list[Span] = []
    for span in filter(lambda span: span.text, spans):
        last = merged[-1] if merged else None
        if last is not None and _is_plain(last) and _is_plain(span):
            merged[-1] = plain(last.text + span.text)
        else:
            merged.append(span)
    return tuple(merged)


def _is_plain(span: Span) -> bool:
    return span == plain(span.text)
