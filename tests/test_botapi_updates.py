"""The Bot API server hands out updates and breaks down when told to."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    Bot,
)
from telegram.error import Conflict, Forbidden, NetworkError, RetryAfter

from tests.botapi import (
    PRIVATE,
    BotApiServer,
    fixtures,
)
from tests.botapi.fixtures import HERE, Client, expect

Json = dict[str, Any]

api, bot, client, table = fixtures.api, fixtures.bot, fixtures.client, fixtures.table


# --- updates --------------------------------------------------------------------------------------


async def test_a_long_poll_wakes_at_once_and_an_offset_acknowledges(
    api: BotApiServer, bot: Bot
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await api.polling()
    api.say("one")
    (first,) = await asyncio.wait_for(waiting, 60)
    assert await bot.get_updates() == (first,)
    assert await bot.get_updates(offset=first.update_id + 1) == ()
    api.say("two")
    api.say("three")
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "three"


async def test_a_second_reader_ends_the_first_with_a_conflict(
    api: BotApiServer, bot: Bot, client: Client
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await api.polling()
    second = asyncio.create_task(client.call("getUpdates", timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await asyncio.wait_for(first, 60)
    await api.polling()
    api.say("hello")
    assert len((await asyncio.wait_for(second, 60))["result"]) == 1


async def test_only_the_asked_kinds_of_updates_come(api: BotApiServer, client: Client) -> None:
    api.push("chat_member", {})
    api.say("one")
    updates = (await client.call("getUpdates", allowed_updates=["callback_query"]))["result"]
    assert [list(one)[1] for one in updates] == ["message"]
    api.say("two")
    api.edit(api.say("three"), "four")
    offset = updates[0]["update_id"] + 1
    assert (await client.call("getUpdates", offset=offset))["result"] == []
    await client.call("getUpdates", allowed_updates=[])
    api.say("five")
    assert len((await client.call("getUpdates"))["result"]) == 1


async def test_updates_that_do_not_exist_cannot_be_asked_for(
    api: BotApiServer, client: Client
) -> None:
    await client.call("getUpdates", allowed_updates=["message", "mesage"])
    expect(api, "no updates 'mesage'")


async def test_a_webhook_gets_updates_with_its_secret(api: BotApiServer, client: Client) -> None:
    came: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
    answers = chain((500, 200), repeat(500))

    async def take(request: web.BaseRequest) -> web.Response:
        came.put_nowait((request.headers["X-Telegram-Bot-Api-Secret-Token"], await request.json()))
        return web.Response(status=next(answers))

    server = web.Server(take)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    api.webhook.public["https://bot.example.org"] = f"http://127.0.0.1:{port}"
    url = "https://bot.example.org/hook"
    assert not (await client.call("setWebhook", url="http://bot.example.org/"))["ok"]
    assert (await client.call("setWebhook", url=url, secret_token="s3cret"))["ok"]
    assert (await client.call("getUpdates"))["error_code"] == 409
    said = api.say("hello")
    secret, update = await asyncio.wait_for(came.get(), 60)
    assert (secret, update["message"]) == ("s3cret", said)
    assert await asyncio.wait_for(came.get(), 60) == (secret, update)
    assert await api.until(lambda: not api.world.updates.pending)
    api.say("is dropped")
    assert (await client.call("getWebhookInfo"))["result"]["url"] == url
    await client.call("deleteWebhook", drop_pending_updates=True)
    assert (await client.call("getUpdates"))["result"] == []
    await runner.cleanup()


# --- faults ---------------------------------------------------------------------------------------


async def test_ordered_refusals_come_once_each_and_do_nothing(
    api: BotApiServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    api.fail("sendMessage", 429, retry_after=3)
    api.fail("sendMessage", 502)
    api.fail("sendMessage", 403)
    with pytest.raises(RetryAfter, match="3"):
        await bot.send_message(HERE, "x")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(HERE, "x")
    with pytest.raises(Forbidden):
        await bot.send_message(HERE, "x")
    assert api.unread(PRIVATE) == []
    await bot.send_message(HERE, "x")
    assert len(api.unread(PRIVATE)) == 1


async def test_a_lost_connection_may_or_may_not_have_done_its_work(
    api: BotApiServer, bot: Bot
) -> None:
    api.drop("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(HERE, "x")
    assert api.unread(PRIVATE) == []
    api.drop("sendMessage", after=True)
    with pytest.raises(NetworkError):
        await bot.send_message(HERE, "x")
    assert len(api.unread(PRIVATE)) == 1


async def test_a_late_answer_does_not_hold_up_others(api: BotApiServer, bot: Bot) -> None:
    go = asyncio.Event()
    api.hold("sendMessage", go)
    late = asyncio.create_task(bot.send_message(HERE, "late"))
    assert (await api.next_message(PRIVATE))["text"] == "late"
    await bot.send_message(HERE, "soon")
    assert not late.done()
    go.set()
    assert (await late).text == "late"


async def test_offline_refuses_everything_until_online(api: BotApiServer, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await api.polling()
    url = api.url
    api.offline()
    with pytest.raises(NetworkError):
        await waiting
    with pytest.raises(NetworkError):
        await bot.get_me()
    api.online()
    assert api.url == url
    assert (await bot.get_me()).username == "tubenotes_bot"


async def test_a_wait_that_fails_says_what_the_bot_did(api: BotApiServer, client: Client) -> None:
    await client.call("getMe")
    await api.wait_for("getMe")
    with pytest.raises(AssertionError, match="getMe"):
        await api.next_message(PRIVATE, timeout=0.01)
    with pytest.raises(AssertionError, match="was called 1 times"):
        await api.wait_for("getMe", count=2, timeout=0.01)
