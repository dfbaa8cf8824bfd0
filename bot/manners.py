"""How a chat wants to be written to: `/subscriptions quiet`, `zone`, `silent` and `cooldown`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.cooldown import GROUP, rate_of
from bot.library import Library
from bot.reply import Button, Place, Reply, Request
from bot.rhythm_words import (
    hour,
    hours,
    read_quiet,
    read_wait,
    time_of_day,
    wait,
)
from bot.spot import Spot, about, all_button, chat_of
from bot.text import Text, code, plain
from bot.views import shown_query
from bot.words import filled, plural, said, updates
from storage import chats
from storage.chats import manners_of
from storage.rhythm import LONGEST_COOLDOWN, Manners, find_zone
from storage.state import State

QUIET = ((22, 7), (23, 8), (0, 6))
"""Quiet hours that have a button; any others can be typed."""
ZONES = ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
WAITS = (10, 30, 60)
"""Seconds of a cooldown that have a button; any others can be typed."""

Setting = Callable[[Library, Spot, Request, str], Awaitable[Reply]]


async def quiet(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`quiet 22-7`, `quiet off`, or alone: which they are and which they may be."""
    del request
    wanted, off = read_quiet(words), words.lower() in ("off", "none")
    wrong = ""
    if wanted or off:
        await _set(library, spot, lambda manners: replace(manners, quiet=wanted))
    elif words:
        wrong = shown_query(words)
    return _quiet_view(spot, await library.keep(manners_of, spot.here.chat_id), wrong)


def _quiet_view(spot: Spot, manners: Manners, wrong: str) -> Reply:
    """Which they are and may be; `wrong` is what could not be read as any."""
    choices = tuple(
        _choice(spot, hours(one), "quiet", f"{one[0]}-{one[1]}", chosen=one == manners.quiet)
        for one in QUIET
    )
    off = _choice(spot, updates.OFF_LABEL, "quiet", "off", chosen=manners.quiet is None)
    text = _quiet_now(spot, manners)
    if wrong:
        text = filled(updates.NOT_HOURS, asked=wrong, now=text)
    return Reply("subscriptions", text, (choices, (off, _back(spot))), found=not wrong)


def _quiet_now(spot: Spot, manners: Manners) -> Text:
    typed = code(spot.request("subscriptions", updates.TYPED_QUIET))
    if not manners.quiet:
        return filled(updates.QUIET_NONE, chat=spot.name, request=typed)
    return filled(
        updates.QUIET_NOW,
        chat=spot.name,
        hours=hours(manners.quiet),
        zone=manners.zone,
        hour=hour(manners.quiet[1]),
        request=typed,
    )


async def zone(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`zone Europe/Berlin`, or alone: which it is and which it may be."""
    del request
    found = find_zone(words) if words else ""
    if found:
        await _set(library, spot, lambda manners: replace(manners, zone=found))
    wrong = shown_query(words) if words and not found else ""
    manners = await library.keep(manners_of, spot.here.chat_id)
    return _zone_view(spot, manners, time_of_day(library.now(), manners.zone), wrong)


def _zone_view(spot: Spot, manners: Manners, clock: str, wrong: str) -> Reply:
    typed = code(spot.request("subscriptions", updates.TYPED_ZONE))
    text = filled(updates.ZONE_NOW, chat=spot.name, zone=manners.zone, time=clock, request=typed)
    if wrong:
        text = filled(updates.NO_ZONE, asked=wrong, now=text)
    made = [_choice(spot, one, "zone", one, chosen=one == manners.zone) for one in ZONES]
    buttons = (tuple(made[:3]), tuple(made[3:]), (_back(spot),))
    return Reply("subscriptions", text, buttons, found=not wrong)


async def silent(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`silent on`, `silent off`: without a sound, or with one; alone: which it is."""
    del request
    wanted = {"on": True, "off": False}.get(words.lower())
    if wanted is not None:
        await _set(library, spot, lambda manners: replace(manners, silent=wanted))
    manners = await library.keep(manners_of, spot.here.chat_id)
    text = filled(updates.SILENT_NOW if manners.silent else updates.LOUD_NOW, chat=spot.name)
    choices = (
        _choice(spot, updates.LOUD, "silent", "off", chosen=not manners.silent),
        _choice(spot, updates.SILENT, "silent", "on", chosen=manners.silent),
    )
    return Reply("subscriptions", text, (choices, (_back(spot),)))


async def cooldown(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`cooldown 30`, `cooldown off`, `cooldown usual`, or alone: how often a person may ask."""
    del request
    if spot.place is not Place.GROUP:
        return about("subscriptions", spot, plain(updates.ONLY_GROUPS))
    wanted, wrong = read_wait(words), ""
    if wanted:
        await _set(library, spot, lambda manners: replace(manners, cooldown=wanted[0]))
    elif words:
        wrong = shown_query(words)
    return _cooldown_view(spot, await library.keep(manners_of, spot.here.chat_id), wrong)


def _cooldown_view(spot: Spot, manners: Manners, wrong: str) -> Reply:
    text = filled(
        updates.COOLDOWN_NOW,
        often=_often(manners.cooldown),
        chat=spot.name,
        most=str(GROUP.most),
        seconds=f"{GROUP.seconds:.0f}",
        request=code(spot.request("subscriptions", updates.TYPED_COOLDOWN)),
    )
    if wrong:
        text = filled(updates.NOT_SECONDS, asked=wrong, most=str(LONGEST_COOLDOWN), now=text)
    offered = (
        (updates.USUAL_LABEL, "usual", None),
        *((wait(one), str(one), one) for one in WAITS),
        (updates.OFF_LABEL, "off", 0),
    )
    choices = tuple(
        _choice(spot, shown, "cooldown", typed, chosen=one == manners.cooldown)
        for shown, typed, one in offered
    )
    return Reply("subscriptions", text, (choices, (_back(spot),)), found=not wrong)


def _often(cooldown: int | None) -> str:
    """How often a person is answered, in a sentence."""
    rate = rate_of(cooldown)
    if rate is None:
        return updates.AS_THEY_ASK
    seconds = f"{rate.seconds:.0f}"
    if rate.most == 1:
        return said(updates.ONCE, seconds=seconds)
    return plural(rate.most, updates.SO_OFTEN, seconds=seconds)


async def _set(library: Library, spot: Spot, change: Callable[[Manners], Manners]) -> None:
    await library.keep(_change, spot, change)
    library.wake()


def _change(state: State, spot: Spot, change: Callable[[Manners], Manners]) -> None:
    """One that subscribes to nothing yet may have wishes too."""
    chats.meet(state, chat_of(spot))
    chats.set_manners(state, spot.here.chat_id, change(manners_of(state, spot.here.chat_id)))


def _choice(spot: Spot, text: str, setting: str, value: str, *, chosen: bool) -> Button:
    label = said(updates.CHOSEN, label=text) if chosen else text
    return Button(label, spot.request("subscriptions", f"{setting} {value}"))


def _back(spot: Spot) -> Button:
    return all_button(spot, updates.BACK_TO_ALL)
