"""`/unsubscribe`: from a button, a note or words to what stops, with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import subscription_views as show
from bot import views
from bot.library import Library
from bot.reply import Reply, Request
from bot.search import without_page
from bot.spot import Spot, gate
from bot.subscribe import split_kind
from bot.updates import new_note
from bot.words import plural, said, updates
from storage import interest, subscriptions
from storage.exports import FILE_NAME, as_file, export
from storage.interest import Interest, Kind, matches
from storage.query import parse_query
from storage.subscriptions import Subscription

NOTE = "note:"


async def unsubscribe(library: Library, request: Request, rest: str) -> Reply:
    """Stop what the words name; without words, or where several are meant, ask which."""
    spot = gate("unsubscribe", request)
    if isinstance(spot, Reply):
        return spot
    here, page, rest = spot.here, parse_query(rest).page, without_page(rest)
    listed = await library.keep(subscriptions.listed, here.chat_id, here.thread_id)
    if not listed:
        return show.none_view("unsubscribe", spot)
    if rest.startswith(NOTE):
        return await _of_note(library, spot, listed, page, rest)
    if rest.lower() == "all":
        return await _stop_all(library, spot, listed)
    one = meant(listed, rest) if rest else None
    if one is not None:
        return await stop(library, spot, one)
    lead = said(updates.WHAT_STOPS, chat=spot.name)
    if rest:
        lead = said(updates.NONE_CALLED_STOPS, chat=spot.name, asked=views.shown_query(rest))
    return show.stop_view(spot, listed, page, lead, spot.request("unsubscribe"))


def meant(listed: Sequence[Subscription], words: str) -> Subscription | None:
    """The subscription with this ref, or to what these words name."""
    by_ref = {one.interest.ref: one for one in listed}
    if words in by_ref:
        return by_ref[words]
    return next((by_ref[ref] for ref in _refs(words) if ref in by_ref), None)


def _refs(words: str) -> list[str]:
    """What the words may name, with their kind or without."""
    kind, rest = split_kind(words)
    made: dict[Kind, Interest | None] = {
        Kind.EVERYTHING: interest.everything() if kind is Kind.EVERYTHING else None,
        Kind.CHANNEL: interest.channel(rest),
        Kind.TOPIC: interest.topic(rest),
        Kind.SEARCH: interest.search(rest),
    }
    return [one.ref for of, one in made.items() if one and kind in (None, of)]


async def stop(library: Library, spot: Spot, one: Subscription) -> Reply:
    """Stop one, and offer to undo it."""
    here, ref = spot.here, one.interest.ref
    ended = await library.keep(subscriptions.remove, here.chat_id, here.thread_id, ref)
    return show.stopped_view(spot, [ended or one])


async def _stop_all(library: Library, spot: Spot, listed: Sequence[Subscription]) -> Reply:
    """Stop all of this place. More than have a button to undo it are sent along as a file."""
    more = len(listed) > show.PER_PAGE
    file = as_file(await library.keep(export, spot.here.chat_id)) if more else b""
    await library.keep(subscriptions.remove_all, spot.here.chat_id, spot.here.thread_id)
    reply = show.stopped_view(spot, listed)
    return replace(reply, document=(FILE_NAME, file)) if more else reply


async def _of_note(
    library: Library, spot: Spot, listed: Sequence[Subscription], page: int, rest: str
) -> Reply:
    """What brought a note here: stop it where it is one subscription, else ask which."""
    note = await new_note(library, rest.removeprefix(NOTE))
    fit = [one for one in listed if note and matches(one.interest, note)]
    if len(fit) == 1:
        return await stop(library, spot, fit[0])
    if fit:
        lead = plural(len(fit), updates.SEVERAL_ASK, chat=spot.name)
        return show.stop_view(spot, fit, page, lead, spot.request("unsubscribe", rest))
    lead = said(updates.NONE_ASKS, chat=spot.name)
    return show.stop_view(spot, listed, page, lead, spot.request("unsubscribe"))
