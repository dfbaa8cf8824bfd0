"""A webhook beside a Bot API server on loopback: what is posted to it, what it hands over."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from telegram import Update

from bot.addresses import Address
from bot.telegram.client import make_bot
from bot.telegram.feed import Claim
from bot.telegram.webhook import Hook, Webhook
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.botapi.signal import Signal
from tests.tasks import beside
from tests.telegram_fakes import Remembering, settings_for

SOON = 60.0
SECRET = "a-secret_that-only-Telegram-knows"
PATH = "/tube.notes/0123456789abcdef"


@dataclass
class Taken:
    """What was handed over; where `open` is not set, taking waits for it."""

    updates: list[Update] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    more: Signal = field(default_factory=Signal)
    waiting: int = 0

    async def take(self, update: Update) -> None:
        self.waiting += 1
        self.more.fire()
        await self.open.wait()
        self.updates.append(update)
        self.more.fire()

    @property
    def texts(self) -> list[str | None]:
        return [update.message.text if update.message else None for update in self.updates]

    async def until(self, *texts: str) -> None:
        assert await self.more.until(lambda: self.texts == list(texts), SOON), self.texts


@dataclass
class Hooked:
    """A webhook that runs."""

    url: str
    hearing: Remembering
    task: asyncio.Task[None]

    async def post(self, update: object, secret: str | None = SECRET, url: str = "") -> int:
        """Post as Telegram does; gives the status."""
        headers = {"Content-Type": "application/json"}
        headers |= {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        body = io.BytesIO(json.dumps(update).encode())
        async with (
            aiohttp.ClientSession() as session,
            session.post(url or self.url, data=body, headers=headers) as got,
        ):
            return got.status


@asynccontextmanager
async def hooked(
    api: BotApiServer, port: int, taken: Taken, look_every: float = 60.0
) -> AsyncIterator[Hooked]:
    """A webhook from when it is set; it need not run any more at the end."""
    taken.open.set()
    hook = Hook(f"http://127.0.0.1:{port}{PATH}", SECRET, Address("127.0.0.1", port))
    hearing = Remembering()
    async with make_bot(settings_for(api)) as bot:
        feed = Webhook(bot, hook, hearing, Claim(grace=0.0), look_every)
        with closing(feed):
            async with beside(feed.run(taken.take)) as task:
                await api.wait_for("getWebhookInfo")
                yield Hooked(hook.url, hearing, task)


def posted(text: str, update_id: int = 1) -> dict[str, Any]:
    """An update with a message, as Telegram posts it."""
    message = {"message_id": update_id, "date": 1_800_000_000, "chat": PRIVATE, "text": text}
    return {"update_id": update_id, "message": message}
