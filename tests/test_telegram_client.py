"""The client: what goes wrong in its calls is counted, whatever the method and whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.log import HIDDEN
from bot.metrics import REGISTRY
from bot.telegram.client import make_bot
from bot.telegram.courier import outcome_of
from bot.telegram.network import explain
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import settings_for


@pytest.fixture
async def bot(api: BotApiServer) -> AsyncIterator[ExtBot[int]]:
    async with make_bot(settings_for(api)) as bot:
        yield bot


def told(name: str, error: str = "") -> float:
    labels = {"error": error} if error else {}
    return REGISTRY.get_sample_value(f"tubenotes_{name}_total", labels) or 0.0


async def test_a_call_that_fails_is_counted_by_its_class_of_error(
    api: BotApiServer, bot: ExtBot[int]
) -> None:
    before = told("telegram_errors", "BadRequest"), told("telegram_errors", "NetworkError")
    api.fail("sendMessage", 400, "Bad Request: chat not found")
    with pytest.raises(BadRequest):
        await bot.send_message(PRIVATE["id"], "hello")
    api.fail("getMe", 502)
    with pytest.raises(NetworkError):
        await bot.get_me()
    await bot.send_message(PRIVATE["id"], "hello")
    after = told("telegram_errors", "BadRequest"), told("telegram_errors", "NetworkError")
    assert after == (before[0] + 1, before[1] + 1)


async def test_polls_that_fail_are_counted_too(api: BotApiServer, bot: ExtBot[int]) -> None:
    before = told("telegram_errors", "NetworkError")
    api.drop("getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=timedelta())
    assert told("telegram_errors", "NetworkError") == before + 1


async def test_waits_are_counted_with_their_seconds_and_are_no_errors(
    api: BotApiServer, bot: ExtBot[int]
) -> None:
    before = told("flood_waits"), told("flood_wait_seconds"), told("telegram_errors", "RetryAfter")
    api.fail("sendMessage", 429, retry_after=17)
    with pytest.raises(RetryAfter):
        await bot.send_message(PRIVATE["id"], "hello")
    after = told("flood_waits"), told("flood_wait_seconds"), told("telegram_errors", "RetryAfter")
    assert after == (before[0] + 1, before[1] + 17, before[2])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 502, 504])
async def test_a_proxy_that_repeats_the_address_does_not_tell_the_token(
    api: BotApiServer, status: int
) -> None:
    async def refuse(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=f"<p>{request.method} {request.path} failed</p>")

    async with RawTestServer(refuse) as proxy:
        url = str(proxy.make_url("")).rstrip("/")
        bot = make_bot(settings_for(api).model_copy(update={"telegram_api_url": url}))
        with pytest.raises(TelegramError) as caught:
            await bot.get_me()
        await bot.request.shutdown()
    error = caught.value
    told = (str(error), repr(error), explain(error), repr(outcome_of(error)))
    assert f"/bot{HIDDEN}/getMe" in str(error)
    assert [words for words in told if api.token.partition(":")[2] in words] == []
