"""What to do when Telegram cannot be reached, or says no. The one place that decides it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import httpx
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.config import TOKEN_VARIABLE
from bot.errors import BotError, RevokedError, SettingsError
from bot.patience import Patience

T = TypeVar("T")
Call = Callable[[], Awaitable[T]]
Unknown = Callable[[InvalidToken], BotError]

SEND_AGAIN = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds to wait before each further try of a reply that did not get out."""
LONGEST_WAIT = 30.0
"""A reply that Telegram wants later than this (seconds) is given up."""
SURE = 5
"""Refusals in a row that make a token revoked which worked before: proxies say 401 and 404 too, and
so does a Bot API server now and then (tdlib/telegram-bot-api#77)."""
log = logging.getLogger(__name__)


class Backoff:
    """Waits out failures of calls in a row; `failed` hears of each, in words for the owner."""

    def __init__(
        self,
        what: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        failed: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._what = what
        self._failed = failed
        self._patience = Patience(what, log, sleep, over="works again", spreads=True)

    async def wait(self, error: TelegramError) -> None:
        """Wait after a failure: as long as Telegram asks, or twice as long as the last time."""
        why = explain(error)
        self._failed(f"{self._what}: {why}")
        await self._patience.wait(why, asked_wait(error))

    def worked(self) -> None:
        """The failures are over."""
        self._patience.over()


def wrong_token(error: InvalidToken) -> SettingsError:
    """Telegram does not know the token that it was started with."""
    return SettingsError(
        f"{TOKEN_VARIABLE} holds a token that the Bot API server does not know "
        f"({_status(error)}); it takes the token that @BotFather shows for your bot now."
    )


def revoked_token(error: InvalidToken) -> RevokedError:
    """Telegram knew the token before and does so no more."""
    return RevokedError(
        f"the token in {TOKEN_VARIABLE} was revoked while the bot was running "
        f"({_status(error)}). Set the token that @BotFather shows for your bot now, and start again"
    )


async def until_it_works(
    what: str,
    call: Call[T],
    unknown: Unknown | None = None,
    failed: Callable[[str], None] = lambda _words: None,
) -> T:
    """Call until Telegram answers. Raises RevokedError where it rejects the token SURE times.

    `unknown` is for a token that never worked: the error that it makes is raised at once.
    `failed` hears of each failure, in words for the owner.
    """
    backoff, refused = Backoff(what, failed=failed), 0
    while True:
        try:
            result = await call()
        except InvalidToken as error:
            refused += 1
            if unknown or refused == SURE:
                raise (unknown or revoked_token)(error) from None  # the cause may hold the token
            await backoff.wait(error)
        except TelegramError as error:
            refused = 0
            await backoff.wait(error)
        else:
            backoff.worked()
            return result


async def send(call: Call[T], *, twice_is_fine: bool, waits: Sequence[float] = SEND_AGAIN) -> T:
    """Call once, and again where nothing can have come of it. Raises TelegramError in the end.

    A request that was sent and then not answered in time has perhaps been done: it is
    repeated only where `twice_is_fine`.
    """
    left, waited = iter(waits), False
    while True:
        try:
            return await call()
        except RetryAfter as error:
            seconds = asked_wait(error)
            if waited or seconds > LONGEST_WAIT:
                raise
            waited = True
        except BadRequest:  # a NetworkError by its class, but it will not get better
            raise
        except NetworkError as error:
            seconds = next(left, 0.0)
            perhaps_done = isinstance(error.__cause__, httpx.ReadTimeout)
            if not seconds or (perhaps_done and not twice_is_fine):
                raise
        await asyncio.sleep(seconds)


def explain(error: TelegramError) -> str:
    """One line for the owner: what is wrong, and what to do where that is not plain."""
    if not isinstance(error, Conflict):
        return f"{type(error).__name__}: {error}"
    return (
        "another process serves this bot with the same token, and only one can "
        f"(409 Conflict: {error}). Stop the other one"
    )


def _status(error: InvalidToken) -> str:
    not_found = "Not Found" in f"{error} {error.__cause__}"
    return "404 Not Found" if not_found else "401 Unauthorized"


def asked_wait(error: TelegramError) -> float:
    """Seconds that Telegram asks to wait, 0 where it does not."""
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
