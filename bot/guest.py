"""A mention in a chat that the bot is no member of: the best moment for a claim. No platform."""

from __future__ import annotations

from bot.claim import FEW_WORDS, telling
from bot.evidence import best_claim, best_source
from bot.inline import InlineCard, hit_card, words_card
from bot.library import Library
from bot.reply import MOST_UNITS, RepliedTo
from bot.source import link_in, shown_hit
from bot.text import cut_words, tidy
from bot.trouble import not_now
from bot.views import shown_query
from bot.words import asking, said, sharing
from storage.errors import SlowQueryError, StorageError
from storage.model import Hit, Moment
from storage.query import parse_query
from storage.reading import open_video
from storage.timestamps import is_video_id, read_video_link

LEAST = 2
"""Telling words of a message replied to: nobody wants the moment that says "really"."""


async def guest(library: Library, replied_to: RepliedTo | None, words: str) -> InlineCard:
    """The best source for the message replied to, else for the words beside the mention.

    Where there is none, a card that says so. Raises only what is a fault of ours.
    """
    try:
        return await _guest(library, replied_to, cut_words(tidy(words), MOST_UNITS))
    except SlowQueryError:
        return words_card(sharing.TOO_SLOW_CLAIM)
    except StorageError as error:
        asked = f"{words} {replied_to.text if replied_to else ''}"
        return words_card(not_now(error, asked))


async def _guest(library: Library, replied_to: RepliedTo | None, words: str) -> InlineCard:
    replied = ""
    if replied_to is not None:
        own = await shown_hit(library, replied_to) if replied_to.own and not words else None
        if own is not None:
            return hit_card(own)
        text = cut_words(tidy(replied_to.text), MOST_UNITS)
        replied = text or next(iter(replied_to.links), "")
    in_it = await _told(library, replied, LEAST) or await _in_talk(library, replied)
    hit = in_it or await _told(library, words, 1)
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


async def _in_talk(library: Library, text: str) -> Hit | None:
    """Where the sentence of a message that a note says best is said: the rest is talk."""
    told = await best_claim(library, text)
    return told[1] if told else None


async def _nearest(library: Library, moment: Moment) -> Hit | None:
    opened = await library.ask(open_video, moment.video_id, 60, 0, moment.start)
    if opened is None:
        return None
    near = min(opened.hits, key=lambda hit: abs(hit.moment.start - moment.start), default=None)
    return near or opened.nearest
