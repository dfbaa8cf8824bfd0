"""Trouble on the way to Telegram: what is waited for, what ends the service, what is said."""

from __future__ import annotations

import logging

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot import patience
from bot.errors import RevokedError, SettingsError
from bot.telegram.client import make_bot
from bot.telegram.network import SURE, Backoff, explain, until_it_works, wrong_token
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import settings_for


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for wait in ("FIRST_WAIT", "MOST_WAIT"):
        monkeypatch.setattr(patience, wait, 0.01)


async def test_a_server_that_cannot_be_reached_is_asked_until_it_answers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with BotApiServer() as api:
        bot = make_bot(settings_for(api))
        api.drop("getMe")
        api.fail("getMe", 429, retry_after=1)
        told = list[str]()
        await until_it_works("reaching Telegram", bot.initialize, failed=told.append)
        assert len(api.called("getMe")) == 3
        assert [words.partition(":")[0] for words in told] == ["reaching Telegram"] * 2
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
        assert len(api.called("getMe")) == 1
        assert api.token not in str(caught.value)
    assert "TUBENOTES_TELEGRAM_TOKEN" in str(caught.value)
    assert str(status) in str(caught.value)


def test_a_404_of_a_proxys_is_told_as_one() -> None:
    error = InvalidToken("Not Found (404). Parsing the server response b'' failed")
    error.__cause__ = TelegramError("Invalid server response")
    assert "404 Not Found" in str(wrong_token(error))


@pytest.mark.usefixtures("hurry")
async def test_a_token_revoked_in_mid_run_is_no_wrong_setting() -> None:
    told = list[str]()
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        before = len(api.called("getMe"))
        api.fail("getMe", 401, times=None)
        with pytest.raises(RevokedError, match="revoked") as caught:
            await until_it_works("asking who we are", bot.get_me, failed=told.append)
        assert len(api.called("getMe")) - before == SURE
        assert told == ["asking who we are: InvalidToken: Unauthorized"] * (SURE - 1)
        assert api.token not in str(caught.value)
    assert (RevokedError.exit_code, SettingsError.exit_code) == (1, 2)


@pytest.mark.usefixtures("hurry")
async def test_a_few_odd_refusals_do_not_make_a_token_revoked() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        for status, times in ((401, SURE - 1), (502, 1), (404, SURE - 1)):
            api.fail("getMe", status, times=times)
        me = await until_it_works("asking who we are", bot.get_me)
        assert me.username == "tubenotes_bot"


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
