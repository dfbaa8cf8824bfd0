"""Waiting for something to become true, without polling."""

# ruff: noqa: ASYNC109  # a limit in each call reads best in tests

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Signal:
    """Whoever changes something calls `fire`; whoever waits looks again then."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wake everyone who waits."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def until(self, true: Callable[[], bool], timeout: float) -> bool:
        """Wait until `true()`, at most `timeout` seconds; says whether it came true."""
        try:
            async with asyncio.timeout(timeout):
                while not true():
                    await self._event.wait()
        except TimeoutError:
            return true()
        return True
