"""`/status` and `/reload`: how the bot stands, for its owner."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from bot.health import span_of
from bot.library import Changes, Library
from bot.reply import Button, Reply, Request
from bot.standing import Figures, Last
from bot.text import ELLIPSIS, Text, bold, code, cut_words, plain, utf16_len
from bot.views import message, notes
from bot.words import filled, number, owner, plural, said
from storage.backlog import Owed, aside, owed
from storage.model import Counts, Problem
from storage.problems import rejected

MOST_FILES = 10
MOST_ASIDE = 3
_MOST = 60
"""UTF-16 units of a file's name, a reason or an error: all of them fit into one message."""
_MOST_WRONG = 200
_MOST_KINDS, _MOST_KIND = 5, 40
_STARTED = time.monotonic()

Aside = tuple[str, str, str]
"""A delivery that was given up: the chat, the error, what it was."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that /status tells. `uptime` is in seconds; `last` is None where nothing reloads.

    `figures` are None where nobody counts; `blocked` are so many people and chats.
    """

    counts: Counts
    rejected: Sequence[Problem]
    last: Last | None
    owed: Owed
    aside: Sequence[Aside]
    uptime: float
    version: str
    figures: Figures | None = None
    blocked: int = 0


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
        figures=library.figures() if library.figures else None,
        blocked=len(library.circle.blocked) if library.circle else 0,
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
    held, span = notes(counts.notes), span_of(last.seconds)
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
    text = (
        *_wrong(standing.figures),
        bold(owner.NOTES_HEADING),
        *_notes(standing),
        *_reload(standing.last, now),
        bold(f"\n{owner.SUBSCRIPTIONS_HEADING}"),
        *_owed(standing.owed, now),
        *_aside(standing.aside, standing.owed.aside),
        *_since_start(standing),
    )
    buttons = (Button(owner.RELOAD, "/reload"), Button(owner.AGAIN, "/status"))
    return Reply("status", text, (buttons,))


def _wrong(figures: Figures | None) -> Text:
    """What the health report says, first of all."""
    if figures is None or not figures.wrong:
        return ()
    lines = "".join(f"\n{_cut(wrong, _MOST_WRONG)}" for wrong in figures.wrong)
    return (bold(owner.WRONG_HEADING), plain(f"{lines}\n\n"))


def _since_start(standing: Standing) -> Text:
    """How long it runs, and what was counted since then."""
    figures = standing.figures
    lines = [said(owner.UP, span=span_of(standing.uptime), version=standing.version)]
    if figures is not None:
        updates = plural(figures.updates, owner.UPDATES)
        questions = plural(figures.questions, owner.QUESTIONS)
        times, waited = plural(figures.waits, owner.TIMES), span_of(figures.waited)
        lines += [
            said(owner.ANSWERED, updates=updates, questions=questions),
            said(owner.WAITS, times=times, span=waited),
            _errors(figures),
        ]
    lines.append(said(owner.BLOCKED, blocked=plural(standing.blocked, owner.PEOPLE_AND_CHATS)))
    return (plain("".join(f"\n{line}" for line in lines)),)


def _errors(figures: Figures) -> str:
    """How many of Telegram's calls failed, and of what kinds the most did."""
    errors = plural(sum(figures.errors.values()), owner.ERROR)
    if not figures.errors:
        return said(owner.ERRORS_NONE, errors=errors)
    most = sorted(figures.errors.items(), key=lambda one: -one[1])[:_MOST_KINDS]
    named = ((_cut(kind, _MOST_KIND), number(count)) for kind, count in most)
    kinds = ", ".join(said(owner.ERROR_KIND, kind=kind, count=count) for kind, count in named)
    return said(owner.ERRORS, errors=errors, kinds=kinds)


def _notes(standing: Standing) -> Text:
    """What the index holds, and which files it could not take."""
    counts, files = standing.counts, standing.rejected
    held = said(
        owner.HELD if counts.complete else owner.HELD_SO_FAR,
        notes=notes(counts.notes),
        channels=plural(counts.channels, owner.CHANNELS),
        moments=plural(counts.moments, owner.MOMENTS),
    )
    rejected = said(
        owner.REJECTED if files else owner.REJECTED_NONE,
        problems=plural(counts.problems, owner.PROBLEMS),
        files=plural(len(files), owner.FILES),
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
    took = span_of(last.seconds)
    text = f"{said(owner.LAST_RELOAD, span=span_of(now - last.at), took=took)}\n"
    if last.changed:
        since, changes = span_of(now - last.changed), _changes(last.changes)
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
    subscriptions = plural(held.subscriptions, owner.SUBSCRIPTIONS)
    subscribers = plural(held.subscribers, owner.CHATS)
    deliveries, chats = plural(held.deliveries, owner.DELIVERIES), plural(held.chats, owner.CHATS)
    owed_to = said(owner.OWED, deliveries=deliveries, chats=chats)
    if held.oldest is not None:
        span = span_of(now - held.oldest)
        owed_to = said(owner.OWED_SINCE, deliveries=deliveries, chats=chats, span=span)
    lines = (
        said(owner.SUBSCRIBED, subscriptions=subscriptions, chats=subscribers),
        owed_to,
        said(owner.WAITING, deliveries=plural(held.waiting, owner.DELIVERIES)),
        said(owner.SUSPENDED, chats=plural(held.suspended, owner.CHATS)),
    )
    return (plain("\n" + "".join(f"{line}\n" for line in lines)),)


def _aside(given_up: Sequence[Aside], total: int) -> Text:
    """Deliveries that were given up, the newest first."""
    if not total:
        return ()
    text = f"{said(owner.GIVEN_UP, deliveries=plural(total, owner.DELIVERIES))}\n"
    for chat, error, told in given_up:
        text += f"{_cut(chat)}: {_cut(error)} ({_cut(told)})\n"
    return (plain(text),)


def _cut(text: str, most: int = _MOST) -> str:
    """A part of a line: on one line, and short."""
    words = " ".join(text.split())
    return words if utf16_len(words) <= most else cut_words(words, most - 1) + ELLIPSIS


def _end(path: str) -> str:
    """A path, where it is long its end: the file's own name."""
    return path if utf16_len(path) <= _MOST else ELLIPSIS + path[-_MOST // 2 :]
