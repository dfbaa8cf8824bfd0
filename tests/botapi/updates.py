"""Updates that wait for the bot, and its long poll."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from tests.botapi.errors import ApiError, Json
from tests.botapi.signal import Signal

ONLY_IF_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Updates:
    """A queue in order of update_id. Reading with an offset forgets what is before it."""

    def __init__(self, changed: Signal) -> None:
        self.changed = changed
        self.pending: list[Json] = []
        self.handed: dict[str, float] = {}
        """When (of a clock that only goes forward) the bot got an inline query."""
        self.allowed: tuple[str, ...] = ()
        self.webhook: Json = {"url": ""}
        self._last_id = 700_000_000
        self._poll: asyncio.Future[bool] | None = None
        self.news = asyncio.Event()
        self.said: deque[Json] = deque(maxlen=2_000)
        """The payloads that were pushed last, taken or not: no log may show their words."""

    def push(self, kind: str, payload: Json) -> None:
        """Queue an update, unless the bot asked for other kinds only."""
        self._last_id += 1
        self.said.append(payload)
        if not self._wanted(kind):
            return
        self.pending.append({"update_id": self._last_id, kind: payload})
        self.news.set()
        self._wake(ended=False)

    def repeat(self, payload: Json) -> None:
        """Queue the update that brought this once more, under the same id."""
        self.pending += [update for update in self.pending if payload in update.values()][:1]

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ONLY_IF_ASKED

    def allow(self, params: Mapping[str, Any]) -> None:
        """Remember `allowed_updates`; as at Telegram it stays as it was where it is not given."""
        if "allowed_updates" in params:
            self.allowed = tuple(params["allowed_updates"])

    async def read(self, params: Mapping[str, Any]) -> list[Json]:
        """Wait up to `timeout` seconds for updates. A second reader ends the first with 409."""
        if self.webhook["url"]:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._wake(ended=True)
        self.allow(params)
        self._acknowledge(params.get("offset", 0))
        if not self.pending and params.get("timeout"):
            await self._wait(params["timeout"])
        handed = self.pending[: min(max(params.get("limit", 100), 1), 100)]
        for update in handed:
            if query := update.get("inline_query"):
                self.handed.setdefault(query["id"], time.monotonic())
        return handed

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]

    async def _wait(self, seconds: float) -> None:
        self._poll = mine = asyncio.get_running_loop().create_future()
        self.changed.fire()
        try:
            async with asyncio.timeout(seconds):
                ended = await mine
        except TimeoutError:
            ended = False
        finally:
            if self._poll is mine:
                self._poll = None
        if ended:
            raise ApiError(409, CONFLICT)

    def _wake(self, *, ended: bool) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(ended)
        self._poll = None

    @property
    def polled(self) -> bool:
        """Whether the bot waits for updates at this moment."""
        return self._poll is not None

    def drop(self, params: Mapping[str, Any]) -> None:
        """Forget what waits, where `drop_pending_updates` says so."""
        if params.get("drop_pending_updates"):
            self.pending = []


def unknown_kinds(params: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """Kinds of updates that the Bot API does not have."""
    return [kind for kind in params.get("allowed_updates", ()) if kind not in known]
