"""Where updates come from: what polling and the webhook have in common."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol

from telegram import Update

HANDLED = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "guest_message",
)
"""The server remembers the last list it was sent: always send this one."""
_MOST_TAKEN = 1000

Take = Callable[[Update], Awaitable[None]]
"""Takes an update in; returns before it is answered."""


class Feed(Protocol):
    """Updates from Telegram, by one of its two ways. It may bring one twice."""

    async def run(self, take: Take) -> None:
        """Hand each update over, until cancelled. Raises RevokedError for a revoked token.

        Makes the other way end first, and nothing that waits there is lost.
        """

    async def confirm(self) -> None:
        """Tell Telegram what was taken, so that the next start does not take it again."""

    def close(self) -> None:
        """Give back what was held before `run`."""


class Once:
    """Knows the latest updates again: both ways may bring one twice, and ids need not grow."""

    def __init__(self) -> None:
        self._taken: OrderedDict[int, None] = OrderedDict()

    def is_new(self, update_id: int) -> bool:
        """True the first time."""
        if update_id in self._taken:
            return False
        self._taken[update_id] = None
        if len(self._taken) > _MOST_TAKEN:
            self._taken.popitem(last=False)
        return True

    def forget(self, update_id: int) -> None:
        """It was not taken in after all."""
        self._taken.pop(update_id, None)


class Claim:
    """When to take the bot back from another process with its token, which made our way end.

    Not at once (seconds of `grace`): it may be the one that serves from now on, and we are about
    to be stopped. And seldom: two must not fight, and neither rest where the other is gone.
    """

    def __init__(
        self,
        grace: float = 50.0,
        seldom: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._grace, self._seldom, self._clock = grace, seldom, clock
        self._lost: float | None = None
        self._claimed = float("-inf")

    def held(self) -> None:
        """Ours is the way that Telegram knows."""
        self._lost = None

    def is_due(self) -> bool:
        """It is not; True where it is time to make it so."""
        now = self._clock()
        self._lost = now if self._lost is None else self._lost
        due = now - self._lost >= self._grace and now - self._claimed >= self._seldom
        self._claimed = now if due else self._claimed
        return due
