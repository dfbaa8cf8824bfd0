"""What a link to the private chat opens: `t.me/BOT?start=PAYLOAD`. Old ones stay good for years."""

from __future__ import annotations

from bot.card import cite
from bot.help import start_reply
from bot.library import Library
from bot.payloads import KEPT, NO_QUERY, asked_by
from bot.reply import Reply, Request
from bot.search import search
from bot.text import plain
from bot.topic import topic
from bot.updates import DIGEST_START, NOTE_START, news
from bot.views import message
from bot.words import sharing
from storage.citing import from_payload


async def opened(library: Library, request: Request, payload: str) -> Reply | None:
    """A citation, a note, a digest or a search; None where the payload is none of ours."""
    if payload == NO_QUERY:
        return start_reply(await library.counts(), await library.examples())
    if from_payload(payload) is not None:
        return await cite(library, request, payload)
    if len(payload) > len(NOTE_START) and payload.startswith(NOTE_START):
        return await topic(library, request, f"note:{payload.removeprefix(NOTE_START)}")
    if len(payload) > len(DIGEST_START) and payload.startswith(DIGEST_START):
        return await news(library, request, payload.removeprefix(DIGEST_START))
    asked = await asked_by(library, payload)
    if asked is None and payload.startswith(KEPT):
        return message("start", plain(sharing.FORGOTTEN), found=False)
    words = (asked or "").removeprefix("/search").strip()
    return await search(library, request, words) if words and asked != "/start" else None
