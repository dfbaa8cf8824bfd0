"""Waiting for something that fails: longer each time in a row, told in the log now and then."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

FIRST_WAIT, MOST_WAIT = 1.0, 30.0
_FIRST_SILENCE, _MOST_SILENCE = 60.0, 3600.0


class Patience:
    """Waits 1, 2, 4 … 30 seconds. A reason is logged when it is new, then ever more seldom.

    Waits are up to a quarter shorter, each by its own chance, where it `spreads` them: many who
    fail at once do not come back at once.
    """

    def __init__(
        self,
        what: str,
        log: logging.Logger,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        over: str = "no longer",
        spreads: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._log, self._sleep = what, log, sleep
        self._over, self._spreads, self._clock = over, spreads, clock
        self._wait, self._since = FIRST_WAIT, 0.0
        self._said, self._say_again, self._silence = "", 0.0, _FIRST_SILENCE

    async def wait(self, reason: str, asked: float = 0.0) -> None:
        """It failed (again): wait, as many seconds as were `asked` for if any were."""
        seconds = asked or self._wait * (random.uniform(0.75, 1) if self._spreads else 1)  # noqa: S311
        self._tell(reason, seconds)
        self._wait = min(self._wait * 2, MOST_WAIT)
        await self._sleep(seconds)

    def over(self) -> None:
        """It works (again)."""
        if self._said:
            took = self._clock() - self._since
            self._log.info("%s: %s, after %.0f s", self._what, self._over, took)
        self._wait, self._said = FIRST_WAIT, ""

    def _tell(self, reason: str, seconds: float) -> None:
        now = self._clock()
        if not self._said:
            self._since = now
        if reason != self._said:
            self._silence = _FIRST_SILENCE
        elif now < self._say_again:
            return
        else:
            self._silence = min(self._silence * 2, _MOST_SILENCE)
        self._log.warning("%s: %s; trying again in %.0f s", self._what, reason, seconds)
        self._said, self._say_again = reason, now + self._silence
