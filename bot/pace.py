"""How fast messages may go out. Telegram's FAQ ("My bot is hitting limits"): about 30 a second in
all, one a second in a chat, 20 a minute in a group; we stay below all of them.

Times are seconds since 1970, as the clock tells them.
"""

from __future__ import annotations

from collections.abc import Sequence

EVERY = 1 / 25
"""Seconds between messages, answers and deliveries alike."""
PER_CHAT = 1.0
MOST_IN_GROUP, GROUP_SECONDS = 18, 60.0
_LONGEST_REST = 1.0
"""However many answers go out: deliveries never stand still."""
_JITTER = 1.0
"""What lies further ahead than this is from a clock that has gone back since."""


class Pace:
    """Remembers what went out in the last minute, and nothing older."""

    def __init__(self) -> None:
        self._sent: dict[int, list[float]] = {}  # the chat that was written to last stands last
        self._free = 0.0

    def note(self, chat_id: int, at: float) -> None:
        """A message went out to this chat, an answer or a delivery."""
        times = self._sent.pop(chat_id, [])
        self._sent[chat_id] = [*times[-MOST_IN_GROUP + 1 :], at]
        # A slot's delay is made up for, a longer one is not: there are no bursts after a rest.
        self._free = max(min(self._free, at + _LONGEST_REST), at - EVERY) + EVERY
        self._forget(at)

    def rest(self, now: float) -> float:
        """Seconds until the next message may go out, whatever its chat."""
        return min(max(self._free - now, 0.0), _LONGEST_REST)

    def free_at(self, chat_id: int, now: float, recent: Sequence[float] = ()) -> float:
        """When the chat may be written to, `now` or later; `recent`: what an earlier run noted."""
        times = self.recent(chat_id, now, recent)
        free = max([now, *(at + PER_CHAT for at in times[-1:])])
        if chat_id < 0 and len(times) == MOST_IN_GROUP:
            free = max(free, times[0] + GROUP_SECONDS)
        return free

    def recent(self, chat_id: int, now: float, recent: Sequence[float] = ()) -> list[float]:
        """When messages went to this chat in the last minute, the newest last, at most 18."""
        times = {*recent, *self._sent.get(chat_id, ())}
        near = sorted(at for at in times if now - GROUP_SECONDS < at <= now + _JITTER)
        return near[-MOST_IN_GROUP:]

    def _forget(self, now: float) -> None:
        """Chats that were not written to for a minute."""
        while self._sent:
            chat_id, times = next(iter(self._sent.items()))
            if now - GROUP_SECONDS < times[-1] <= now + _JITTER:
                return
            del self._sent[chat_id]
