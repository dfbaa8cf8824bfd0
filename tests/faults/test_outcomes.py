"""What Telegram answers to a delivery: each chat gets all it is owed, once it can be had."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.botapi.errors import ApiError, bad
from tests.botapi.people import ALICE, BOB, CHANNEL, FORUM, GROUP, PRIVATE, SUPERGROUP, private
from tests.botapi.server import BotApiServer
from tests.faults.serving import (
    Json,
    all_heard,
    heard,
    know,
    owed,
    owes,
    people,
    settled,
    standing_in,
    subscribe,
    write_lighthouse,
)

WELL = people(1)[0]
"""A chat with which nothing is ever wrong: when it has heard, the others have had their turn."""
BOBS = private(BOB)
NEW: Json = {"id": -1000000004001, "type": "supergroup", "title": "Friends"}
WEATHER, HISTORY = 7, 8


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def attempts(api: BotApiServer, chat: Json) -> int:
    """How often something was sent to the chat, refused or not."""
    return sum(call["chat_id"] == chat["id"] for call in api.called("sendMessage"))


def subscribed(data: Path) -> set[tuple[int, int]]:
    """Chat and topic of every subscription."""
    with closing(sqlite3.connect(data / "state.db")) as database:
        return {*database.execute("select chat_id, thread_id from subscriptions")}


async def news(api: BotApiServer, notes: Path, *numbers: int) -> None:
    """One note after the other, each told where nothing is in the way."""
    for number in numbers:
        write_lighthouse(notes, number)
        await all_heard(api, [WELL], number)


REFUSED: list[tuple[Json, ApiError]] = [
    (PRIVATE, ApiError(403, "Forbidden: bot was blocked by the user")),
    (BOBS, ApiError(403, "Forbidden: user is deactivated")),
    (GROUP, ApiError(403, "Forbidden: bot was kicked from the group chat")),
    (SUPERGROUP, bad("not enough rights to send text messages to the chat")),
    (CHANNEL, bad("need administrator rights in the channel chat")),
]


async def test_a_chat_that_refuses_is_left_in_peace_and_caught_up_with_when_it_is_back(
    notes: Path, data: Path
) -> None:
    """Blocked, deactivated, kicked, without the right to write: others are served meanwhile."""
    chats = [chat for chat, _ in REFUSED]
    subscribe(data, *chats, WELL)
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, [WELL])
        for chat, error in REFUSED:
            api.forbid(chat, error)
        await news(api, notes, 1, 2)
        assert [attempts(api, chat) for chat in chats] == [1] * len(chats)
        for chat in chats:
            api.world.refusals.pop(chat["id"])
        await news(api, notes, 3)
        assert [heard(api, chat) for chat in chats] == [[]] * len(chats)

        api.say("/help", chat=PRIVATE)  # who writes can be written to
        api.say("/help", chat=BOBS, user=BOB)
        api.add(GROUP)
        api.say("/help", chat=SUPERGROUP)
        api.promote(CHANNEL)
        await all_heard(api, chats, 1, 2, 3)
        await settled(data)
        assert [heard(api, chat) for chat in chats] == [[1, 2, 3]] * len(chats)
        assert heard(api, WELL) == [1, 2, 3]
        assert "Traceback" not in service.log


async def test_what_telegram_tells_of_our_standing_is_enough(notes: Path, data: Path) -> None:
    """Nothing is even tried while we are out, also not by the next run."""
    chats = [PRIVATE, GROUP, SUPERGROUP, CHANNEL]
    subscribe(data, *chats, WELL)
    async with BotApiServer() as api:
        know(api, [WELL])
        async with standing_in(api, notes, data):
            api.block(ALICE)
            api.kick(GROUP)
            api.mute(SUPERGROUP)
            api.kick(CHANNEL)
            await api.polling()
            await news(api, notes, 1)
        async with standing_in(api, notes, data):
            await news(api, notes, 2)
            assert [attempts(api, chat) for chat in chats] == [0] * len(chats)
            api.unblock(ALICE)
            api.add(GROUP)
            api.promote(SUPERGROUP)
            api.promote(CHANNEL)
            await all_heard(api, chats, 1, 2)
            await settled(data)
            assert [heard(api, chat) for chat in chats] == [[1, 2]] * len(chats)


@pytest.mark.parametrize("told", [True, False])
async def test_a_group_that_becomes_a_supergroup_takes_everything_with_it(
    notes: Path, data: Path, told: bool
) -> None:
    """By Telegram's service messages, or where those were missed by its refusal alone."""
    subscribe(data, GROUP, WELL)
    async with BotApiServer() as api, standing_in(api, notes, data):
        know(api, [WELL])
        await news(api, notes, 1)
        await all_heard(api, [GROUP], 1)
        if told:
            api.migrate(GROUP, NEW)
            await api.polling()
        else:
            know(api, [NEW])
            moved = bad("group chat was upgraded to a supergroup chat")
            moved.parameters["migrate_to_chat_id"] = NEW["id"]
            api.forbid(GROUP, moved)
        await news(api, notes, 2, 3)
        await all_heard(api, [NEW], 2, 3)
        await settled(data)
        assert heard(api, GROUP) == [1]
        assert heard(api, NEW) == [2, 3]
        assert attempts(api, GROUP) == (1 if told else 2)
        assert subscribed(data) == {(NEW["id"], 0), (WELL["id"], 0)}


def close(api: BotApiServer) -> None:
    """With Telegram's message."""
    api.close_topic(FORUM, WEATHER)


def close_unheard(api: BotApiServer) -> None:
    """While the bot could not hear of it."""
    api.world.closed.add((FORUM["id"], WEATHER))


def delete(api: BotApiServer) -> None:
    """Which Telegram never tells."""
    api.delete_topic(FORUM, WEATHER)


def told_of_topic(api: BotApiServer, person: Json) -> int:
    """How often a person heard that a topic takes no messages."""
    sent = api.world.sent[private(person)["id"]]
    return sum("closed or was deleted" in message["text"] for message in sent)


def in_topic(api: BotApiServer, thread: int) -> list[int]:
    """What was told in a topic."""
    sent = [one for one in api.world.sent[FORUM["id"]] if one["message_thread_id"] == thread]
    return [int(one["text"].split("Lighthouse ")[1][:3]) for one in sent]


@pytest.mark.parametrize("away", [close, close_unheard, delete])
async def test_a_topic_that_takes_no_messages_waits_and_its_administrator_is_told_once(
    notes: Path, data: Path, away: Callable[[BotApiServer], None]
) -> None:
    subscribe(data, FORUM, thread=WEATHER, by=ALICE)
    subscribe(data, FORUM, thread=HISTORY, by=BOB)
    subscribe(data, WELL)
    async with BotApiServer() as api, standing_in(api, notes, data):
        know(api, [WELL])
        away(api)
        await api.polling()
        await news(api, notes, 1, 2)
        assert await api.until(lambda: in_topic(api, HISTORY) == [1, 2])
        assert await api.until(lambda: told_of_topic(api, ALICE) > 0)
        await news(api, notes, 3)
        assert in_topic(api, WEATHER) == []
        assert (told_of_topic(api, ALICE), told_of_topic(api, BOB)) == (1, 0)
        if away is not delete:
            api.reopen_topic(FORUM, WEATHER)
            assert await api.until(lambda: in_topic(api, WEATHER) == [1, 2, 3])
            await settled(data)


async def test_a_message_that_telegram_finds_malformed_goes_out_as_plain_text(
    notes: Path, data: Path
) -> None:
    subscribe(data, WELL)
    async with BotApiServer() as api, standing_in(api, notes, data):
        know(api, [WELL])
        api.fail("sendMessage", 400, "Bad Request: can't parse entities: no such tag")
        await news(api, notes, 1, 2)
        await settled(data)
        first, again, following = api.called("sendMessage")
        assert (first["parse_mode"], following["parse_mode"]) == ("HTML", "HTML")
        assert "parse_mode" not in again
        assert heard(api, WELL) == [1, 2]


async def test_a_message_that_is_never_taken_is_set_aside_and_told_to_the_admins_once(
    notes: Path, data: Path
) -> None:
    subscribe(data, WELL)
    admins: Json = {"TUBENOTES_ADMINS": str(ALICE["id"])}
    async with BotApiServer() as api:
        know(api, [WELL])
        async with standing_in(api, notes, data, **admins):
            api.fail("sendMessage", 400, "Bad Request: message is odd", times=2)
            write_lighthouse(notes, 1)
            notice = await api.next_message(PRIVATE)
            assert "Lighthouse 001" in notice["text"]
            assert "essage is odd" in notice["text"]
            await news(api, notes, 2)
        async with standing_in(api, notes, data, **admins):
            await news(api, notes, 3)
            assert heard(api, WELL) == [2, 3]
            assert api.unread(PRIVATE) == []
            await owes(data, 1)
            assert owed(data) == [(WELL["id"], 2, 1)]


async def test_answers_that_come_too_late_cost_one_duplicate_a_message_at_most(
    notes: Path, data: Path
) -> None:
    """Telegram takes every message and says so when nobody waits any more."""
    chats = people(3)
    subscribe(data, *chats)
    async with BotApiServer() as api, standing_in(api, notes, data, read_timeout=1.0):
        know(api, chats)
        api.slow("sendMessage", 60, times=None)
        for number in (1, 2):
            write_lighthouse(notes, number)
            await all_heard(api, chats, number)
        await settled(data)
        assert [heard(api, chat) for chat in chats] == [[1, 1, 2, 2]] * len(chats)
        api.mend()
        write_lighthouse(notes, 3)
        await all_heard(api, chats, 3)
        await settled(data)
        assert [heard(api, chat)[4:] for chat in chats] == [[3]] * len(chats)


@pytest.mark.parametrize("after", [True, False])
async def test_connections_that_break_lose_nothing_and_cost_a_duplicate_at_most(
    notes: Path, data: Path, after: bool
) -> None:
    """Before Telegram took the message, or before it said so."""
    chats = people(3)
    subscribe(data, *chats)
    async with BotApiServer() as api, standing_in(api, notes, data):
        know(api, chats)
        api.drop("sendMessage", after=after)
        write_lighthouse(notes, 1)
        await all_heard(api, chats, 1)
        await settled(data)
        told = sorted(heard(api, chat) for chat in chats)
        assert told == [[1], [1], [1, 1] if after else [1]]
