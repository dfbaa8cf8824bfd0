"""From a reload to what is owed: new notes to those who asked, rejected files to the admins.

What is new is a set difference, index minus seen: after a fault or a crash it is taken again, of
the whole index, so nothing is lost and nothing is announced twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from hashlib import blake2b
from typing import NoReturn

from bot.library import Changes, Library
from bot.patience import Patience
from bot.words import number, owner, plural, said
from storage import seen
from storage.announce import announce
from storage.errors import StorageError
from storage.facts import marked, new_notes
from storage.model import Problem
from storage.problems import rejected

MOST_KEYS = 1_000
"""After a reload of more notes than this, the whole index is compared."""
MOST_AT_ONCE = 500
"""Notes whose words are held at once; as many as a digest holds."""
_MOST_LINES = 5
log = logging.getLogger(__name__)


class Announcer:
    """Compares after each reload, in a task of its own: reloads never wait for it."""

    def __init__(self, library: Library, admins: frozenset[int]) -> None:
        self._library = library
        self._admins = sorted(admins)
        self._keys: set[str] | None = None
        """Notes to compare; None: all of them, as at the start."""
        self._due = asyncio.Event()
        self.settled, self.failed = asyncio.Event(), asyncio.Event()
        """Whether all that was reloaded is announced; whether the last attempt failed."""

    async def reloaded(self, changes: Changes) -> None:
        """Take note of a reload; returns at once."""
        self.settled.clear()
        if self._keys is not None:
            self._keys |= set(changes.keys)
            if changes.more or len(self._keys) > MOST_KEYS:
                self._keys = None
        self._due.set()

    async def run(self) -> NoReturn:
        """Announce, for ever. A fault of the databases is told once and tried again."""
        trouble = Patience("new notes cannot be announced yet", log)
        while True:
            await self._due.wait()
            self._due.clear()
            keys, self._keys = self._keys, set()
            try:
                await self._announce(keys)
                await self._tell_of_rejected()
            except StorageError as error:
                self._keys = None
                self._due.set()
                self.failed.set()
                await trouble.wait(str(error))
            else:
                trouble.over()
                self.failed.clear()
                if not self._due.is_set():
                    self.settled.set()

    async def _announce(self, keys: set[str] | None) -> None:
        library = self._library
        if not library.complete:
            self._keys = None
            return
        notes = await library.ask(marked, None if keys is None else sorted(keys))
        if keys is None and await library.keep(seen.begin, str(library.notes.resolve()), notes):
            log.info("%d notes are known from the start; what comes after them is news", len(notes))
            return
        new = set(await library.keep(seen.unseen, notes))
        await self._owe(sorted(new), {note.key: note for note in notes if note.key in new})
        await library.keep(seen.remember, [note for note in notes if note.key not in new])

    async def _owe(self, keys: Sequence[str], marks: dict[str, seen.Marked]) -> None:
        if not keys:
            return
        library, owed = self._library, 0
        for at in range(0, len(keys), MOST_AT_ONCE):
            notes = await library.ask(new_notes, keys[at : at + MOST_AT_ONCE])
            news = [(note, marks[note.key]) for note in notes]
            owed += await library.keep(announce, news, library.now())
        log.info("new notes: %d, deliveries owed for them: %d", len(keys), owed)
        library.wake()

    async def _tell_of_rejected(self) -> None:
        """A file is told of once, until it is mended and breaks anew."""
        problems = await self._library.ask(rejected)
        marks = [_mark(problem) for problem in problems]
        untold = await self._library.keep(seen.untold, marks)
        new = [problem for problem, fresh in zip(problems, untold, strict=True) if fresh]
        if new or len(untold) != len(problems):
            log.info("files that could not be read as notes: %d", len(problems))
        text = told(new) if new else ""
        await self._library.keep(seen.tell, marks, self._admins, text, self._library.now())
        if text and self._admins:
            self._library.wake()


def told(problems: Sequence[Problem]) -> str:
    """What the admins are told: the first few files with line and reason, how many more."""
    count = len(problems)
    several = plural(count, owner.UNREAD)
    lines = [owner.UNREAD_ONE if count == 1 else several]
    lines += [f"{one.path}:{one.line}: {one.message}" for one in problems[:_MOST_LINES]]
    if count > _MOST_LINES:
        lines.append(said(owner.UNREAD_MORE, count=number(count - _MOST_LINES)))
    lines.append(said(owner.UNREAD_WHERE, command=owner.CHECK))
    return "\n".join(lines)


def _mark(problem: Problem) -> bytes:
    return blake2b(str(problem).encode(errors="replace"), digest_size=8).digest()
