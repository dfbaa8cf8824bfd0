"""Tells the admins what is wrong before their readers notice, and when it is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import NoReturn, Protocol

from bot.keeping import Keeper
from bot.patience import Patience
from bot.words import owner, said
from storage.errors import StorageError
from storage.notices import notify

LASTS = 120.0
"""Seconds for which something has to be wrong, or well again, before the admins hear of it."""
AGAIN = 3_600.0
"""Seconds in which they hear of the same thing once: what comes and goes is told by /status."""
_EVERY = 10.0
log = logging.getLogger(__name__)


class Alarm:
    """Decides when to tell what. `now` are seconds of any clock that only goes on."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._told_at: dict[str, float] = {}
        self._told: set[str] = set()
        self._well_since: float | None = None

    def due(self, wrong: Mapping[str, str], now: float) -> tuple[str, ...]:
        """The names of what has been wrong for so long that it is to be told now."""
        self._since = {name: self._since.get(name, now) for name in wrong}
        if wrong:
            self._well_since = None
        elif self._well_since is None:
            self._well_since = now
        return tuple(
            name
            for name, since in self._since.items()
            if now - since >= LASTS
            and name not in self._told
            and now - self._told_at.get(name, now - AGAIN) >= AGAIN
        )

    def over(self, now: float) -> bool:
        """Whether all that was told of is over, and is to be told so now."""
        well = self._well_since
        return bool(self._told) and well is not None and now - well >= LASTS

    def told(self, names: Iterable[str], now: float) -> None:
        """The admins know of these."""
        for name in names:
            self._told.add(name)
            self._told_at[name] = now

    def told_over(self) -> None:
        """The admins know that all is well again."""
        self._told.clear()


class Watched(Protocol):
    """What is looked at."""

    async def look(self) -> Mapping[str, str]:
        """What is wrong now, a sentence under a short name each."""


async def sound(
    watched: Watched,
    library: Keeper,
    admins: Collection[int],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    steady: Callable[[], float] = time.monotonic,
) -> NoReturn:
    """Look every few seconds, for ever; owe the admins a notice where something stays wrong.

    It goes the way of every delivery: what cannot be sent now is sent later.
    """
    alarm, trouble = Alarm(), Patience("an alarm cannot be kept yet", log, sleep)
    while True:
        await sleep(_EVERY)
        wrong, now = await watched.look(), steady()
        names = alarm.due(wrong, now)
        text = said(owner.ALARM, wrong=" ".join(wrong[name] for name in names)) if names else ""
        over = not text and alarm.over(now)
        if not (admins and (text or over)):
            continue
        try:
            await library.keep(notify, admins, text or owner.ALARM_OVER, library.now())
        except StorageError as error:
            await trouble.wait(str(error))
            continue
        trouble.over()
        library.wake()
        if over:
            alarm.told_over()
        alarm.told(names, now)
