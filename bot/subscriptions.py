"""`/subscriptions`: what a chat asked for, and every change to it."""

from __future__ import annotations

from collections.abc import Mapping

from bot import subscription_views as show
from bot.library import Library
from bot.manners import Setting, cooldown, quiet, silent, zone
from bot.reply import Reply, Request
from bot.rhythm_words import read_rhythm
from bot.search import without_page
from bot.spot import Spot, about, chat_of, gate, in_telegram
from bot.text import code, plain
from bot.unsubscribe import meant, stop
from bot.views import notes, shown_query
from bot.words import filled, said, updates
from storage import subscriptions
from storage.chats import manners_of
from storage.errors import ImportRefusedError, LimitError
from storage.exports import FILE_NAME, as_file, export, restore
from storage.query import parse_query
from storage.rhythm import Manners
from storage.state import State
from storage.subscriptions import Subscription


async def subscriptions_of(library: Library, request: Request, rest: str) -> Reply:
    """List the chat's subscriptions, which everybody may see, or change something about them."""
    page, rest = parse_query(rest).page, without_page(rest)
    if request.here is None:
        return in_telegram("subscriptions")
    spot = Spot(request.here, request.place)
    if not rest and not spot.is_post:
        return await _list(library, spot, page)
    allowed = gate("subscriptions", request)
    if isinstance(allowed, Reply):
        return allowed
    word, _, more = rest.partition(" ")
    setting = _SETTINGS.get(word.lower())
    if setting is not None:
        return await setting(library, spot, request, more.strip())
    return await _one(library, spot, rest)


async def _list(library: Library, spot: Spot, page: int = 1, lead: str = "") -> Reply:
    listed, others, manners = await library.keep(_standing, spot)
    if not listed and not others:
        return show.none_view("subscriptions", spot, lead)
    return show.list_view(spot, listed, manners, page, others=others, lead=lead)


def _standing(state: State, spot: Spot) -> tuple[tuple[Subscription, ...], int, Manners]:
    """The subscriptions of this place, how many other topics of the chat have, its manners."""
    chat_id, thread_id = spot.here.chat_id, spot.here.thread_id
    others = sum(subscriptions.in_chat(state, chat_id).values())
    listed = subscriptions.listed(state, chat_id, thread_id)
    return listed, others - len(listed), manners_of(state, chat_id)


async def _one(library: Library, spot: Spot, rest: str) -> Reply:
    """One subscription, named by its ref or by words, and perhaps what to do with it."""
    listed, _, manners = await library.keep(_standing, spot)
    word, _, verb = rest.partition(" ")
    one = meant(listed, word)
    if one is None or one.interest.ref != word:
        one, verb = meant(listed, rest), ""
    if one is None:
        lead = said(updates.NONE_CALLED, chat=spot.name, asked=shown_query(rest))
        return await _list(library, spot, lead=lead)
    if not verb:
        return show.details_view(spot, one, manners)
    if verb == "stop":
        return await stop(library, spot, one)
    lead = await _changed(library, spot, one, verb)
    library.wake()
    fresh = await library.keep(subscriptions.find, *_name(spot, one))
    return show.details_view(spot, fresh or one, manners, lead)


def _name(spot: Spot, one: Subscription) -> tuple[int, int, str]:
    return spot.here.chat_id, spot.here.thread_id, one.interest.ref


async def _changed(library: Library, spot: Spot, one: Subscription, verb: str) -> str:
    """Do it; gives what to say about it beyond what the details show."""
    name, now = _name(spot, one), library.now()
    if verb == "pause":
        await library.keep(subscriptions.pause, *name, now)
        return ""
    if verb in ("catch-up", "from-now"):
        catch_up = verb == "catch-up"
        await library.keep(subscriptions.resume, *name, now, catch_up=catch_up)
        return _resumed(one, catch_up=catch_up)
    rhythm = read_rhythm(verb.split(), one.rhythm)
    if rhythm is None:
        return said(updates.NOT_TAKEN, asked=shown_query(verb))
    await library.keep(subscriptions.set_rhythm, *name, rhythm, now)
    return ""


def _resumed(one: Subscription, *, catch_up: bool) -> str:
    if not one.waiting:
        return updates.RESUMED
    return said(updates.RESUMED_ALL if catch_up else updates.RESUMED_NEW, notes=notes(one.waiting))


async def _export(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """All subscriptions of the chat as a file."""
    del request, words
    file = as_file(await library.keep(export, spot.here.chat_id))
    typed = code(spot.request("subscriptions", "import"))
    text = filled(updates.EXPORTED, chat=spot.name, request=typed)
    return Reply("subscriptions", text, document=(FILE_NAME, file))


async def _import(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """Take in a file of `export`; what is there already stays as it is."""
    del words
    if not request.document:
        typed = code(spot.request("subscriptions", "import"))
        how = filled(updates.HOW_TO_IMPORT, button=updates.EXPORT, request=typed)
        return about("subscriptions", spot, *how)
    here = spot.here
    try:
        added, known = await library.keep(
            restore, chat_of(spot), here.thread_id, request.document, here.user_id, library.now()
        )
    except (LimitError, ImportRefusedError) as error:
        return about("subscriptions", spot, plain(str(error)))
    library.wake()
    lead = said(updates.IMPORTED, added=added, known=known)
    return await _list(library, spot, lead=lead)


_SETTINGS: Mapping[str, Setting] = {
    "quiet": quiet,
    "zone": zone,
    "silent": silent,
    "cooldown": cooldown,
    "export": _export,
    "import": _import,
}
