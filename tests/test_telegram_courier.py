"""One delivery, tried once: what each answer of Telegram's means for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.circle import Circle, Serves
from bot.outcomes import (
    Barred,
    Moved,
    Outcome,
    Refused,
    Sent,
    TopicGone,
    Unreachable,
    Unsure,
    Wait,
)
from bot.reply import Button, Reply
from bot.telegram.client import make_bot
from bot.telegram.courier import Courier, outcome_of
from bot.text import bold, plain
from tests.botapi.errors import ApiError
from tests.botapi.people import ALICE, CHANNEL, FORUM, GENERAL, GROUP, PRIVATE, SUPERGROUP
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, settings_for

EVERYBODY = Circle(frozenset(), frozenset()).serves
REPLY = Reply("news", (bold("<new>"),), ((Button("open", "/topic note:ab", anew=True),),))


@asynccontextmanager
async def _courier(
    api: BotApiServer, barred: set[int] | None = None, serves: Serves = EVERYBODY
) -> AsyncIterator[Courier]:
    async with make_bot(settings_for(api)) as bot:
        yield Courier(bot, Oracle(), set() if barred is None else barred, serves)


async def _post(
    courier: Courier,
    chat_id: int = PRIVATE["id"],
    thread_id: int = 0,
    *,
    silent: bool = False,
    plain: bool = False,
) -> Outcome:
    return await courier.post(chat_id, thread_id, REPLY, silent=silent, plain=plain)


async def test_a_message_arrives_with_its_markup_and_buttons() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        outcome = await _post(courier)
        message = await api.next_message(PRIVATE)
    assert outcome == Sent(message["message_id"])
    assert message["html"] == "<b>&lt;new&gt;</b>"
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "+/topic note:ab"
    assert message["disable_notification"] is None


async def test_a_plain_one_has_nothing_that_could_be_refused() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        assert isinstance(await _post(courier, plain=True, silent=True), Sent)
        message = await api.next_message(PRIVATE)
    assert (message["html"], message["reply_markup"]) == ("<new>", None)
    assert message["disable_notification"]


async def test_a_topic_is_named_and_general_is_not() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        await _post(courier, FORUM["id"], 7)
        assert (await api.next_message(FORUM))["message_thread_id"] == 7
        await _post(courier, FORUM["id"])
        assert (await api.next_message(FORUM))["message_thread_id"] is None


async def test_telegram_makes_us_wait_and_nothing_is_tried_again() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.flood(PRIVATE["id"], 3600)
        assert await _post(courier) == Wait(3600)
        assert len(api.called("sendMessage")) == 1
        assert api.early == []


async def test_a_group_that_moved_tells_its_new_id() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.migrate(GROUP, SUPERGROUP)
        assert await _post(courier, GROUP["id"]) == Moved(SUPERGROUP["id"])


async def test_where_we_may_not_write_is_remembered() -> None:
    barred: set[int] = set()
    async with BotApiServer() as api, _courier(api, barred) as courier:
        api.block(ALICE)
        api.kick(GROUP)
        api.mute(SUPERGROUP)
        api.promote(CHANNEL, can_post_messages=False)
        chats = {chat["id"] for chat in (PRIVATE, GROUP, SUPERGROUP, CHANNEL)} | {5}
        for chat_id in chats:
            assert isinstance(await _post(courier, chat_id), Barred), chat_id
    assert barred == chats


async def test_a_chat_that_is_not_served_gets_nothing_until_it_is() -> None:
    barred: set[int] = set()
    circle = Circle(frozenset(), frozenset())
    async with BotApiServer() as api, _courier(api, barred, circle.serves) as courier:
        circle.blocked.add(GROUP["id"])
        assert isinstance(await _post(courier, GROUP["id"]), Barred)
        assert api.called("sendMessage") == []
        assert barred == {GROUP["id"]}
        circle.blocked.clear()
        assert isinstance(await _post(courier, GROUP["id"]), Sent)


async def test_a_topic_that_is_closed_or_deleted_is_told_from_a_chat_that_is_gone() -> None:
    barred: set[int] = set()
    async with BotApiServer() as api, _courier(api, barred) as courier:
        api.close_topic(FORUM, 7)
        api.delete_topic(FORUM, 8)
        assert isinstance(await _post(courier, FORUM["id"], 7), TopicGone)
        assert isinstance(await _post(courier, FORUM["id"], 8), TopicGone)
        assert isinstance(await _post(courier, FORUM["id"]), Sent)
        api.close_topic(FORUM, GENERAL)
        assert isinstance(await _post(courier, FORUM["id"]), TopicGone)
    assert not barred


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trouble_at_telegram_did_nothing(status: int) -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.fail("sendMessage", status)
        assert isinstance(await _post(courier), Unreachable)
        assert api.unread(PRIVATE) == []


async def test_a_connection_lost_after_sending_leaves_it_open() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.drop("sendMessage", after=True)
        assert isinstance(await _post(courier), Unsure)
        assert len(api.unread(PRIVATE)) == 1
        api.fail("sendMessage", 504)
        assert isinstance(await _post(courier), Unsure)


async def test_an_answer_that_takes_too_long_leaves_it_open() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.slow("sendMessage", 30)
        bot.request._client.timeout = 0.3  # type: ignore[attr-defined] # instead of ten seconds
        assert isinstance(await _post(Courier(bot, Oracle(), set(), EVERYBODY)), Unsure)


async def test_without_a_network_nothing_was_sent_and_telegram_is_out_of_reach() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        assert await courier.reachable()
        await api.offline()
        assert not await courier.reachable()  # by the connection that was cut
        assert isinstance(await _post(courier), Unreachable)
        await api.online()
        assert await courier.reachable()


async def test_a_token_that_is_refused_is_out_of_reach_and_no_end() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.fail("*", 401, times=None)
        assert isinstance(await _post(courier), Unreachable)
        assert not await courier.reachable()
        api.mend()
        assert await courier.reachable()


async def test_what_telegram_does_not_take_is_refused() -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.fail("sendMessage", 400, "Bad Request: can't parse entities: unexpected end tag")
        outcome = await _post(courier)
    assert isinstance(outcome, Refused)
    assert "unexpected end tag" in outcome.reason


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("chat not found", Barred),
        ("not enough rights to send text messages to the chat", Barred),
        ("need administrator rights in the channel chat", Barred),
        ("have no rights to send a message", Barred),
        ("CHAT_WRITE_FORBIDDEN", Barred),
        ("CHAT_RESTRICTED", Barred),
        ("PEER_ID_INVALID", Barred),
        ("group chat was deactivated", Barred),
        ("bot is not a member of the channel chat", Barred),
        ("user is deactivated", Barred),
        ("message thread not found", TopicGone),
        ("TOPIC_CLOSED", TopicGone),
        ("TOPIC_DELETED", TopicGone),
        ("message is too long", Refused),
        ("BUTTON_DATA_INVALID", Refused),
        ("wrong HTTP URL specified", Refused),
    ],
)
async def test_telegrams_own_words_tell_what_is_wrong(said: str, kind: type[Outcome]) -> None:
    async with BotApiServer() as api, _courier(api) as courier:
        api.forbid(SUPERGROUP, ApiError(400, f"Bad Request: {said}"))
        assert isinstance(await _post(courier, SUPERGROUP["id"]), kind)


def _caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (_caused(NetworkError("x"), httpx.ConnectError("refused")), Unreachable),
        (_caused(TimedOut(), httpx.ConnectTimeout("late")), Unreachable),
        (_caused(TimedOut(), httpx.PoolTimeout("full")), Unreachable),
        (_caused(TimedOut(), httpx.ReadTimeout("late")), Unsure),
        (_caused(TimedOut(), httpx.WriteTimeout("late")), Unsure),
        (_caused(NetworkError("x"), httpx.ReadError("cut")), Unsure),
        (_caused(NetworkError("x"), httpx.WriteError("cut")), Unsure),
        (_caused(NetworkError("x"), httpx.RemoteProtocolError("cut")), Unsure),
        (_caused(NetworkError("x"), ValueError("who knows")), Unsure),
        (NetworkError("Gateway Timeout (504). Parsing the server response failed"), Unsure),
        (NetworkError("Bad Gateway (502). Parsing the server response failed"), Unreachable),
        (NetworkError("Request Entity Too Large"), Refused),
        (NetworkError("Too Many Requests"), Unreachable),
        (InvalidToken("Unauthorized"), Unreachable),
        (Forbidden("bot was blocked by the user"), Barred),
        (BadRequest("Message thread not found"), TopicGone),
    ],
)
def test_each_error_of_the_library_is_told_apart(error: NetworkError, kind: type[Outcome]) -> None:
    assert isinstance(outcome_of(error), kind)


def test_a_wait_is_in_seconds() -> None:
    assert outcome_of(RetryAfter(timedelta(minutes=2))) == Wait(120)


async def test_an_announcement_can_lead_into_the_private_chat() -> None:
    reply = Reply("news", (plain("new"),), ((Button("more", start="n-ab12"),),))
    async with BotApiServer() as api, _courier(api) as courier:
        await courier.post(CHANNEL["id"], 0, reply, silent=False, plain=False)
        button = (await api.next_message(CHANNEL))["reply_markup"]["inline_keyboard"][0][0]
    assert button["url"] == "https://t.me/tubenotes_bot?start=n-ab12"
