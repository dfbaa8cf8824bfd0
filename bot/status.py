"""`/status` and `/reload`: how the bot stands, for its owner."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from bot.library import Changes, Library
from bot.reply import Button, Reply, Request
from bot.standing import Last
from bot.text import ELLIPSIS, Text, bold, code, cut_words, plain, utf16_len
from bot.views import message, notes
from bot.words import counted, filled, number, owner, said
from storage.backlog import Owed, aside, owed
from storage.model import Counts, Problem
from storage.problems import rejected

MOST_FILES = 10
MOST_ASIDE = 5
_MOST = 80
"""UTF-16 units of a file's name, a reason or an error: all of them fit into one message."""
_MOST_WRONG = 300
_STARTED = time.monotonic()

Aside = tuple[str, str, str]
"""A delivery that was given up: the chat, the error, what it was."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that /status tells. `uptime` is in seconds; `last` is None where nothing reloads."""

    counts: Counts
    rejected: Sequence[Problem]
    last: Last | None
    owed: Owed
    aside: Sequence[Aside]
    uptime: float
    version: str


async def status(library: Library, request: Request, rest: str) -> Reply:
    """Notes, the last reload, deliveries, and what is wrong with each."""
    del rest
    if not request.admin:
        return message("status", plain(owner.FOR_OWNERS), found=False)
    reloads = library.reloads
    standing = Standing(
        counts=await library.counts(),
        rejected=await library.ask(rejected),
        last=reloads.last if reloads else None,
        owed=await library.keep(owed),
        aside=await library.keep(aside, MOST_ASIDE),
        uptime=time.monotonic() - _STARTED,
        version=version("tubenotes-bot"),
    )
    return status_view(standing, library.now())


async def reload(library: Library, request: Request, rest: str) -> Reply:
    """Bring the index up to date now, and say what changed."""
    del rest
    if not request.admin:
        return message("reload", plain(owner.FOR_OWNERS), found=False)
    reloads = library.reloads
    if reloads is None:
        return message("reload", plain(owner.NO_RELOADS), found=False)
    before = reloads.last.changed
    return reload_view(await reloads.now(), before, await library.counts())


def reload_view(last: Last, before: float, counts: Counts) -> Reply:
    """What a reload did; `before` is when the index had changed before it."""
    held, span = notes(counts.notes), _span(last.seconds)
    if last.wrong:
        text = said(owner.FAILED, wrong=last.wrong, notes=held)
    elif last.changed > before:
        text = said(owner.DONE, span=span, changes=_changes(last.changes), notes=held)
    else:
        text = said(owner.DONE_SAME, span=span, notes=held)
    buttons = ((Button(owner.STATUS, "/status"),),)
    return Reply("reload", (plain(text),), buttons, found=not last.wrong)


def status_view(standing: Standing, now: float) -> Reply:
    """How the bot stands, what is wrong first in each part."""
    up = said(owner.UP, span=_span(standing.uptime), version=standing.version)
    text = (
        bold(owner.NOTES_HEADING),
        *_notes(standing),
        *_reload(standing.last, now),
        bold(f"\n{owner.SUBSCRIPTIONS_HEADING}"),
        *_owed(standing.owed, now),
        *_aside(standing.aside, standing.owed.aside),
        plain(f"\n{up}"),
    )
    buttons = (Button(owner.RELOAD, "/reload"), Button(owner.AGAIN, "/status"))
    return Reply("status", text, (buttons,))


def _notes(standing: Standing) -> Text:
    """What the index holds, and which files it could not take."""
    counts, files = standing.counts, standing.rejected
    held = said(
        owner.HELD if counts.complete else owner.HELD_SO_FAR,
        notes=notes(counts.notes),
        channels=_many(counts.channels, owner.CHANNELS),
        moments=_many(counts.moments, owner.MOMENTS),
    )
    rejected = said(
        owner.REJECTED if files else owner.REJECTED_NONE,
        problems=_many(counts.problems, owner.PROBLEMS),
        files=_many(len(files), owner.FILES),
    )
    text = f"\n{held}\n{rejected}\n"
    for one in files[:MOST_FILES]:
        text += f"{_end(one.path)}:{one.line}: {_cut(one.message)}\n"
    more = len(files) - MOST_FILES
    text += f"{said(owner.AND_MORE, count=number(more))}\n" if more > 0 else ""
    if not counts.problems:
        return (plain(text),)
    check = filled(owner.EVERY_PROBLEM, command=code(owner.CHECK))
    return (plain(text), *check, plain("\n"))


def _reload(last: Last | None, now: float) -> Text:
    if last is None:
        return ()
    if not last.at:
        return (plain(f"{owner.NO_RELOAD_YET}\n"),)
    took = _span(last.seconds)
    text = f"{said(owner.LAST_RELOAD, span=_span(now - last.at), took=took)}\n"
    if last.changed:
        since, changes = _span(now - last.changed), _changes(last.changes)
        text += f"{said(owner.LAST_CHANGE, span=since, changes=changes)}\n"
    if not last.wrong:
        return (plain(text),)
    wrong = cut_words(last.wrong, _MOST_WRONG)
    return (plain(text), bold(f"{owner.WRONG_NOW} "), plain(f"{wrong}.\n"))


def _changes(changes: Changes) -> str:
    return said(
        owner.CHANGES,
        added=number(changes.added),
        changed=number(changes.changed),
        removed=number(changes.removed),
        rejected=number(changes.rejected),
    )


def _owed(held: Owed, now: float) -> Text:
    subscriptions = _many(held.subscriptions, owner.SUBSCRIPTIONS)
    subscribers = _many(held.subscribers, owner.CHATS)
    deliveries, chats = _many(held.deliveries, owner.DELIVERIES), _many(held.chats, owner.CHATS)
    owed_to = said(owner.OWED, deliveries=deliveries, chats=chats)
    if held.oldest is not None:
        span = _span(now - held.oldest)
        owed_to = said(owner.OWED_SINCE, deliveries=deliveries, chats=chats, span=span)
    lines = (
        said(owner.SUBSCRIBED, subscriptions=subscriptions, chats=subscribers),
        owed_to,
        said(owner.WAITING, deliveries=_many(held.waiting, owner.DELIVERIES)),
        said(owner.SUSPENDED, chats=_many(held.suspended, owner.CHATS)),
    )
    return (plain("\n" + "".join(f"{line}\n" for line in lines)),)


def _aside(given_up: Sequence[Aside], total: int) -> Text:
    """Deliveries that were given up, the newest first."""
    if not total:
        return ()
    text = f"{said(owner.GIVEN_UP, deliveries=_many(total, owner.DELIVERIES))}\n"
    for chat, error, told in given_up:
        text += f"{_cut(str(chat))}: {_cut(error)} ({_cut(told)})\n"
    return (plain(text),)


def _many(count: int, forms: tuple[str, ...]) -> str:
    """So many of something: `1 chat`, `2 deliveries`."""
    return said(counted(count, *forms), count=number(count))


def _cut(text: str) -> str:
    """A part of a line: on one line, and short."""
    words = " ".join(text.split())
    return words if utf16_len(words) <= _MOST else cut_words(words, _MOST - 1) + ELLIPSIS


def _end(path: str) -> str:
    """A path, where it is long its end: the file's own name."""
    return path if utf16_len(path) <= _MOST else ELLIPSIS + path[-_MOST // 2 :]


def _span(seconds: float) -> str:
    """A length of time in its two largest units, or in seconds where it is short."""
    if seconds < 60:
        shown = f"{max(0.0, seconds):.1f}" if seconds < 10 else f"{seconds:.0f}"
        return said(owner.SECONDS, seconds=shown)
    minutes, hours = int(seconds // 60), int(seconds // 3_600)
    if minutes < 60:
        return said(owner.MINUTES, minutes=minutes)
    if hours < 48:
        return said(owner.HOURS, hours=hours, minutes=minutes % 60)
    return said(owner.DAYS, days=hours // 24, hours=hours % 24)
