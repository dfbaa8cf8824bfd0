"""A mention in a chat that the bot is no member of: the best moment for a claim. No platform."""

from __future__ import annotations

import logging

from bot.claim import says, telling
from bot.inline import InlineCard, hit_card, words_card
from bot.library import Library
from bot.reply import RepliedTo
from bot.source import FEW_WORDS, MOST_HITS, link_in
from bot.text import cut_words, tidy
from bot.views import shown_query
from bot.words import asking, helping, said, sharing
from storage.errors import SlowQueryError, StorageError
from storage.model import Hit, Moment
from storage.query import parse_claim, parse_query
from storage.reading import find_excerpt, open_video
from storage.search import evidence
from storage.timestamps import is_video_id, read_video_link

LEAST = 2
"""Telling words of a message replied to: nobody wants the moment that says "really"."""
_MOST_UNITS = 4_000
log = logging.getLogger(__name__)


async def guest(library: Library, replied_to: RepliedTo | None, words: str) -> InlineCard:
    """The best source for the message replied to, else for the words beside the mention.

    Where there is none, a card that says so. Raises only what is a fault of ours.
    """
    try:
        return await _guest(library, replied_to, cut_words(tidy(words), _MOST_UNITS))
    except SlowQueryError:
        return words_card(sharing.TOO_SLOW_CLAIM)
    except StorageError:
        log.exception("a guest's question failed")
        return words_card(helping.NOT_NOW)


async def _guest(library: Library, replied_to: RepliedTo | None, words: str) -> InlineCard:
    replied = ""
    if replied_to is not None:
        own = await _own(library, replied_to) if replied_to.own and not words else None
        if own is not None:
            return hit_card(own)
        text = cut_words(tidy(replied_to.text), _MOST_UNITS)
        replied = text or next(iter(replied_to.links), "")
    for claim, least in ((replied, LEAST), (words, 1)):
        hit = await _told(library, claim, least)
        if hit is not None:
            return hit_card(hit)
    asked = replied or words
    if not asked:
        return words_card(sharing.HOW_TO_MENTION)
    return words_card(said(asking.NO_SOURCE, claim=shown_query(asked)))


async def _told(library: Library, claim: str, least: int) -> Hit | None:
    """What is said at the second that a text links; more than a few words beside it go first."""
    link = link_in(claim)
    moment = read_video_link(link) if link else None
    beside = claim.replace(link, " ") if moment and not is_video_id(claim) else ""
    linked = await _nearest(library, moment) if moment else None
    if linked is not None and telling(parse_query(beside)) < FEW_WORDS:
        return linked
    found = await best_source(library, beside or claim, least)
    return found or (linked if moment and moment.start else None)


async def best_source(library: Library, claim: str, least: int) -> Hit | None:
    """The moment that says a claim best; None where none does, or it has too few telling words."""
    query = parse_claim(claim)
    if telling(query) < least:
        return None
    found = await library.ask(evidence, library.memory, query, MOST_HITS)
    told = zip(found.hits, found.strengths, strict=True)
    return next((one[0] for one in told if says(claim, query, one)), None)


async def _nearest(library: Library, moment: Moment) -> Hit | None:
    opened = await library.ask(open_video, moment.video_id, 60, 0, moment.start)
    if opened is None:
        return None
    near = min(opened.hits, key=lambda hit: abs(hit.moment.start - moment.start), default=None)
    return near or opened.nearest


async def _own(library: Library, replied_to: RepliedTo) -> Hit | None:
    """The passage that a message of ours showed, as the notes have it now."""
    for moment in filter(None, map(read_video_link, replied_to.links)):
        hit = await library.ask(find_excerpt, moment.video_id, moment.start, replied_to.text)
        if hit is not None:
            return hit
    return None
