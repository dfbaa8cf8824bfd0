"""Updates by webhook: Telegram posts them to us, through the owner's web server."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from telegram import Bot, Update, WebhookInfo
from telegram.error import TelegramError
from telegram.ext import Updater
from tornado.httpserver import HTTPServer

from bot.addresses import Address
from bot.config import variable
from bot.hearing import Hearing
from bot.patience import Patience
from bot.ports import listen
from bot.telegram.feed import HANDLED, Claim, Take
from bot.telegram.network import Call, explain, until_it_works
from bot.telegram.poller import Poller

T = TypeVar("T")

_LOOK_EVERY = 60.0
_LOOK_SOON = 20.0
"""Seconds until the next look where one found something wrong: it is told before it is over."""
_LAST_WORD = 1.0
_CONNECTIONS = 40
_MOST_WAITING = 100
"""Updates that Telegram is rid of and we have not yet begun with; with more it has to wait."""
_LIMITS = {"max_body_size": 1_048_576, "body_timeout": 10, "idle_connection_timeout": 90}
"""Of what anybody may send us, in bytes and seconds. An update has a few kilobytes."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook: its public address, the secret that Telegram shows, where we listen."""

    url: str
    secret: str
    address: Address


class Webhook:
    """Takes in what Telegram posts, and watches that it can.

    Telegram keeps what we do not take, also while we are not there: the webhook stays set.
    Raises PortError or SettingsError where nobody can listen there.
    """

    def __init__(
        self,
        bot: Bot,
        hook: Hook,
        hearing: Hearing,
        claim: Claim | None = None,
        look_every: float = _LOOK_EVERY,
    ) -> None:
        self._bot, self._hook, self._hearing = bot, hook, hearing
        self._claim = claim or Claim()
        self._look_every = look_every
        self._queue: asyncio.Queue[object] = asyncio.Queue(_MOST_WAITING)
        self._updater = Updater(bot, self._queue)
        self._current: object = None
        self._wanted: dict[str, Any] = {
            "secret_token": hook.secret,
            "allowed_updates": HANDLED,
            "drop_pending_updates": False,
            "max_connections": _CONNECTIONS,
        }
        self._socket = listen(hook.address, variable("webhook_listen"))

    async def run(self, take: Take) -> None:
        """Hand over each update until cancelled, then what Telegram was told that we have."""
        await self._updater.initialize()
        try:
            await self._until_it_works("setting the webhook", self._begin)
            log.info("listening for Telegram on %s, port %d", *self._hook.address)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hand_over(take))
                tasks.create_task(self._watch(take))
        finally:
            await self._end(take)

    async def confirm(self) -> None:
        """Telegram knows what was taken from the answer to each post."""

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()

    async def _begin(self) -> None:
        """Set the webhook and answer what is posted there."""
        # PTB makes the server and has no limits for it: bodies of 100 MB, for as long as it takes.
        HTTPServer.configure(None, **_LIMITS)
        await self._updater.start_webhook(
            unix=self._socket,  # a socket of any kind: one that listens before Telegram may post
            url_path=re.escape(urlsplit(self._hook.url).path),  # a pattern, not a path
            webhook_url=self._hook.url,
            **self._wanted,
        )

    async def _set(self) -> None:
        """Set the webhook once more."""
        await self._bot.set_webhook(self._hook.url, **self._wanted)

    async def _hand_over(self, take: Take) -> None:
        while True:
            self._current = await self._queue.get()
            self._hearing.heard()
            await _handed(self._current, take)
            self._current = None

    async def _end(self, take: Take) -> None:
        """Let nobody post any more. What is here by then was promised an answer."""
        if not self._updater.running:
            return
        try:
            async with asyncio.timeout(_LAST_WORD):
                await self._updater.stop()
                here = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
                for update in (self._current, *here):
                    await _handed(update, take)
        except TimeoutError:
            log.warning("some of the last messages stay without an answer")

    async def _watch(self, take: Take) -> None:
        """Ask Telegram, now and every so many seconds, whether it reaches us."""
        patience = Patience("receiving messages", log, over="works again")
        error: datetime | None = None
        for look in itertools.count():
            asked = self._bot.get_webhook_info
            info = await self._until_it_works("asking about the webhook", asked)
            wrong = trouble(info, self._hook.url, error if look else info.last_error_date)
            error = info.last_error_date
            if wrong:
                self._hearing.failed(wrong)
                await self._mend(info, take)
                await patience.wait(wrong, min(self._look_every, _LOOK_SOON))
            else:
                self._hearing.heard()
                self._claim.held()
                patience.over()
                await asyncio.sleep(self._look_every)

    async def _mend(self, info: WebhookInfo, take: Take) -> None:
        if info.url == self._hook.url:
            await self._fetch(take)
        elif self._claim.is_due():
            log.warning("setting the webhook again")
            await self._until_it_works("setting the webhook", self._set)

    async def _fetch(self, take: Take) -> None:
        """Get what waits by the other way: what was refused once would be posted for a day."""
        poller = Poller(self._bot, self._hearing)
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
            await poller.catch_up(take)
        except TelegramError as error:
            log.warning("what waits cannot be fetched either: %s", explain(error))
        finally:
            await poller.confirm()
        await self._until_it_works("setting the webhook", self._set)

    async def _until_it_works(self, what: str, call: Call[T]) -> T:
        return await until_it_works(what, call, failed=self._hearing.failed)


def trouble(info: WebhookInfo, url: str, before: datetime | None) -> str:
    """Why Telegram does not post to this address, "" where it does.

    `before` is when it last failed as of the last look: only failures since then count, and only
    while something waits.
    """
    if info.url != url:
        done = "set one of its own" if info.url else "polls"
        return (
            f"another process serves this bot with the same token and {done}, and only one can. "
            "Stop the other one"
        )
    if info.pending_update_count and info.last_error_date not in (None, before):
        return f"Telegram cannot reach the webhook: {info.last_error_message}"
    return ""


async def _handed(update: object, take: Take) -> None:
    if isinstance(update, Update):
        await take(update)
