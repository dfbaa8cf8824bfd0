"""Updates by webhook: posted one after the other, again until the bot takes them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from http import HTTPStatus

import aiohttp

from tests.botapi.updates import Updates

AGAIN = 0.05


class WebhookSender:
    """Posts what waits while a webhook is set. `public` maps public URLs to ones on loopback."""

    def __init__(self, updates: Updates) -> None:
        self.updates = updates
        self.public: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch for updates."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End for good."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                await self.updates.news.wait()
                self.updates.news.clear()
                while self.updates.webhook["url"] and self.updates.pending:
                    await self._post(session)

    async def _post(self, session: aiohttp.ClientSession) -> None:
        update, hook = self.updates.pending[0], self.updates.webhook
        secret = hook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        wrong = "Connection refused"
        with suppress(aiohttp.ClientError):
            async with session.post(self._route(hook["url"]), json=update, headers=headers) as got:
                wrong = "" if got.status < 300 else _wrong_response(got.status)
        if wrong:
            hook["last_error_date"], hook["last_error_message"] = int(time.time()), wrong
            self.updates.changed.fire()
            await asyncio.sleep(AGAIN)
        elif update in self.updates.pending:
            self.updates.pending.remove(update)
            self.updates.changed.fire()

    def _route(self, url: str) -> str:
        for outside, inside in self.public.items():
            if url.startswith(outside):
                return inside + url.removeprefix(outside)
        return url


def _wrong_response(status: int) -> str:
    return f"Wrong response from the webhook: {status} {HTTPStatus(status).phrase}"
