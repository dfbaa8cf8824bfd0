"""A webhook that goes wrong: it is noticed, told and mended, and no update is lost over it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import WebhookInfo

from bot import patience
from bot.telegram import webhook
from bot.telegram.webhook import trouble
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.ports import held_port
from tests.webhook_fixture import Taken, hooked

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_a_hurry")


async def test_a_telegram_that_does_not_answer_at_the_start_is_waited_for(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api:
        api.fail("setWebhook", 502)
        async with hooked(api, port, taken) as hook:
            api.say("cats", chat=PRIVATE)
            await taken.until("cats")
            assert len(api.called("setWebhook")) == 2
            (told,) = hook.hearing.told
            assert told.startswith("setting the webhook: ")


async def test_an_update_that_cannot_be_read_does_not_come_for_ever_nor_into_the_log(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken, look_every=0.05) as hook:
        words = {"message_id": 5, "chat": PRIVATE, "text": "my secret diary"}  # without a date
        api.push("message", words)
        api.say("dogs", chat=PRIVATE)
        await taken.until("dogs")
        await api.wait_for("setWebhook", 2)
        api.say("birds", chat=PRIVATE)
        await taken.until("dogs", "birds")
        assert await api.until(lambda: not hook.hearing.wrong)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert any("400" in line for line in said)
    assert any("is left out" in line for line in said)
    assert not any("diary" in line for line in said)


async def test_a_webhook_that_telegram_cannot_reach_is_told_and_its_updates_fetched(
    port: int,
) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken, look_every=0.05) as hook:
        with held_port() as nobody:
            api.webhook.public[hook.url] = f"http://127.0.0.1:{nobody}"
            api.say("cats", chat=PRIVATE)
            await taken.until("cats")
        api.webhook.public.clear()
        assert "Telegram cannot reach the webhook: Connection refused" in hook.hearing.told
        api.say("dogs", chat=PRIVATE)
        await taken.until("cats", "dogs")


@pytest.mark.parametrize("path", ["", "/another"])
async def test_a_webhook_that_another_process_took_away_is_set_again(
    port: int, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken, look_every=0.05) as hook:
        away = {"url": path and hook.url + path}
        api.world.updates.webhook = away.copy()
        api.say("cats", chat=PRIVATE)
        await taken.until("cats")
        assert await api.until(lambda: not hook.hearing.wrong)
        assert len(api.called("setWebhook")) == 2
        api.world.updates.webhook = away.copy()  # again, and so soon: two must not fight
        looks = len(api.called("getWebhookInfo"))
        await api.wait_for("getWebhookInfo", looks + 4)
        assert "another process serves this bot" in hook.hearing.wrong
        assert len(api.called("setWebhook")) == 2
    assert "Stop the other one" in caplog.text


async def test_what_was_wrong_is_soon_looked_at_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.3)
    monkeypatch.setattr(webhook, "_LOOK_SOON", 0.01)
    async with BotApiServer() as api:
        api.fail("getWebhookInfo", 502)
        async with hooked(api, port, Taken()) as hook:
            api.world.updates.webhook = {"url": ""}
            assert await api.until(lambda: "another process" in hook.hearing.wrong)
            await api.wait_for("getWebhookInfo", 3)


@pytest.mark.parametrize(
    ("facts", "before", "words"),
    [
        ({"url": "u", "pending": 0}, None, ""),
        ({"url": "u", "pending": 3}, None, ""),
        ({"url": "u", "pending": 3, "date": WHEN}, WHEN, ""),
        ({"url": "u", "pending": 0, "date": LATER}, WHEN, ""),
        ({"url": "u", "pending": 3, "date": LATER}, WHEN, "cannot reach the webhook: 502"),
        ({"url": "u", "pending": 3, "date": LATER}, None, "cannot reach the webhook: 502"),
        ({"url": "", "pending": 0}, None, "and polls"),
        ({"url": "v", "pending": 0}, None, "set one of its own"),
    ],
)
def test_trouble_is_told_from_what_telegram_knows_of_the_webhook(
    facts: dict[str, Any], before: datetime | None, words: str
) -> None:
    info = WebhookInfo(
        facts["url"],
        has_custom_certificate=False,
        pending_update_count=facts["pending"],
        last_error_date=facts.get("date"),
        last_error_message="502",
    )
    told = trouble(info, "u", before)
    assert words in told
    assert bool(words) == bool(told)
