"""Chats that turn us away come back when they let us in again; groups move; topics close."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated, User
from telegram import Chat as TelegramChat

from bot.pace import Pace
from bot.reply import Reply
from bot.telegram.courier import Courier
from bot.telegram.membership import Membership
from bot.telegram.outgoing import Outgoing
from bot.telegram.platform import Idle
from bot.telegram.sender import Sender
from bot.text import plain
from storage import chats, subscriptions
from storage.chats import Chat
from storage.errors import BusyError
from storage.interest import everything
from storage.state import State
from tests.botapi.people import (
    ALICE,
    BOB,
    CHANNEL,
    FORUM,
    GENERAL,
    GROUP,
    PRIVATE,
    SUPERGROUP,
)
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, serving

NOW = 1_700_000_000.0


def _subscribe(oracle: Oracle, chat: dict[str, Any], thread: int = 0) -> State:
    """The chat asks for everything; gives the state that knows it."""
    assert oracle.state is not None
    kind = {"supergroup": "group"}.get(chat["type"], chat["type"])
    known = Chat(chat["id"], kind, chat.get("title", ""))
    subscriptions.add(oracle.state, known, thread, everything(), ALICE["id"], NOW)
    return oracle.state


def _suspended(state: State, chat: dict[str, Any]) -> str:
    found = chats.find(state, chat["id"])
    assert found is not None
    return found.suspended


async def test_who_blocks_the_bot_is_suspended_and_back_when_unblocking() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        state = _subscribe(oracle, PRIVATE)
        api.block(ALICE)
        await api.polling()
        assert _suspended(state, PRIVATE)
        api.unblock(ALICE)
        await api.polling()
        assert not _suspended(state, PRIVATE)
        assert oracle.woken == 1


async def test_being_thrown_out_muted_or_without_the_right_to_post_suspends() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        for chat in (GROUP, SUPERGROUP, CHANNEL):
            state = _subscribe(oracle, chat)
        api.kick(GROUP)
        api.mute(SUPERGROUP)
        api.promote(CHANNEL, can_post_messages=False)
        await api.polling()
        assert all(_suspended(state, chat) for chat in (GROUP, SUPERGROUP, CHANNEL))
        api.add(GROUP)
        api.stand(SUPERGROUP, "restricted", can_send_messages=True)
        api.promote(CHANNEL)
        await api.polling()
        assert not any(_suspended(state, chat) for chat in (GROUP, SUPERGROUP, CHANNEL))


async def test_a_suspended_chat_that_asks_something_is_back() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        state = _subscribe(oracle, GROUP)
        api.kick(GROUP)
        await api.polling()
        api.stand(GROUP, "member", told=False)
        api.say("just talking", chat=GROUP)
        await api.polling()
        assert _suspended(state, GROUP)
        api.say("/search cats", chat=GROUP)
        await api.next_message(GROUP)
        assert not _suspended(state, GROUP)
        assert oracle.woken == 1


async def test_a_muted_group_full_of_questions_is_not_tried_again_and_again() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        state = _subscribe(oracle, SUPERGROUP)
        for comes_back in (True, False):
            api.mute(SUPERGROUP)
            await api.polling()
            assert _suspended(state, SUPERGROUP)
            tries = len(api.called("sendMessage"))
            api.say("/search cats", chat=SUPERGROUP)
            await api.wait_for("sendMessage", tries + 1)
            assert bool(_suspended(state, SUPERGROUP)) is not comes_back


async def test_a_press_brings_a_chat_back_too_also_after_a_restart(tmp_path: Path) -> None:
    with closing(State.open(tmp_path / "state.db")) as state:
        oracle = Oracle(state=state)
        _subscribe(oracle, PRIVATE)
        chats.suspend(state, PRIVATE["id"], "blocked", NOW)
        async with BotApiServer() as api, serving(api, oracle):
            message = api.world.new_message(PRIVATE) | {"text": "old"}
            await api.answered(api.press(message, data="vote:1"))
            assert not _suspended(state, PRIVATE)


async def test_what_the_courier_met_is_known_without_a_restart() -> None:
    oracle = Oracle()

    async def beside(courier: Courier, idle: Idle) -> None:
        await oracle.busy.wait()
        await courier.post(PRIVATE["id"], 0, Reply("", (plain("x"),)), silent=False, plain=False)
        chats.suspend(_subscribe(oracle, PRIVATE), PRIVATE["id"], "blocked", NOW)
        oracle.go.set()

    async with BotApiServer() as api, serving(api, oracle, beside):
        api.stand(PRIVATE, "kicked", told=False)
        api.say("slow", chat=GROUP)
        api.say("/search slow", chat=GROUP)
        await api.next_message(GROUP)
        api.stand(PRIVATE, "member", told=False)
        api.say("cats", chat=PRIVATE)
        await api.next_message(PRIVATE)
        assert oracle.state
        assert not _suspended(oracle.state, PRIVATE)


async def test_a_new_administrators_right_is_offered_to_whoever_gave_it() -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle()):
            api.promote(CHANNEL, by=BOB, can_post_messages=False)
            api.promote(CHANNEL, by=ALICE)
            offer = await api.next_message(PRIVATE)
            button = offer["reply_markup"]["inline_keyboard"][0][0]
            assert "“News”" in offer["text"]
            assert button["callback_data"] == f"/subscribe for:{CHANNEL['id']}"
            api.promote(CHANNEL, by=ALICE, can_pin_messages=True)
            await api.polling()
        assert len(api.called("sendMessage")) == 1


async def test_nobody_is_offered_a_channel_that_the_owner_did_not_choose() -> None:
    allowed = frozenset({ALICE["id"]})
    async with BotApiServer() as api:
        async with serving(api, Oracle(), allowed_chats=allowed):
            api.stand(CHANNEL, "left", told=False)
            api.promote(CHANNEL, by=ALICE)
            await api.polling()
        assert api.called("sendMessage") == []


async def test_who_never_wrote_to_the_bot_hears_nothing_and_that_is_fine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with BotApiServer() as api, serving(api, Oracle()):
        api.stand(CHANNEL, "left", told=False)
        api.block(BOB)
        api.promote(CHANNEL, by=BOB)
        await api.wait_for("sendMessage")
    assert f"may not write to chat {BOB['id']}" in caplog.text
    assert "ERROR" not in caplog.text


async def test_a_group_that_becomes_a_supergroup_keeps_its_subscriptions() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        state = _subscribe(oracle, GROUP)
        api.migrate(GROUP, SUPERGROUP)
        await api.polling()
        assert subscriptions.in_chat(state, SUPERGROUP["id"]) == {0: 1}
        assert subscriptions.in_chat(state, GROUP["id"]) == {}


@pytest.mark.parametrize(("thread", "known"), [(7, 7), (GENERAL, 0)])
async def test_a_closed_topic_is_paused_until_it_is_opened_again(thread: int, known: int) -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        state = _subscribe(oracle, FORUM, known)
        _subscribe(oracle, FORUM, 8)

        def paused(place: int) -> bool:
            return subscriptions.listed(state, FORUM["id"], place)[0].paused is not None

        api.close_topic(FORUM, thread)
        await api.polling()
        assert (paused(known), paused(8)) == (True, False)
        api.reopen_topic(FORUM, thread)
        await api.polling()
        assert not paused(known)
        assert oracle.woken == 2  # for the notice to who subscribed, and for what waited
        assert api.called("sendMessage") == []


async def test_what_telegram_tells_only_once_is_kept_when_the_state_can_be_written_again() -> None:
    oracle = Oracle()
    waited: list[float] = []

    async def keep(*_: object) -> bool:
        if len(waited) < 3:
            raise BusyError("state.db is in use by another process")
        return True

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def rendered(_: Reply) -> Outgoing:
        raise AssertionError("nobody is written to")

    oracle.keep = keep  # type: ignore[method-assign, assignment]
    bot = Bot("1:x")
    membership = Membership(oracle, Sender(bot, Pace()), rendered, lambda _: True, sleep)
    membership.barred.add(ALICE["id"])
    here, me = TelegramChat(ALICE["id"], "private"), User(1, "Tubenotes", is_bot=True)
    change = ChatMemberUpdated(
        here,
        User(ALICE["id"], "Alice", is_bot=False),
        datetime.now(UTC),
        ChatMemberBanned(me, datetime.fromtimestamp(0, UTC)),
        ChatMemberMember(me),
    )
    await membership.changed(change)
    assert waited == [1.0, 2.0, 4.0]
    assert membership.barred == set()


@pytest.mark.parametrize("chat", [GROUP, SUPERGROUP, FORUM])
async def test_a_group_that_it_joins_is_told_how_to_ask_once(chat: dict[str, Any]) -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle()):
            api.stand(chat, "left", told=False)
            api.add(chat, by=BOB)
            hello = await api.next_message(chat)
            assert "/search WORDS" in hello["text"]
            assert hello["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "/delete 1002"
            assert "message_thread_id" not in api.called("sendMessage")[-1]
            api.promote(chat)
            api.add(chat)
            api.kick(chat)
            api.add(chat)
            assert "/search WORDS" in (await api.next_message(chat))["text"]
            await api.polling()
        assert len(api.called("sendMessage")) == 2


async def test_it_greets_nobody_who_is_not_served_or_where_it_may_not_write() -> None:
    allowed = frozenset({ALICE["id"], SUPERGROUP["id"]})
    async with BotApiServer() as api:
        async with serving(api, Oracle(), allowed_chats=allowed):
            for chat in (GROUP, SUPERGROUP):
                api.stand(chat, "left", told=False)
            api.add(GROUP)
            api.mute(SUPERGROUP)
            api.unblock(ALICE)
            api.kick(SUPERGROUP)
            api.add(SUPERGROUP)
            await api.next_message(SUPERGROUP)
            await api.polling()
        assert len(api.called("sendMessage")) == 1


async def test_a_group_that_only_got_a_new_id_is_not_greeted_again() -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle()):
            api.stand(SUPERGROUP, "left", told=False)
            api.migrate(GROUP, SUPERGROUP)
            await api.polling()
            api.add(SUPERGROUP)
            api.kick(SUPERGROUP)
            api.add(SUPERGROUP)
            await api.next_message(SUPERGROUP)
        assert len(api.called("sendMessage")) == 1
