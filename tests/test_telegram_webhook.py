"""The webhook over real HTTP: who gets in, what is handed over, what is kept at a stop."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from bot.addresses import Address
from bot.errors import PortError, SettingsError
from bot.hearing import Hearing
from bot.telegram import webhook
from bot.telegram.client import make_bot
from bot.telegram.feed import HANDLED
from bot.telegram.webhook import Hook, Webhook
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, settings_for, started
from tests.webhook_fixture import PATH, SECRET, SOON, Taken, hooked, posted

pytestmark = pytest.mark.usefixtures("in_a_hurry")


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
            assert await hook.post(posted("cats"), secret) == 403
        for path in ("", "/", "/tube.notes", "/tube.notes/", PATH[:-1], PATH.replace(".", "x")):
            assert await hook.post(posted("cats"), url=hook.url.replace(PATH, path)) == 404
        assert await hook.post(posted("dogs")) == 200
        await taken.until("dogs")


async def test_nonsense_does_not_disturb_it(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken) as hook:
        bodies: list[Any] = ["words", 5, None, [], {}, {"update_id": "x"}, {"message": 1}]
        for nonsense in bodies:
            assert await hook.post(nonsense) in {200, 400, 403, 500}
        assert await hook.post(posted("cats")) == 200
        assert await taken.more.until(lambda: "cats" in taken.texts, SOON)


async def test_a_body_that_is_no_updates_size_is_not_taken_in(port: int) -> None:
    taken = Taken()
    async with BotApiServer() as api, hooked(api, port, taken) as hook:
        with suppress(aiohttp.ClientError):  # it hangs up while we still send
            assert await hook.post(posted("x" * 1_048_576, 1)) == 400
        assert await hook.post(posted("x" * 500_000, 2)) == 200
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
            assert await hook.post(posted(text, number)) == 200
        assert await taken.more.until(lambda: taken.waiting == 1, SOON)
        hook.task.cancel()
        assert await taken.more.until(lambda: taken.waiting == 2, SOON)
        with pytest.raises(aiohttp.ClientConnectionError):
            await hook.post(posted("too late", 9))
        taken.open.set()
        with pytest.raises(asyncio.CancelledError):
            await hook.task
        assert taken.texts == ["cats", "dogs", "birds"]
        assert api.called("deleteWebhook") == []
        assert api.world.updates.webhook["url"] == hook.url


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
