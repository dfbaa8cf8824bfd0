"""The client of the Bot API: addresses, timeouts, connections, Telegram's limits for answers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.config import Settings
from bot.log import Redaction
from bot.metrics import FLOOD_SECONDS, FLOOD_WAITS, TELEGRAM_ERRORS
from bot.telegram.network import asked_wait

Result = bool | dict[str, Any] | list[dict[str, Any]]
BURST, BURST_SECONDS = 4, 0.16
"""25 messages a second, 29 at most in any one: Telegram's limit is about 30, and a limiter of 30
a second would let out as many at once and as many again within the second."""


class _Limiter(AIORateLimiter):
    """Counts what is written to a chat; to look something up there or delete it is no message."""

    async def process_request(  # noqa: PLR0917
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Result:
        """Make the call once the limits let it out."""
        if endpoint.startswith(("get", "delete")):
            return await callback(*args, **kwargs)
        return await super().process_request(
            callback, args, kwargs, endpoint, data, rate_limit_args
        )


class _Counted(ExtBot[int]):
    """Counts the calls that fail, of every method and before anybody tries again.

    No error tells a secret: PTB puts the answer of a proxy into its text, and proxies repeat the
    address, which has the token in it.
    """

    def __init__(self, settings: Settings, **more: Any) -> None:
        super().__init__(settings.token, **more)
        self._redacted = Redaction(settings.secrets)

    async def _do_post(self, endpoint: str, data: dict[str, Any], **timeouts: Any) -> Result:
        try:
            return await super()._do_post(endpoint, data, **timeouts)
        except RetryAfter as error:
            FLOOD_WAITS.inc()
            FLOOD_SECONDS.inc(asked_wait(error))
            raise
        except TelegramError as error:
            TELEGRAM_ERRORS.labels(type(error).__name__).inc()
            error.message = self._redacted(error.message)
            raise


def make_bot(settings: Settings) -> ExtBot[int]:
    """The bot behind the settings' token; nothing is sent yet."""
    url = settings.telegram_api_url
    return _Counted(
        settings,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=HTTPXRequest(connection_pool_size=64, read_timeout=10, pool_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=10),
        rate_limiter=_Limiter(
            overall_max_rate=BURST, overall_time_period=BURST_SECONDS, max_retries=0
        ),
    )
