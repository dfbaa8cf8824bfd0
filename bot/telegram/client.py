"""The client of the Bot API: addresses, timeouts, connections, Telegram's limits for answers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.config import Settings

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


def make_bot(settings: Settings) -> ExtBot[int]:
    """The bot behind the settings' token; nothing is sent yet."""
    token, url = settings.telegram_token, settings.telegram_api_url
    return ExtBot(
        token.get_secret_value() if token else "",
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=HTTPXRequest(connection_pool_size=64, read_timeout=10, pool_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=10),
        rate_limiter=_Limiter(
            overall_max_rate=BURST, overall_time_period=BURST_SECONDS, max_retries=0
        ),
    )
