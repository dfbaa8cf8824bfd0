"""Chats that turn us away come back when they let us in again; groups move; topics close."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated, User
from telegram import Chat as TelegramChat

from bot.circle import Circle
from bot.pace import Pace
from bot.reply import Reply
from bot.telegram.courier import Courier
from bot.telegram.membership import Membership
from bot.telegram.outgoing import Outgoing
from bot.telegram.platform import Idle
from bot.telegram.sender import Sender
from bot.text import plain
from bot.words import groups
from storage import blocked, chats, subscriptions
from storage.chats import Chat
from storage.deliveries import Parcel, next_parcel
from storage.errors import BusyError
from storage.interest import everything
from storage.state import State
from tests.botapi.people import ALICE, CHANNEL, FORUM, GENERAL, GROUP, PRIVATE, SUPERGROUP
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


async def test_a_chat_that_is_not_served_is_not_brought_back() -> None:
    oracle, allowed = Oracle(), frozenset({ALICE["id"]})
    async with BotApiServer() as api, serving(api, oracle, allowed_chats=allowed):
        state = _subscribe(oracle, GROUP)
        api.kick(GROUP)
        api.add(GROUP)
        api.say("/search cats", chat=GROUP)
        assert (await api.next_message(GROUP))["text"] == groups.REFUSAL
        assert _suspended(state, GROUP)
        assert oracle.woken == 0


async def test_the_owner_is_told_that_a_chosen_group_got_another_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    allowed = frozenset({GROUP["id"]})
    oracle, admins = Oracle(), frozenset({ALICE["id"]})
    async with (
        BotApiServer() as api,
        serving(api, oracle, allowed_chats=allowed, admins=admins),
    ):
        api.migrate(GROUP, SUPERGROUP)
        await api.polling()
        assert oracle.state
        parcel = next_parcel(oracle.state, time.time() + 1)
        assert isinstance(parcel, Parcel)
        assert parcel.chat.id == ALICE["id"]
        assert f"The group {GROUP['id']} has the id {SUPERGROUP['id']}" in parcel.deliveries[0].text
    assert f"chat {GROUP['id']} is {SUPERGROUP['id']} now: it has to be chosen" in caplog.text


async def test_a_blocked_group_does_not_get_rid_of_that_by_a_new_id() -> None:
    oracle, circle = Oracle(), Circle(frozenset(), frozenset())
    async with BotApiServer() as api, serving(api, oracle, circle=circle):
        circle.blocked.add(GROUP["id"])
        api.migrate(GROUP, SUPERGROUP)
        assert await api.until(lambda: circle.ignores(SUPERGROUP["id"]))
        assert oracle.state
        assert [one.id for one in blocked.blocked(oracle.state)] == [SUPERGROUP["id"]]


async def test_a_chat_that_the_owner_chose_again_comes_back_at_the_next_start(
    tmp_path: Path,
) -> None:
    with closing(State.open(tmp_path / "state.db")) as state:
        oracle = Oracle(state=state)
        for chat, why in ((CHANNEL, groups.UNSERVED), (PRIVATE, groups.BLOCKED)):
            _subscribe(oracle, chat)
            chats.suspend(state, chat["id"], why, NOW)
        async with BotApiServer() as api, serving(api, oracle):
            await api.polling()
            assert not _suspended(state, CHANNEL)
            assert _suspended(state, PRIVATE)
            assert oracle.woken


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
    everybody = Circle(frozenset(), frozenset())
    membership = Membership(oracle, Sender(bot, Pace()), rendered, everybody, sleep)
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
