"""Waiting for something that fails: longer each time in a row, told once in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

FIRST_WAIT, MOST_WAIT = 1.0, 30.0


class Patience:
    """Waits 1, 2, 4 … 30 seconds; a reason is logged when it is new."""

    def __init__(
        self,
        what: str,
        log: logging.Logger,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._what, self._log, self._sleep = what, log, sleep
        self._wait, self._said = FIRST_WAIT, ""

    async def wait(self, reason: str) -> None:
        """It failed (again)."""
        if reason != self._said:
            self._log.warning("%s: %s", self._what, reason)
        self._said, seconds = reason, self._wait
        self._wait = min(self._wait * 2, MOST_WAIT)
        await self._sleep(seconds)

    def over(self) -> None:
        """It works (again)."""
        if self._said:
            self._log.info("%s: no longer", self._what)
        self._wait, self._said = FIRST_WAIT, ""
