"""The index like the folder, always: hints wake a scan, one every few seconds is the truth."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Set
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, Protocol

from bot.library import Changes
from bot.metrics import LAST_RELOAD, RELOAD_SECONDS, RELOADS
from bot.standing import Last
from bot.watch import Hint, watch
from storage.errors import FolderError, StorageError
from storage.plan import GONE_FOR, Missing
from storage.update import Guard

SCAN_EVERY = 5.0
"""Seconds between two scans, where a scan is quick."""
_SCAN_MOST = 120.0
_IDLE = 200
"""A scan may take one part in so many of the time: an idle bot leaves the machine alone."""
_SOON, _SOON_MOST = 0.25, 1.0
"""Seconds until files that were in motion are looked at again: sooner at first, then later."""
_MOST_HINTS = 300
"""Of more files than this, a scan knows as soon."""
_FOLDER_AGAIN = 1.0
"""Seconds until a folder that appeared is looked at again: watching it may have begun late."""
log = logging.getLogger(__name__)

Announced = Callable[[Changes], Awaitable[None]]


class Reloading(Protocol):
    """The part of the library that keeps the index like the folder."""

    @property
    def notes(self) -> Path:
        """The folder."""

    async def reload(self, *, guard: Guard | None, keys: Set[str] | None) -> Changes:
        """Bring the index up to date; with `keys`, only these may have changed."""


class Reloads:
    """Runs beside everything else. `last` says how things stand."""

    def __init__(self, library: Reloading, announced: Announced) -> None:
        self.last = Last()
        self._library = library
        self._announced = announced
        self._guard = Guard()
        self._untold: Changes | None = Changes()
        self._lock = asyncio.Lock()
        self._woken = asyncio.Event()
        self._hinted = set[str]()
        self._folder = False
        self._scan_due = 0.0
        self._fault, self._unreadable = "", False
        self._missing_since = 0.0
        self._waiting = set[str]()
        self._stalled = 0
        self._scan_seconds = 0.0
        LAST_RELOAD.set_to_current_time()  # a first index may take its time: nothing is late yet

    async def run(self) -> NoReturn:
        """Reload now, at every hint and every few seconds, for ever.

        `announced` is called after the first reload, and after each that changed something. Faults
        and missing notes are logged once, not each time; the index stays as it was.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(watch(self._library.notes, self._wake))
            keys: set[str] | None = None
            while True:
                await self._reload(self._guard, keys)
                keys = await self._pause()

    async def now(self) -> Last:
        """Reload at once, and take the folder at its word even where most notes are gone."""
        self._guard.missing = None
        return await self._reload(None, None)

    def _wake(self, hint: Hint, keys: set[str]) -> None:
        self._folder |= hint is Hint.FOLDER
        self._hinted |= keys
        self._woken.set()

    async def _pause(self) -> set[str] | None:
        """Wait for a hint, or until a scan is due; gives the keys to look at, None for all."""
        least, most = pause(
            self._scan_seconds, self._stalled if self.last.waiting else None, self._folder
        )
        self._folder = False
        left = max(least, min(most, self._scan_due - time.monotonic()))
        await asyncio.sleep(least)
        with suppress(TimeoutError):
            async with asyncio.timeout(left - least):
                await self._woken.wait()
        self._woken.clear()
        keys, self._hinted = self._hinted, set()
        keys |= self._waiting
        everything = self._fault or time.monotonic() >= self._scan_due
        return None if everything or not 0 < len(keys) <= _MOST_HINTS else keys

    async def _reload(self, guard: Guard | None, keys: set[str] | None) -> Last:
        async with self._lock:
            began = time.monotonic()
            changes, fault = await self._try(guard, keys)
            seconds = time.monotonic() - began
            if keys is None:
                self._scan_due = began + seconds + pause(self._scan_seconds, None, False)[1]
            missing = guard.missing if guard else None
            self._tell(changes, fault, missing)
            self._stalled = self._stalled + 1 if changes.waiting and not changes else 0
            self._waiting = changes.waiting
            if not (keys or changes or changes.waiting or fault):
                self._scan_seconds = seconds  # it was a scan and nothing else
            self._note(changes, seconds, fault, missing)
            return self.last

    def _note(self, changes: Changes, seconds: float, fault: str, missing: Missing | None) -> None:
        """How things stand now, for the owner and for Prometheus."""
        now = time.time()
        self.last = replace(
            self.last,
            at=now,
            seconds=seconds,
            waiting=len(changes.waiting),
            wrong=fault or (_words(missing) if missing else ""),
            good=self.last.good if fault else time.monotonic(),
            unreadable=fault if self._unreadable else "",
        )
        if changes:
            self.last = replace(self.last, changes=changes, changed=now)
        RELOADS.labels("failed" if fault else "changed" if changes else "same").inc()
        RELOAD_SECONDS.observe(seconds)
        if not fault:
            LAST_RELOAD.set(now)

    async def _try(self, guard: Guard | None, keys: set[str] | None) -> tuple[Changes, str]:
        """What was changed, and the fault there was: told unless it was the last time too."""
        changes = Changes()
        self._unreadable = False
        try:
            changes = await self._library.reload(guard=guard, keys=keys)
            await self._announce(changes)
        except StorageError as error:
            self._unreadable = isinstance(error, FolderError)
            if (fault := str(error)) != self._fault:
                log.warning("the index stays as it is: %s", fault)
            return changes, fault
        except Exception as error:
            if (fault := repr(error)) != self._fault:
                log.exception("a fault of ours; the index stays as it is")
            return changes, fault
        return changes, ""

    async def _announce(self, changes: Changes) -> None:
        """Hand on what changed, together with what could not be handed on before."""
        if changes or changes.problems or changes.more:
            self._untold = self._untold or Changes()
        if self._untold is not None:
            self._untold.add(changes)
            await self._announced(self._untold)
            self._untold = None

    def _tell(self, changes: Changes, fault: str, missing: Missing | None) -> None:
        """Log what changed, that a fault is over, and once that many notes are missing."""
        if changes or not (fault or (self.last.at and not self._fault)):
            log.info(
                "the index is up to date: %d notes added, %d changed, %d removed, %d rejected",
                *(changes.added, changes.changed, changes.removed, changes.rejected),
            )
        self._fault = fault
        if missing and missing.since != self._missing_since:
            self._missing_since = missing.since
            log.warning("%s", _words(missing))


def _words(missing: Missing) -> str:
    return (
        f"{missing.gone:,} of {missing.notes:,} notes are gone from the folder at once; they are "
        f"kept for {GONE_FOR / 60:.0f} minutes, in case a disk is missing. If they are gone for "
        "good, /reload removes them now"
    )


def pause(scan_seconds: float, stalled: int | None, folder: bool) -> tuple[float, float]:
    """Seconds until the next scan, a hint being there, and without one.

    `scan_seconds` is what a scan takes. `stalled` counts the reloads in a row that found nothing
    but files in motion, None without such files; with `folder`, one has just appeared.
    """
    if stalled is not None:
        soon = min(_SOON * 2**stalled, _SOON_MOST)
        return soon, soon
    idle = min(max(SCAN_EVERY, _IDLE * scan_seconds), _SCAN_MOST)
    least = min(scan_seconds, _SOON_MOST)
    return least, max(least, _FOLDER_AGAIN if folder else idle)
