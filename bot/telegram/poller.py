"""Fetching updates from Telegram, and noticing that it knows us no more."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Sequence
from datetime import timedelta

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.hearing import Hearing
from bot.telegram.feed import HANDLED, Claim, Take
from bot.telegram.network import Backoff, explain, until_it_works

_LONG_POLL = timedelta(seconds=20)
_HEARTBEAT = 60.0
_LAST_WORD = 1.0
log = logging.getLogger(__name__)


async def heartbeat(bot: Bot, every: float = _HEARTBEAT) -> None:
    """Ask who we are, every so many seconds. Raises RevokedError once the token is revoked."""
    while True:
        await asyncio.sleep(every)
        await until_it_works("asking who we are", bot.get_me)


class Poller:
    """Fetches updates, one long question after the other."""

    def __init__(self, bot: Bot, hearing: Hearing, claim: Claim | None = None) -> None:
        self._bot = bot
        self._hearing = hearing
        self._next: int | None = None
        self._backoff = Backoff("fetching messages", failed=hearing.failed)
        self._claim = claim or Claim()

    async def run(self, take: Take) -> None:
        """Hand over each update for ever. Raises RevokedError for a revoked token."""
        await until_it_works("switching the webhook off", self._free, failed=self._hearing.failed)
        while True:
            await self._hand_over(await self._fetch(), take)

    async def catch_up(self, take: Take) -> None:
        """Hand over what waits now, without waiting for more. Raises TelegramError."""
        before: int | None = -1
        while before != self._next:
            before = self._next
            await self._hand_over(await self._updates(timedelta()), take)

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

    def close(self) -> None:
        """There is nothing to give back."""

    async def _hand_over(self, updates: Sequence[Update], take: Take) -> None:
        for update in updates:
            await take(update)
            self._next = update.update_id + 1

    async def _free(self) -> None:
        """A bot with a webhook is not polled; what waits for it stays."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _fetch(self) -> Sequence[Update]:
        try:
            updates = await self._updates(_LONG_POLL)
        except InvalidToken as error:
            # Proxies and servers say 401 and 404 too: the token is wrong where getMe says so.
            asked = self._bot.get_me
            await until_it_works("asking who we are", asked, failed=self._hearing.failed)
            await self._backoff.wait(error)
        except TelegramError as error:
            await self._take_back(error)
            await self._backoff.wait(error)
        else:
            self._hearing.heard()
            self._claim.held()
            self._backoff.worked()
            return updates
        return ()

    async def _take_back(self, error: TelegramError) -> None:
        """A process that is gone may have left its webhook behind."""
        by_webhook = isinstance(error, Conflict) and "webhook" in str(error)
        if not by_webhook or not self._claim.is_due():
            return
        log.warning("another process set a webhook for this bot; switching it off")
        try:
            await self._free()
        except TelegramError as failed:
            log.warning("the webhook cannot be switched off: %s", explain(failed))

    async def _updates(self, wait: timedelta) -> Sequence[Update]:
        try:
            return await self._bot.get_updates(self._next, timeout=wait, allowed_updates=HANDLED)
        except TelegramError:
            raise
        except Exception as error:  # a fault of the library, of any kind
            # Its words may be those of the people who wrote.
            log.warning("an update could not be read: %s", type(error).__name__)
            log.debug("why it could not be read", exc_info=True)
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
        except Exception as error:  # noqa: BLE001 - as above
            update_id = raw[0]["update_id"]
            log.error("update %s is left out: %s", update_id, type(error).__name__)  # noqa: TRY400
            self._next = update_id + 1
            return ()
