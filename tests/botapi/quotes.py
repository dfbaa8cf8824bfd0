"""What Telegram takes as a quote of a message (Bot API, ReplyParameters). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tests.botapi.errors import Json, bad, broken
from tests.botapi.markup import utf16

MAX_QUOTE = 1024
STYLES = frozenset(("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"))


def words_of(message: Json) -> str:
    """The text of a message, or the words below what it shows."""
    text: str = message.get("text") or message.get("caption") or ""
    return text


def check_quote(origin: Json, reply: Json) -> None:
    """Refuse a quote that is too long or stands not exactly so, with its styles, in the message."""
    quote, text = reply.get("quote"), words_of(origin)
    if quote is None:
        return
    if utf16(quote) > MAX_QUOTE:
        raise broken("message quote is too long")
    if quote not in text:
        raise bad("QUOTE_TEXT_INVALID")
    start = reply.get("quote_position", utf16(text[: text.index(quote)]))
    if text.encode("utf-16-le")[2 * start :][: 2 * utf16(quote)].decode("utf-16-le") != quote:
        raise broken("the quote stands elsewhere in the message")
    styles: Iterable[Json] = origin.get("entities") or origin.get("caption_entities") or ()
    if _styles(styles, start, utf16(quote)) != _styles(reply.get("quote_entities", ()), 0, 10**6):
        raise bad("QUOTE_TEXT_INVALID")


def _styles(entities: Iterable[Json], start: int, length: int) -> set[tuple[str, int, int]]:
    """The styles within a part of a text: what, from and to, counted from where it begins."""
    inside = (
        (one["type"], one["offset"] - start, one["offset"] + one["length"] - start)
        for one in entities
        if one["type"] in STYLES
    )
    cut = ((kind, max(first, 0), min(last, length)) for kind, first, last in inside)
    return {one for one in cut if one[1] < one[2]}
