"""How things stand: told by what reloads and what watches, shown to the owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from storage.index import Changes


@dataclass(frozen=True, slots=True)
class Last:
    """How the folder and the index stand, for the owner.

    The last reload ended `at` (seconds since 1970; 0: there was none) and took `seconds`;
    `waiting` files were still being written to, and `wrong` is what it could not do, in words.
    `changes` are those of the last reload that changed anything, at `changed`.
    """

    at: float = 0.0
    seconds: float = 0.0
    waiting: int = 0
    wrong: str = ""
    changes: Changes = field(default_factory=Changes)
    changed: float = 0.0
    good: float = 0.0
    """When the last one without a fault ended, by time.monotonic(); 0: there was none."""
    unreadable: str = ""
    """Why the folder cannot be read now."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted since the start: updates, questions, waits, Telegram's errors by kind.

    `wrong` is what is wrong now, a sentence each.
    """

    wrong: tuple[str, ...] = ()
    updates: int = 0
    questions: int = 0
    waits: int = 0
    waited: float = 0.0
    errors: Mapping[str, int] = field(default_factory=dict)


class Reloader(Protocol):
    """What keeps the index like the folder."""

    @property
    def last(self) -> Last:
        """How things stand."""

    async def now(self) -> Last:
        """Reload at once."""
