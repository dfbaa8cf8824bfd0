"""Polling: what is known of how well Telegram is heard, and a webhook that is in its way."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Update

from bot.hearing import Hearing
from bot.telegram.client import make_bot
from bot.telegram.feed import Claim
from bot.telegram.poller import Poller
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.tasks import beside
from tests.telegram_fakes import Remembering, settings_for

pytestmark = pytest.mark.usefixtures("in_a_hurry")


@asynccontextmanager
async def _polling(api: BotApiServer, hearing: Hearing, claim: Claim) -> AsyncIterator[list[str]]:
    """A poller from its first question on; gives what it handed over."""
    texts = list[str]()

    async def take(update: Update) -> None:
        assert update.message
        texts.append(update.message.text or "")

    async with make_bot(settings_for(api)) as bot, beside(Poller(bot, hearing, claim).run(take)):
        await api.polling()
        yield texts


async def test_each_answer_of_telegram_is_heard_and_each_failure_kept_in_words() -> None:
    hearing = Remembering(at=0.0)
    async with BotApiServer() as api, _polling(api, hearing, Claim()) as texts:
        assert hearing.at == 0.0
        api.say("cats", chat=PRIVATE)
        await api.polling()
        assert hearing.at > 0.0
        heard = hearing.at
        api.fail("getUpdates", 502)
        api.say("dogs", chat=PRIVATE)
        await api.polling()
        (told,) = hearing.told
        assert told.startswith("fetching messages: ")
        api.say("birds", chat=PRIVATE)
        await api.polling()
        assert not hearing.wrong
        assert hearing.at > heard
        assert texts == ["cats", "dogs", "birds"]


async def test_a_webhook_that_another_process_left_behind_is_switched_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot")
    hearing = Hearing()
    async with BotApiServer() as api, _polling(api, hearing, Claim(grace=0.0)) as texts:
        api.world.updates.webhook = {"url": "https://127.0.0.1:9/"}
        api.say("cats", chat=PRIVATE)
        await api.wait_for("deleteWebhook", 2)
        await api.polling()
        assert texts == ["cats"]
    assert "another process set a webhook" in caplog.text


async def test_a_process_that_takes_over_by_webhook_is_left_alone_at_first() -> None:
    hearing = Hearing()
    async with BotApiServer() as api, _polling(api, hearing, Claim()):
        api.world.updates.webhook = {"url": "https://127.0.0.1:9/"}
        asked = len(api.called("getUpdates"))
        api.say("cats", chat=PRIVATE)
        await api.wait_for("getUpdates", asked + 2)
        assert len(api.called("deleteWebhook")) == 1
        assert "409" in hearing.wrong
        api.world.updates.webhook = {"url": ""}
        await api.polling()
