"""Trouble on the way to Telegram: what is waited for, what ends the service, what is said."""

from __future__ import annotations

import logging

import pytest
from telegram.error import Conflict, NetworkError

from bot.errors import RevokedError, SettingsError
from bot.telegram.client import make_bot
from bot.telegram.network import Backoff, explain, until_it_works, wrong_token
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import settings_for


async def test_a_server_that_cannot_be_reached_is_asked_until_it_answers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with BotApiServer() as api:
        bot = make_bot(settings_for(api))
        api.drop("getMe")
        api.fail("getMe", 429, retry_after=1)
        await until_it_works("reaching Telegram", bot.initialize)
        assert len(api.called("getMe")) == 3
        await bot.shutdown()
    assert "reaching Telegram: " in caplog.text
    assert "works again" in caplog.text


@pytest.mark.parametrize("status", [401, 404])
async def test_a_wrong_token_ends_it_and_is_not_repeated(status: int) -> None:
    async with BotApiServer() as api:
        bot = make_bot(settings_for(api))
        api.fail("getMe", status)
        with pytest.raises(SettingsError) as caught:
            await until_it_works("reaching Telegram", bot.initialize, wrong_token)
        await bot.shutdown()
        assert api.token not in str(caught.value)
    assert "TUBENOTES_TELEGRAM_TOKEN" in str(caught.value)
    assert str(status) in str(caught.value)


async def test_a_token_revoked_in_mid_run_is_no_wrong_setting() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.fail("getMe", 401)
        with pytest.raises(RevokedError, match="revoked") as caught:
            await until_it_works("asking who we are", bot.get_me)
        assert api.token not in str(caught.value)
    assert (RevokedError.exit_code, SettingsError.exit_code) == (1, 2)


async def test_waits_grow_and_start_over_once_it_works() -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    backoff = Backoff("asking", sleep=note)
    for _ in range(8):
        await backoff.wait(NetworkError("away"))
    assert waits[:5] == sorted(waits[:5])
    assert waits[0] <= 1
    assert all(20 <= wait <= 30 for wait in waits[5:])
    backoff.worked()
    await backoff.wait(NetworkError("away"))
    assert waits[-1] <= 1


def test_a_second_poller_is_explained() -> None:
    said = explain(Conflict("terminated by other getUpdates request"))
    assert "409" in said
    assert "another process" in said
    assert "Stop the other one" in said
