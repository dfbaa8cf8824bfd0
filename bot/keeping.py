"""The part of the library that most of the house needs: it keeps, and wakes the outbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from storage.state import State

P = ParamSpec("P")
T = TypeVar("T")


class Keeps(Protocol):
    """What has the precious database."""

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that reads or writes it. Raises StorageError."""


class Keeper(Keeps, Protocol):
    """What owes notices, and what else is sent in its time."""

    def now(self) -> float:
        """Seconds since 1970."""

    def wake(self) -> None:
        """Something may be owed now."""
