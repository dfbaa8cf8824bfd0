"""Asking Telegram about the bot, at a server on loopback: what it tells, and no change there."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.config import Settings
from bot.doctor_telegram import Account, Answers, Hook
from bot.telegram.examined import answers
from tests.botapi import PRIVATE, BotApiServer, methods
from tests.tasks import beside

Json = dict[str, Any]
HOOK = "https://bot.example.org/hook"


def settings(api: BotApiServer, **more: object) -> Settings:
    given: Json = {"telegram_token": api.token, "telegram_api_url": api.url, "_env_file": None}
    return Settings(**given | more)


async def asked(api: BotApiServer, *, running: bool = False, listen: float = 0) -> Answers:
    return await answers(settings(api), running=running, listen=listen)


@asynccontextmanager
async def polled(api: BotApiServer) -> AsyncIterator[None]:
    """Another program polls, and asks again whenever its poll is cut short."""

    async def poll() -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                url = f"{api.url}/bot{api.token}/getUpdates"
                async with session.post(url, json={"timeout": 30}) as got:
                    await got.read()

    async with beside(poll()):
        await api.polling()
        yield


async def test_a_bot_that_is_well_is_told_by_calls_that_only_get(api: BotApiServer) -> None:
    api.say("hello", chat=PRIVATE)
    told = await asked(api)
    assert told.account == Account("tubenotes_bot")
    assert told.hook == Hook(waiting=1)
    assert (told.others, told.wrong, told.unknown) == (False, "", False)
    assert told.skew is not None
    assert abs(told.skew) < 30
    assert {method for method, _ in api.calls} == {"getMe", "getWebhookInfo", "getUpdates"}
    assert len(api.world.updates.pending) == 1
    assert all("offset" not in params for params in api.called("getUpdates"))
    assert all("allowed_updates" not in params for params in api.called("getUpdates"))


async def test_switches_at_botfather_are_told(
    api: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def get_me(world: Any, params: Any) -> Json:
        return api.bot | {"can_read_all_group_messages": True, "can_join_groups": False}

    monkeypatch.setitem(methods.METHODS, "getMe", get_me)
    told = await asked(api)
    assert told.account == Account("tubenotes_bot", False, False, True, False)


async def test_the_webhook_is_told_with_its_last_error(api: BotApiServer) -> None:
    api.world.updates.webhook = {
        "url": HOOK,
        "last_error_message": "Connection refused",
        "last_error_date": int(time.time()) - 600,
    }
    told = await asked(api)
    assert told.hook
    assert (told.hook.url, told.hook.error) == (HOOK, "Connection refused")
    assert told.hook.error_age is not None
    assert 590 < told.hook.error_age < 700
    assert told.others is None
    assert not api.called("getUpdates")


async def test_another_poller_is_found_and_goes_on(api: BotApiServer) -> None:
    async with polled(api):
        assert (await asked(api, listen=20)).others is True
        await api.polling()


async def test_our_own_bot_is_not_disturbed(api: BotApiServer) -> None:
    async with polled(api):
        before = len(api.called("getUpdates"))
        assert (await asked(api, running=True)).others is None
        assert len(api.called("getUpdates")) == before


async def test_a_token_that_is_not_known(api: BotApiServer) -> None:
    stale = settings(api, telegram_token="123456:never-was-a-token-of-this-server")
    told = await answers(stale, running=False, listen=0)
    assert told.unknown
    assert told.account is None


async def test_a_server_that_cannot_be_reached(api: BotApiServer) -> None:
    given = settings(api)
    api.offline()
    told = await answers(given, running=False, listen=0)
    assert "ConnectError" in told.wrong
    assert not told.unknown


async def test_one_lost_connection_is_nothing(api: BotApiServer) -> None:
    api.fail("getMe", 502)
    assert (await asked(api)).account == Account("tubenotes_bot")


async def test_what_came_before_a_failure_stays(api: BotApiServer) -> None:
    api.fail("getWebhookInfo", 502, times=None)
    told = await asked(api)
    assert told.account == Account("tubenotes_bot")
    assert "Bad Gateway" in told.wrong


async def test_a_clock_that_is_ahead_is_told(api: BotApiServer) -> None:
    told = await answers(settings(api), running=True, listen=0, clock=lambda: time.time() + 600)
    assert told.skew is not None
    assert 550 < told.skew < 650


async def test_a_server_without_a_clock(api: BotApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.examined.parsedate_to_datetime", _no_date)
    assert (await asked(api, running=True)).skew is None


def _no_date(told: str) -> None:
    raise ValueError(told)
