"""How often people and groups may ask: what was answered lately, kept in memory. Pure else."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field

MOST_KEPT = 10_000
"""People and groups that are remembered; of more, those that asked last."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many answers within so many seconds."""

    most: int
    seconds: float


PERSON = Rate(6, 60.0)
"""What a person of a group gets, where its administrators chose nothing else."""
GROUP = Rate(18, 60.0)
"""What a whole group gets: Telegram takes 20 messages a minute, and we may have news for it."""
ALONE = Rate(30, 60.0)
"""What a person gets in private, and by the buttons of channels: more than anybody reads."""
TYPING = Rate(120, 60.0)
"""Inline queries of a person: fast fingers make about five a second, for a few seconds."""
MENTIONS = Rate(10, 60.0)
"""Mentions by a person in chats that the bot is no member of."""


@dataclass(frozen=True, slots=True)
class Halt:
    """No answer for so many seconds. `tell`: it has not been said yet."""

    seconds: int
    tell: bool


@dataclass(slots=True)
class _Window:
    """When the last answers were given, oldest first, and until when it was said that none come."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP.most))
    told: float = -math.inf

    def left(self, rate: Rate, now: float) -> float:
        """Seconds until another answer may be given."""
        if len(self.times) < rate.most:
            return 0.0
        return max(0.0, self.times[-rate.most] + rate.seconds - now)

    def tell(self, rate: Rate, now: float) -> bool:
        """True once while there is nothing but silence."""
        if now < self.told:
            return False
        self.told = now + rate.seconds
        return True


class Cooldown:
    """Counts questions and presses of groups. `now` are seconds of any clock that only goes on."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._windows: OrderedDict[Hashable, _Window] = OrderedDict()

    def ask(
        self, chat_id: int, who: int, now: float, wait: int | None = None, *, press: bool = False
    ) -> Halt | None:
        """Whether to answer now (None); what is answered is counted.

        `wait` are the seconds between two questions of a person, as the group wants it: 0 for
        none, None for PERSON. Turning pages never has to wait longer than usual.
        """
        rate = rate_of(None if wait and press else wait)
        group, mine = self._window(chat_id), self._window(chat_id, who, bool(wait and press))
        of_group = group.left(GROUP, now)
        seconds = max(of_group, mine.left(rate, now) if rate else 0.0)
        if not seconds:
            mine.times.append(now)
            group.times.append(now)
            return None
        if of_group or rate is None:
            tell = not press and group.tell(GROUP, now)
        else:
            tell = not press and mine.tell(rate, now)
            if tell:  # the words are a message of ours as well
                group.times.append(now)
        return Halt(math.ceil(seconds), tell)

    def _window(self, *key: Hashable) -> _Window:
        window = self._windows.setdefault(key, _Window())
        self._windows.move_to_end(key)
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        return window


@dataclass(slots=True)
class _Spent:
    """What one used up since `began`, and whether they were told that it is all."""

    began: float
    count: int = 0
    told: bool = False


class Allowance:
    """So many answers for each who asks, within the time that their first one began."""

    def __init__(self, rate: Rate, most: int = MOST_KEPT) -> None:
        self._rate = rate
        self._most = most
        self._spent: OrderedDict[int, _Spent] = OrderedDict()

    def ask(self, who: int, now: float, *, press: bool = False) -> Halt | None:
        """Whether to answer now (None); what is answered is counted. A press is never told."""
        spent = self._spent.get(who)
        if spent is None or now - spent.began >= self._rate.seconds:
            spent = self._spent[who] = _Spent(now)
        self._spent.move_to_end(who)
        if len(self._spent) > self._most:
            self._spent.popitem(last=False)
        if spent.count < self._rate.most:
            spent.count += 1
            return None
        tell = not (press or spent.told)
        spent.told |= tell
        return Halt(math.ceil(spent.began + self._rate.seconds - now), tell)


def rate_of(wait: int | None) -> Rate | None:
    """What a person gets where the group chose `wait`; None: as much as there is."""
    if wait is None:
        return PERSON
    return Rate(1, float(wait)) if wait else None
