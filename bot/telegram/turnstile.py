"""The cooldown of groups: how many questions and presses get an answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from bot.cooldown import Cooldown, Halt
from bot.reply import Place
from bot.words import groups, said

WaitOf = Callable[[int], Awaitable[int | None]]
"""Takes a group's id; gives the seconds between questions that it chose, None for the usual."""


class Turnstile:
    """Counts what is let through; everything outside of groups is."""

    def __init__(self, wait_of: WaitOf) -> None:
        self._wait_of = wait_of
        self._cooldown = Cooldown()

    async def halt(
        self, place: Place, chat_id: int, who: int, *, press: bool = False
    ) -> Halt | None:
        """None where `who` is answered now, which counts as an answer."""
        if place is not Place.GROUP:
            return None
        wait = await self._wait_of(chat_id)
        return self._cooldown.ask(chat_id, who, time.monotonic(), wait, press=press)


def too_many(halt: Halt) -> str:
    """The words for those who have to wait."""
    return said(groups.TOO_MANY, seconds=halt.seconds)
