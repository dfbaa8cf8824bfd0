"""Who is served: the chats that the owner chose, less whom an admin blocked."""

from __future__ import annotations

from typing import Protocol

from bot.cooldown import MOST_KEPT
from bot.keeping import Keeps
from storage.blocked import blocked


class Serves(Protocol):
    """Who is served."""

    def __call__(self, chat_id: int, who: int = 0) -> bool:
        """Whether this chat is answered, and this one in it (0: nobody knows who it is)."""


class Circle:
    """Decides for every way in. `allowed` are chats, and people in private; all where it is empty.

    `admins` are always served in private, and nobody blocks them. `blocked` are people and chats.
    """

    def __init__(self, allowed: frozenset[int], admins: frozenset[int]) -> None:
        self._allowed, self.admins = allowed, admins
        self._refused: set[int] = set()
        self.blocked: set[int] = set()

    async def load(self, library: Keeps) -> None:
        """Learn who is blocked. Raises StorageError."""
        self.blocked = {one.id for one in await library.keep(blocked)}

    @property
    def private(self) -> bool:
        """Whether only some chats are served."""
        return bool(self._allowed)

    def serves(self, chat_id: int, who: int = 0) -> bool:
        """Whether this chat is answered, and this one in it; in private they are the same."""
        if self.ignores(chat_id, who):
            return False
        return not self._allowed or chat_id in self._allowed or chat_id in self.admins

    def ignores(self, chat_id: int, who: int = 0) -> bool:
        """Whether the chat, or this one in it, is blocked and hears nothing at all.

        Admins do, wherever they are: they may have to take it back there.
        """
        return who not in self.admins and any(
            one in self.blocked and one not in self.admins for one in (chat_id, who)
        )

    def is_admin(self, who: int) -> bool:
        """Whether the owner named this person."""
        return who in self.admins

    def first_refusal(self, chat_id: int) -> bool:
        """True once for each chat; after very many chats it starts over."""
        if chat_id in self._refused:
            return False
        if len(self._refused) >= MOST_KEPT:
            self._refused.clear()
        self._refused.add(chat_id)
        return True
