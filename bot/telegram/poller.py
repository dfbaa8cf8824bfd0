"""Fetching updates from Telegram, and noticing that it knows us no more."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.telegram.network import Backoff, until_it_works

HANDLED = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "guest_message",
)
"""The server remembers the last list it was sent: always send this one."""
_LONG_POLL = timedelta(seconds=20)
_HEARTBEAT = 60.0
_LAST_WORD = 1.0
_MOST_TAKEN = 1000
log = logging.getLogger(__name__)


async def heartbeat(bot: Bot, every: float = _HEARTBEAT) -> None:
    """Ask who we are, every so many seconds. Raises RevokedError once the token is revoked."""
    while True:
        await asyncio.sleep(every)
        await until_it_works("asking who we are", bot.get_me)


class Poller:
    """Fetches updates, one long question after the other."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._next: int | None = None
        self._taken: OrderedDict[int, None] = OrderedDict()
        self._backoff = Backoff("fetching messages")

    async def run(self, take: Callable[[Update], Awaitable[None]]) -> None:
        """Hand each update to `take` once, for ever. Raises RevokedError for a revoked token."""
        while True:
            for update in await self._fetch():
                if self._is_new(update.update_id):
                    await take(update)
                self._next = update.update_id + 1

    def _is_new(self, update_id: int) -> bool:
        """False where it came before: servers may hand one out twice. Ids need not grow."""
        if update_id in self._taken:
            return False
        self._taken[update_id] = None
        if len(self._taken) > _MOST_TAKEN:
            self._taken.popitem(last=False)
        return True

    async def confirm(self) -> None:
        """Tell Telegram what was taken, so that the next start does not take it again."""
        if self._next is None:
            return
        try:
            async with asyncio.timeout(_LAST_WORD):
                await self._bot.get_updates(
                    self._next, limit=1, timeout=timedelta(), allowed_updates=HANDLED
                )
        except (TelegramError, TimeoutError) as error:
            log.warning("the last messages may be answered again at the next start: %s", error)

    async def _fetch(self) -> Sequence[Update]:
        try:
            updates = await self._updates()
        except InvalidToken as error:
            # Proxies and servers say 401 and 404 too: the token is wrong where getMe says so.
            await until_it_works("asking who we are", self._bot.get_me)
            await self._backoff.wait(error)
        except TelegramError as error:
            await self._backoff.wait(error)
        else:
            self._backoff.worked()
            return updates
        return ()

    async def _updates(self) -> Sequence[Update]:
        try:
            return await self._bot.get_updates(
                self._next, timeout=_LONG_POLL, allowed_updates=HANDLED
            )
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - a library's fault, of any kind
            log.warning("an update could not be read: %s: %s", type(error).__name__, error)
            return await self._next_alone()

    async def _next_alone(self) -> Sequence[Update]:
        """The next update. One that cannot be read is left out: it must not keep others away."""
        asked: dict[str, object] = {"limit": 1, "allowed_updates": HANDLED}
        asked |= {} if self._next is None else {"offset": self._next}
        with warnings.catch_warnings():  # that there is a method for it, which reads them as well
            warnings.simplefilter("ignore")
            raw = await self._bot.do_api_request("getUpdates", asked)
        try:
            return Update.de_list(raw, self._bot)
        except Exception:
            log.exception("update %s is left out", raw[0]["update_id"])
            self._next = raw[0]["update_id"] + 1
            return ()
