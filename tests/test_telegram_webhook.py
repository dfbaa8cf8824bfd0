"""The webhook over real HTTP: who gets in, what is kept at a stop, what is noticed and mended."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from telegram import Update, WebhookInfo

from bot import patience
from bot.addresses import Address
from bot.errors import PortError, SettingsError
from bot.hearing import Hearing
from bot.telegram import webhook
from bot.telegram.client import make_bot
from bot.telegram.feed import HANDLED, Claim
from bot.telegram.webhook import Hook, Webhook, trouble
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.botapi.signal import Signal
from tests.ports import held_port
from tests.telegram_fakes import Oracle, Remembering, settings_for, started

SOON = 20.0
SECRET = "a-secret_that-only-Telegram-knows"
PATH = "/tube.notes/0123456789abcdef"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)


@pytest.fixture
def port() -> Iterator[int]:
    with held_port() as held:
        yield held


@dataclass
class Taken:
    """What was handed over; where `open` is not set, taking waits for it."""

    updates: list[Update] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    more: Signal = field(default_factory=Signal)
    waiting: int = 0

    async def take(self, update: Update) -> None:
        self.waiting += 1
        self.more.fire()
        await self.open.wait()
        self.updates.append(update)
        self.more.fire()

    @property
    def texts(self) -> list[str | None]:
        return [update.message.text if update.message else None for update in self.updates]

    async def until(self, *texts: str) -> None:
        assert await self.more.until(lambda: self.texts == list(texts), SOON), self.texts


@dataclass
class Hooked:
    """A webhook that runs."""

    url: str
    hearing: Remembering
    task: asyncio.Task[None]

    async def post(self, update: object, secret: str | None = SECRET, url: str = "") -> int:
        """Post as Telegram does; gives the status."""
        headers = {"Content-Type": "application/json"}
        headers |= {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        body = io.BytesIO(json.dumps(update).encode())
        async with (
            aiohttp.ClientSession() as session,
            session.post(url or self.url, data=body, headers=headers) as got,
        ):
            return got.status


@asynccontextmanager
async def hooked(
    api: BotApiServer, port: int, taken: Taken, look_every: float = 60.0
) -> AsyncIterator[Hooked]:
    """A webhook from when it is set; it need not run any more at the end."""
    taken.open.set()
    hook = Hook(f"http://127.0.0.1:{port}{PATH}", SECRET, Address("127.0.0.1", port))
    hearing = Remembering()
    async with make_bot(settings_for(api)) as bot:
        feed = Webhook(bot, hook, hearing, Claim(grace=0.0), look_every)
        task = asyncio.create_task(feed.run(taken.take))
        try:
            await api.wait_for("getWebhookInfo")
            yield Hooked(hook.url, hearing, task)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            feed.close()


def _message(text: str, update_id: int = 1) -> dict[str, Any]:
    message = {"message_id": update_id, "date": 1_800_000_000, "chat": PRIVATE, "text": text}
    return {"update_id": update_id, "message": message}


async def test_what_telegram_posts_is_handed_over(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken):
        api.say("cats", chat=PRIVATE)
        api.say("dogs", chat=PRIVATE)
        await taken.until("cats", "dogs")
        assert await api.until(lambda: not api.world.updates.pending)
        (asked,) = api.called("setWebhook")
    assert tuple(asked["allowed_updates"]) == HANDLED
    assert not asked.get("drop_pending_updates")


async def test_who_does_not_know_the_secret_or_the_path_gets_nothing_done(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken) as hook:
        for secret in ("", None, "wrong", SECRET[:-1], SECRET + "x"):
            assert await hook.post(_message("cats"), secret) == 403
        for path in ("", "/", "/tube.notes", "/tube.notes/", PATH[:-1], PATH.replace(".", "x")):
            assert await hook.post(_message("cats"), url=hook.url.replace(PATH, path)) == 404
        assert await hook.post(_message("dogs")) == 200
        await taken.until("dogs")


async def test_nonsense_does_not_disturb_it(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken) as hook:
        bodies: list[Any] = ["words", 5, None, [], {}, {"update_id": "x"}, {"message": 1}]
        for nonsense in bodies:
            assert await hook.post(nonsense) in {200, 400, 403, 500}
        assert await hook.post(_message("cats")) == 200
        assert await taken.more.until(lambda: "cats" in taken.texts, SOON)


async def test_a_body_that_is_no_updates_size_is_not_taken_in(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken) as hook:
        with suppress(aiohttp.ClientError):  # it hangs up while we still send
            assert await hook.post(_message("x" * 1_048_576, 1)) == 400
        assert await hook.post(_message("x" * 500_000, 2)) == 200
        assert await taken.more.until(lambda: bool(taken.updates), SOON)
        assert [update.update_id for update in taken.updates] == [2]


async def test_who_begins_a_body_and_does_not_end_it_is_hung_up_on(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(webhook._LIMITS, "body_timeout", 0.05)
    begun = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{{".encode()
    async with BotApiServer() as api, hooked(api, port, Taken()):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        async with asyncio.timeout(SOON):
            assert await reader.read() == b""
        writer.close()


async def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(PortError, match=f"TUBENOTES_WEBHOOK_LISTEN holds .*:{port}"):
                Webhook(bot, Hook("http://x/", SECRET, Address("127.0.0.1", port)), Hearing())
        assert api.called("setWebhook") == []


async def test_an_address_of_another_machine_is_a_wrong_setting() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        hook = Hook("http://x/", SECRET, Address("192.0.2.1", 8080))
        with pytest.raises(SettingsError, match="TUBENOTES_WEBHOOK_LISTEN"):
            Webhook(bot, hook, Hearing())


async def test_at_a_stop_what_was_taken_from_telegram_is_still_handed_over(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_LAST_WORD", SOON)
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken) as hook:
        taken.open.clear()
        for number, text in enumerate(("cats", "dogs", "birds")):
            assert await hook.post(_message(text, number)) == 200
        assert await taken.more.until(lambda: taken.waiting == 1, SOON)
        hook.task.cancel()
        assert await taken.more.until(lambda: taken.waiting == 2, SOON)
        with pytest.raises(aiohttp.ClientConnectionError):
            await hook.post(_message("too late", 9))
        taken.open.set()
        with pytest.raises(asyncio.CancelledError):
            await hook.task
        assert taken.texts == ["cats", "dogs", "birds"]
        assert api.called("deleteWebhook") == []
        assert api.world.updates.webhook["url"] == hook.url


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


async def test_a_question_that_is_posted_twice_is_answered_once(port: int) -> None:
    oracle, url = Oracle(), f"http://127.0.0.1:{port}/hook"
    async with (
        BotApiServer() as api,
        started(api, oracle, webhook_url=url, webhook_listen=f"127.0.0.1:{port}"),
    ):
        await api.wait_for("getWebhookInfo")
        api.again(api.say("cats", chat=PRIVATE))
        api.say("dogs", chat=PRIVATE)
        told = {(await api.next_message(PRIVATE))["text"] for _ in range(2)}
        assert told == {"You: cats", "You: dogs"}
        assert await api.until(lambda: not api.world.updates.pending)
        assert api.unread(PRIVATE) == []
        assert api.world.updates.webhook["url"].startswith(f"{url}/")


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
