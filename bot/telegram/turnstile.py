"""The cooldown: how many questions and presses get an answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from bot.cooldown import ALONE, Allowance, Cooldown, Halt
from bot.reply import Place
from bot.words import groups, said

WaitOf = Callable[[int], Awaitable[int | None]]
"""Takes a group's id; gives the seconds between questions that it chose, None for the usual."""


class Turnstile:
    """Counts what is let through: in groups for each of them, else for each person."""

    def __init__(self, wait_of: WaitOf) -> None:
        self._wait_of = wait_of
        self._groups = Cooldown()
        self._people, self._lookups = Allowance(ALONE), Allowance(ALONE)

    async def halt(
        self, place: Place, chat_id: int, who: int, *, press: bool = False
    ) -> Halt | None:
        """None where `who` is answered now, which counts as an answer."""
        if place is not Place.GROUP:
            person = chat_id if place is Place.PRIVATE else who
            return self._people.ask(person, time.monotonic(), press=press)
        wait = await self._wait_of(chat_id)
        return self._groups.ask(chat_id, who, time.monotonic(), wait, press=press)

    def lookup(self, who: int) -> Halt | None:
        """None where it is found out now what `who` may press: each time may cost a call."""
        return self._lookups.ask(who, time.monotonic(), press=True)


def too_many(halt: Halt) -> str:
    """The words for those who have to wait."""
    return said(groups.TOO_MANY, seconds=halt.seconds)
