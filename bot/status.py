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
from bot.views import message
from storage.backlog import Owed, aside, owed
from storage.model import Counts, Problem
from storage.problems import rejected

MOST_FILES = 10
MOST_ASIDE = 5
_MOST = 80
"""UTF-16 units of a file's name, a reason or an error: all of them fit into one message."""
_MOST_WRONG = 300
_FOR_OWNERS = "This is for the bot's owner."
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
        return message("status", plain(_FOR_OWNERS), found=False)
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
        return message("reload", plain(_FOR_OWNERS), found=False)
    reloads = library.reloads
    if reloads is None:
        text = "Nothing reloads the notes here; start again to see what is new."
        return message("reload", plain(text), found=False)
    before = reloads.last.changed
    return reload_view(await reloads.now(), before, await library.counts())


def reload_view(last: Last, before: float, counts: Counts) -> Reply:
    """What a reload did; `before` is when the index had changed before it."""
    if last.wrong:
        text = f"That did not work: {last.wrong}."
    elif last.changed > before:
        text = f"Done in {_span(last.seconds)}: {_changes(last.changes)}."
    else:
        text = f"Done in {_span(last.seconds)}: nothing has changed."
    holds = plain(f" The index holds {_many(counts.notes, 'note')} now.")
    buttons = ((Button("Status", "/status"),),)
    return Reply("reload", (plain(text), holds), buttons, found=not last.wrong)


def status_view(standing: Standing, now: float) -> Reply:
    """How the bot stands, what is wrong first in each part."""
    text = (
        bold("Notes"),
        *_notes(standing),
        *_reload(standing.last, now),
        bold("\nSubscriptions"),
        *_owed(standing.owed, now),
        *_aside(standing.aside, standing.owed.aside),
        plain(f"\nUp for {_span(standing.uptime)} · version {standing.version}"),
    )
    return Reply("status", text, ((Button("Reload", "/reload"), Button("Again", "/status")),))


def _notes(standing: Standing) -> Text:
    """What the index holds, and which files it could not take."""
    counts, files = standing.counts, standing.rejected
    text = f"\n{_many(counts.notes, 'note')} of {_many(counts.channels, 'channel')}"
    text += f", {_many(counts.moments, 'moment')}"
    text += "" if counts.complete else " (not all files are read yet)"
    text += f"\n{_many(counts.problems, 'problem')}, {_many(len(files), 'file')} rejected"
    text += ":\n" if files else "\n"
    for one in files[:MOST_FILES]:
        text += f"{_end(one.path)}:{one.line}: {_cut(one.message)}\n"
    more = len(files) - MOST_FILES
    text += f"and {more:,} more\n" if more > 0 else ""
    if not counts.problems:
        return (plain(text),)
    return plain(text), code("tubenotes check"), plain(" tells every problem.\n")


def _reload(last: Last | None, now: float) -> Text:
    if last is None:
        return ()
    if not last.at:
        return (plain("There was no reload yet.\n"),)
    text = f"Last reload {_ago(now - last.at)}, it took {_span(last.seconds)}.\n"
    if last.changed:
        text += f"Last change {_ago(now - last.changed)}: {_changes(last.changes)}.\n"
    if not last.wrong:
        return (plain(text),)
    return plain(text), bold("Wrong now: "), plain(f"{cut_words(last.wrong, _MOST_WRONG)}.\n")


def _changes(changes: Changes) -> str:
    return (
        f"{changes.added:,} added, {changes.changed:,} changed, {changes.removed:,} removed,"
        f" {changes.rejected:,} rejected"
    )


def _owed(held: Owed, now: float) -> Text:
    text = f"\n{_many(held.subscriptions, 'subscription')} of {_many(held.subscribers, 'chat')}\n"
    text += f"{_many(held.deliveries, 'delivery')} owed to {_many(held.chats, 'chat')}"
    if held.oldest is not None:
        text += f", the oldest since {_span(now - held.oldest)}"
    text += f"\n{_many(held.waiting, 'delivery')} waiting for a paused subscription\n"
    return (plain(f"{text}{_many(held.suspended, 'chat')} that I may not write to\n"),)


def _aside(given_up: Sequence[Aside], total: int) -> Text:
    """Deliveries that were given up, the newest first."""
    if not total:
        return ()
    text = f"{_many(total, 'delivery')} given up:\n"
    for chat, error, told in given_up:
        text += f"{_cut(str(chat))}: {_cut(error)} ({_cut(told)})\n"
    return (plain(text),)


def _many(count: int, what: str) -> str:
    """So many of something: `1 chat`, `2 deliveries`."""
    several = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count:,} {what if count == 1 else several}"


def _cut(text: str) -> str:
    """A part of a line: on one line, and short."""
    words = " ".join(text.split())
    return words if utf16_len(words) <= _MOST else cut_words(words, _MOST - 1) + ELLIPSIS


def _end(path: str) -> str:
    """A path, where it is long its end: the file's own name."""
    return path if utf16_len(path) <= _MOST else ELLIPSIS + path[-_MOST // 2 :]


def _ago(seconds: float) -> str:
    return f"{_span(seconds)} ago"


def _span(seconds: float) -> str:
    """A length of time in its two largest units, or in seconds where it is short."""
    if seconds < 60:
        return f"{max(0.0, seconds):.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, hours = int(seconds // 60), int(seconds // 3_600)
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return f"{hours // 24} days {hours % 24} h"
