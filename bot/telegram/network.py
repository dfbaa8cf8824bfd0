"""What to do when Telegram cannot be reached, or says no. The one place that decides it."""

from __future__ import annotations

import asyncio
import logging
import random
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

T = TypeVar("T")
Call = Callable[[], Awaitable[T]]

SEND_AGAIN = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds to wait before each further try of a reply that did not get out."""
LONGEST_WAIT = 30.0
"""A reply that Telegram wants later than this (seconds) is given up."""
_FIRST_WAIT, _MOST_WAIT = 1.0, 30.0
log = logging.getLogger(__name__)


class Backoff:
    """Waits longer after each failure in a row, up to 30 s, and says in the log what failed."""

    def __init__(
        self, what: str, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._what = what
        self._sleep = sleep
        self._wait = _FIRST_WAIT
        self._failing = False

    async def wait(self, error: TelegramError) -> None:
        """Wait after a failure: as long as Telegram asks, or twice as long as the last time."""
        seconds = asked_wait(error) or self._wait * random.uniform(0.75, 1)  # noqa: S311
        self._wait, self._failing = min(self._wait * 2, _MOST_WAIT), True
        log.warning("%s: %s; trying again in %.0f s", self._what, explain(error), seconds)
        await self._sleep(seconds)

    def worked(self) -> None:
        """The failures are over."""
        if self._failing:
            log.info("%s: works again", self._what)
        self._wait, self._failing = _FIRST_WAIT, False


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
    what: str, call: Call[T], unknown: Callable[[InvalidToken], BotError] = revoked_token
) -> T:
    """Call until Telegram answers. Raises what `unknown` makes where it rejects the token."""
    backoff = Backoff(what)
    while True:
        try:
            result = await call()
        except InvalidToken as error:
            raise unknown(error) from None  # the cause may hold the token
        except TelegramError as error:
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
    not_found = "Not Found" in str(error.__cause__ or error)
    return "404 Not Found" if not_found else "401 Unauthorized"


def asked_wait(error: TelegramError) -> float:
    """Seconds that Telegram asks to wait, 0 where it does not."""
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
