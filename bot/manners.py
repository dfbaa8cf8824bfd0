"""How a chat wants to be written to: `/subscriptions quiet`, `zone` and `silent`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.library import Library
from bot.reply import Button, Reply, Request
from bot.rhythm_words import hour, hours, read_quiet, time_of_day
from bot.spot import Spot, all_button, chat_of
from bot.text import code, plain
from bot.views import shown_query
from storage import chats
from storage.rhythm import Manners, find_zone
from storage.state import State

QUIET = ((22, 7), (23, 8), (0, 6))
"""Quiet hours that have a button; any others can be typed."""
ZONES = ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kolkata")

Setting = Callable[[Library, Spot, Request, str], Awaitable[Reply]]


def manners_of(state: State, chat_id: int) -> Manners:
    """How a chat wants to be written to; one that was never met has no wishes."""
    chat = chats.find(state, chat_id)
    return chat.manners if chat else Manners()


async def quiet(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`quiet 22-7`, `quiet off`, or alone: which they are and which they may be."""
    del request
    wanted, off = read_quiet(words), words.lower() in ("off", "none")
    lead = ""
    if wanted or off:
        await _set(library, spot, lambda manners: replace(manners, quiet=wanted))
    elif words:
        lead = f"I cannot read “{shown_query(words)}” as hours. "
    return _quiet_view(spot, await library.keep(manners_of, spot.here.chat_id), lead)


def _quiet_view(spot: Spot, manners: Manners, lead: str) -> Reply:
    now = "none."
    if manners.quiet:
        until = hour(manners.quiet[1])
        now = f"{hours(manners.quiet)} ({manners.zone}). What is due then comes at {until}."
    choices = tuple(
        _choice(spot, hours(one), f"quiet {one[0]}-{one[1]}", chosen=one == manners.quiet)
        for one in QUIET
    )
    off = _choice(spot, "Off", "quiet off", chosen=manners.quiet is None)
    text = (
        plain(f"{lead}Quiet hours of {spot.name}: {now} Choose, or send "),
        code(spot.request("subscriptions", "quiet 22-7")),
        plain("."),
    )
    return Reply("subscriptions", text, (choices, (off, _back(spot))), found=not lead)


async def zone(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`zone Europe/Berlin`, or alone: which it is and which it may be."""
    del request
    found = find_zone(words) if words else ""
    if found:
        await _set(library, spot, lambda manners: replace(manners, zone=found))
    lead = f"I know no time zone “{shown_query(words)}”. " if words and not found else ""
    manners = await library.keep(manners_of, spot.here.chat_id)
    return _zone_view(spot, manners, time_of_day(library.now(), manners.zone), lead)


def _zone_view(spot: Spot, manners: Manners, clock: str, lead: str) -> Reply:
    text = (
        plain(f"{lead}Time zone of {spot.name}: {manners.zone}, where it is {clock} now."),
        plain(" Digests and quiet hours go by it. Choose, or send "),
        code(spot.request("subscriptions", "zone Europe/Berlin")),
        plain("; the name of a city will do."),
    )
    made = [_choice(spot, one, f"zone {one}", chosen=one == manners.zone) for one in ZONES]
    buttons = (tuple(made[:3]), tuple(made[3:]), (_back(spot),))
    return Reply("subscriptions", text, buttons, found=not lead)


async def silent(library: Library, spot: Spot, request: Request, words: str) -> Reply:
    """`silent on`, `silent off`: without a sound, or with one; alone: which it is."""
    del request
    wanted = {"on": True, "off": False}.get(words.lower())
    if wanted is not None:
        await _set(library, spot, lambda manners: replace(manners, silent=wanted))
    manners = await library.keep(manners_of, spot.here.chat_id)
    text = f"Updates come to {spot.name} {'without' if manners.silent else 'with'} a sound."
    choices = (
        _choice(spot, "With a sound", "silent off", chosen=not manners.silent),
        _choice(spot, "Without a sound", "silent on", chosen=manners.silent),
    )
    return Reply("subscriptions", (plain(text),), (choices, (_back(spot),)))


async def _set(library: Library, spot: Spot, change: Callable[[Manners], Manners]) -> None:
    await library.keep(_change, spot, change)
    library.wake()


def _change(state: State, spot: Spot, change: Callable[[Manners], Manners]) -> None:
    """One that subscribes to nothing yet may have wishes too."""
    chats.meet(state, chat_of(spot))
    chats.set_manners(state, spot.here.chat_id, change(manners_of(state, spot.here.chat_id)))


def _choice(spot: Spot, text: str, rest: str, *, chosen: bool) -> Button:
    return Button(f"✓ {text}" if chosen else text, spot.request("subscriptions", rest))


def _back(spot: Spot) -> Button:
    return all_button(spot, "◀ All")
