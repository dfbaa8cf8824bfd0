"""The whole bot, asked as a person asks it: what its replies show, page by page."""

from __future__ import annotations

import asyncio
import shutil

from bot.commands import answer
from bot.library import Library
from bot.reply import Reply, Request
from tests.benchmarks.systems import TOP, Ours, Place, System, places


class Shown(System):
    """Tubenotes from a request to a reply, on a copy of the index of `ours`."""

    def open(self) -> None:
        data = self.work / "shown"
        data.mkdir(exist_ok=True)
        shutil.copy(Ours(self.work).path, data / "index.db")
        self.loop = asyncio.new_event_loop()
        self.library = Library.open(self.work, data)

    def words(self, text: str) -> list[Place]:
        return self._moments(f"/search {text}")

    def claim(self, text: str) -> list[Place]:
        return self._moments(f"/source {text}")

    def topic(self, text: str) -> list[str]:
        reply = self._answer(f"/topic {text}")
        return [topic.note.key if topic.note else "" for topic in reply.topics]

    def _moments(self, asked: str) -> list[Place]:
        """The first page, and further ones as long as there are too few results."""
        found: list[Place] = []
        for page in range(1, TOP):
            reply = self._answer(f"{asked} page:{page}" if page > 1 else asked)
            found += places(reply.hits)
            if len(found) >= TOP or not reply.more:
                break
        return found[:TOP]

    def _answer(self, text: str) -> Reply:
        return self.loop.run_until_complete(answer(self.library, Request(text)))

    def close(self) -> None:
        """End the bot's threads."""
        self.library.close()
        self.loop.close()
