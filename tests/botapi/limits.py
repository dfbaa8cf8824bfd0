"""How much Telegram takes: waits that it asks for, and rates that it does not like."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tests.botapi.errors import ApiError

WRITES = frozenset({"sendMessage", "sendDocument", "editMessageText"})
Write = tuple[float, int]
"""When (seconds of a clock that only goes forward), and to which chat."""


@dataclass(slots=True)
class Wait:
    """`seconds` from the first refusal on nothing is taken in."""

    seconds: float
    until: float | None = None


class Limits:
    """Refuses writes for a while where a test says so, and looks at how fast they come."""

    def __init__(self) -> None:
        self._waits: dict[int | None, Wait] = {}
        self._writes: deque[Write] | None = None
        self.early: list[str] = []
        """Writes that came although the bot had been told to wait."""

    def flood(self, chat_id: int | None, seconds: float) -> None:
        """The next write to this chat (None: to any) is told to wait that long: 429."""
        self._waits[chat_id] = Wait(seconds)

    def watch_rates(self) -> None:
        """From now on remember each write, for `rate_faults`."""
        self._writes = deque()

    def rate_faults(self) -> list[str]:
        """Where the writes since then came faster than Telegram likes."""
        return rate_faults(tuple(self._writes or ()))

    def admit(self, method: str, chat_id: object) -> None:
        """Take a write in, or raise 429 where the bot has to wait."""
        if method not in WRITES or not isinstance(chat_id, int):
            return
        now = time.monotonic()
        if self._writes is not None:
            self._writes.append((now, chat_id))
        for where in (chat_id, None):
            self._refuse_early(where, chat_id, now)

    def _refuse_early(self, where: int | None, chat_id: int, now: float) -> None:
        wait = self._waits.get(where)
        if wait is None:
            return
        if wait.until is None:
            wait.until = now + wait.seconds
        elif now < wait.until:
            self.early.append(f"chat {chat_id}: {wait.until - now:.2f} s too early")
        else:
            del self._waits[where]
            return
        left = max(1, math.ceil(round(wait.until - now, 3)))
        raise ApiError(429, f"Too Many Requests: retry after {left}", retry_after=left)


def rate_faults(writes: Sequence[Write]) -> list[str]:
    """More than 30 a second in all, 20 a minute to a group, 12 in 10 seconds to one chat."""
    faults = _too_many([at for at, _ in writes], 30, 1.0, "in all")
    by_chat: dict[int, list[float]] = {}
    for at, chat_id in writes:
        by_chat.setdefault(chat_id, []).append(at)
    for chat_id, times in by_chat.items():
        faults += _too_many(times, 12, 10.0, f"to chat {chat_id}")
        if chat_id < 0:
            faults += _too_many(times, 20, 60.0, f"to group {chat_id}")
    return faults


def _too_many(times: Sequence[float], most: int, seconds: float, what: str) -> list[str]:
    """One fault at most: where `most` + 1 writes lie within that many seconds."""
    for first, last in zip(times, times[most:], strict=False):
        if last - first < seconds:
            return [f"more than {most} writes {what} within {seconds:g} s: {last - first:.2f} s"]
    return []
