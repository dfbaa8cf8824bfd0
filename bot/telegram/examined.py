"""What Telegram says of the bot, asked by calls that change nothing (get… alone)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
from telegram import Bot, WebhookInfo
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.config import Settings
from bot.doctor_telegram import Account, Answers, Hook
from bot.telegram.network import explain, send

LISTEN = 5.0
"""Seconds to listen for another poller: its poll ends when ours begins, and it asks again."""
_AGAIN = 0.5
_TRIES = (0.5,)
Clock = Callable[[], float]


class _Date:
    """Hears from each response what time the server has."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.skew: float | None = None
        """Seconds that our clock is ahead, by the first answer; None where none told a time."""

    async def heard(self, response: httpx.Response) -> None:
        told = response.headers.get("Date")
        if self.skew is not None or not told:
            return
        try:
            self.skew = self._clock() - parsedate_to_datetime(told).timestamp()
        except ValueError:
            return


async def answers(
    settings: Settings, *, running: bool, listen: float = LISTEN, clock: Clock = time.time
) -> Answers:
    """Ask Telegram about the bot of the settings' token; what failed is in the answers.

    Nobody else is looked for while our bot is `running` here, or where there is a webhook: the
    server would refuse it. Asking cuts the other poller's poll short once, and it asks again.
    """
    date = _Date(clock)
    asked = _Asked(settings.telegram_api_url, clock, listen)
    bot = _bot(settings, date)
    try:
        await asked.ask(bot, running=running)
    except InvalidToken:
        asked.unknown = True
    except TelegramError as error:
        asked.wrong = explain(error)
    finally:
        await bot.shutdown()
    return asked.told(date.skew)


def _bot(settings: Settings, date: _Date) -> Bot:
    """A bot whose answers tell the server's time too, and that does not wait for long."""
    hooks = {"event_hooks": {"response": [date.heard]}}
    return Bot(
        settings.token,
        base_url=f"{settings.telegram_api_url}/bot",
        request=HTTPXRequest(read_timeout=10, httpx_kwargs=hooks),
        get_updates_request=HTTPXRequest(read_timeout=10),
    )


class _Asked:
    """Answers, one after the other; what came before a failure stays."""

    def __init__(self, server: str, clock: Clock, listen: float) -> None:
        self._server, self._clock, self._listen = server, clock, listen
        self._account: Account | None = None
        self._hook: Hook | None = None
        self._others: bool | None = None
        self.wrong, self.unknown = "", False

    async def ask(self, bot: Bot, *, running: bool) -> None:
        """Raises TelegramError where Telegram does not answer."""
        await send(bot.initialize, twice_is_fine=True, waits=_TRIES)
        me = bot.bot
        self._account = Account(
            username=me.username or me.first_name,
            inline=bool(me.supports_inline_queries),
            guest=bool(me.supports_guest_queries),
            reads_all=bool(me.can_read_all_group_messages),
            joins=bool(me.can_join_groups),
        )
        info = await send(bot.get_webhook_info, twice_is_fine=True, waits=_TRIES)
        self._hook = _hook(info, self._clock())
        if not running and not self._hook.url:
            self._others = await _others(bot, self._listen)

    def told(self, skew: float | None) -> Answers:
        """All answers that came."""
        return Answers(
            server=self._server,
            account=self._account,
            hook=self._hook,
            skew=skew,
            others=self._others,
            wrong=self.wrong,
            unknown=self.unknown,
        )


def _hook(info: WebhookInfo, now: float) -> Hook:
    at = info.last_error_date
    return Hook(
        url=info.url,
        waiting=info.pending_update_count,
        error=info.last_error_message or "",
        error_age=None if at is None else max(0.0, now - at.timestamp()),
    )


async def _others(bot: Bot, listen: float) -> bool:
    """Whether somebody else polls. Without an offset nothing is confirmed: updates stay there."""
    until = time.monotonic() + listen
    while True:
        left = max(0, round(until - time.monotonic()))
        try:
            await bot.get_updates(limit=1, timeout=timedelta(seconds=left))
        except Conflict:
            return True
        if time.monotonic() + _AGAIN >= until:
            return False
        await asyncio.sleep(_AGAIN)  # some wait, and come at once: listen on
