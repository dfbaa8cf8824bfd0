"""What came of a message: all that the outbox has to know of a platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.reply import Reply


@dataclass(frozen=True, slots=True)
class Sent:
    """It has arrived, as this message."""

    message_id: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Telegram takes nothing for so many seconds: for this chat, or at all."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has another id now; nothing was sent."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Barred:
    """We may not write to this chat."""

    reason: str


@dataclass(frozen=True, slots=True)
class TopicGone:
    """The forum topic is closed or was deleted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram does not take this message; the same one will never do."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """It was sent, and nobody knows whether it arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """It was not sent: Telegram cannot be reached, or is in trouble."""

    reason: str


Outcome = Sent | Wait | Moved | Barred | TopicGone | Refused | Unsure | Unreachable


class Courier(Protocol):
    """Takes a message out, tried once."""

    async def post(
        self, chat_id: int, thread_id: int, reply: Reply, *, silent: bool, plain: bool
    ) -> Outcome:
        """Send it; never raises an error of the platform's."""

    async def reachable(self) -> bool:
        """Whether the platform answers."""
