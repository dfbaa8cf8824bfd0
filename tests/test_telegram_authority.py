"""Who may change what a chat hears of, and which chat is meant."""

from __future__ import annotations

from typing import Any

import pytest

from bot.reply import Here, Place, Request
from bot.telegram import document
from bot.words import groups
from tests.botapi.people import (
    ALICE,
    BOB,
    CHANNEL,
    FORUM,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    private,
)
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, serving, with_button

FOR_CHANNEL = f"/subscribe for:{CHANNEL['id']}"


async def _ask(api: BotApiServer, text: str, chat: dict[str, Any], **more: Any) -> str:
    api.say(text, chat=chat, **more)
    words: str = (await api.next_message(chat))["text"]
    return words


def _here(oracle: Oracle) -> Here:
    here = oracle.asked[-1].here
    assert here is not None
    return here


async def test_in_private_everybody_manages_their_own_subscriptions() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        await _ask(api, "/subscribe", PRIVATE)
        assert api.called("getChatMember") == []
    assert _here(oracle) == Here(ALICE["id"], 0, "Alice", ALICE["id"], manages=True)


async def test_in_groups_only_administrators_manage() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.admins[FORUM["id"]].add(BOB["id"])
        await _ask(api, "/subscribe", FORUM, user=ALICE, thread=7)
        assert _here(oracle) == Here(FORUM["id"], 7, "Forum", ALICE["id"])
        await _ask(api, "/subscribe", FORUM, user=BOB, thread=7)
        assert _here(oracle) == Here(FORUM["id"], 7, "Forum", BOB["id"], manages=True)


async def test_other_commands_need_not_find_out() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        assert await _ask(api, "/search for:me", GROUP) == "You: /search for:me"
        assert api.called("getChatMember") == []
    assert not _here(oracle).manages


async def test_who_writes_as_the_group_itself_or_in_a_channel_is_an_administrator() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        await _ask(api, "/subscribe", SUPERGROUP, sender_chat=SUPERGROUP)
        assert (_here(oracle).manages, _here(oracle).user_id) == (True, 0)
        await _ask(api, "/subscribe", CHANNEL)
        assert _here(oracle).manages
        await _ask(api, "/subscribe", SUPERGROUP, sender_chat=CHANNEL)
        assert not _here(oracle).manages
        assert api.called("getChatMember") == []


async def test_what_cannot_be_found_out_is_a_no() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.admins[GROUP["id"]].add(BOB["id"])
        api.fail("getChatMember", 400, "Bad Request: member list is inaccessible")
        await _ask(api, "/subscribe", GROUP, user=BOB)
        assert not _here(oracle).manages
        api.fail("getChatMember", 502)
        await _ask(api, "/subscribe", GROUP, user=BOB)
        assert _here(oracle).manages


async def test_a_press_is_judged_by_who_presses() -> None:
    oracle = Oracle({"/subscribe": with_button("choose", "all", "/subscribe everything")})
    async with BotApiServer() as api, serving(api, oracle):
        api.admins[FORUM["id"]].add(BOB["id"])
        api.say("/subscribe", chat=FORUM, user=BOB, thread=7)
        menu = await api.next_message(FORUM)
        for user, manages in ((ALICE, False), (BOB, True)):
            await api.answered(api.press(menu, "all", user=user))
            here = Here(FORUM["id"], 7, "Forum", user["id"], manages)
            assert oracle.asked[-1] == Request("/subscribe everything", Place.GROUP, here=here)


@pytest.mark.parametrize("named", [str(CHANNEL["id"]), "@news_ch", "news_ch"])
async def test_a_channel_is_managed_from_its_administrators_private_chat(named: str) -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.admins[CHANNEL["id"]].add(ALICE["id"])
        said = await _ask(api, f"/subscribe for:{named} channel night_sky", PRIVATE)
        assert said == "You: /subscribe channel night_sky"
    there = Here(CHANNEL["id"], 0, "News", ALICE["id"], manages=True, elsewhere=True)
    assert oracle.asked[-1].here == there
    assert oracle.asked[-1].place is Place.CHANNEL


async def test_a_group_can_be_managed_from_there_too() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.admins[GROUP["id"]].add(ALICE["id"])
        await _ask(api, f"/subscribe for:{GROUP['id']}", PRIVATE)
    assert oracle.asked == [
        Request(
            "/subscribe",
            Place.GROUP,
            here=Here(GROUP["id"], 0, "Friends", ALICE["id"], manages=True, elsewhere=True),
        )
    ]


async def test_it_says_what_is_missing() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        assert await _ask(api, FOR_CHANNEL, PRIVATE) == groups.NO_ADMINISTRATOR
        api.admins[CHANNEL["id"]].add(ALICE["id"])
        api.promote(CHANNEL, can_post_messages=False)
        assert await _ask(api, FOR_CHANNEL, PRIVATE) == groups.MAY_NOT_POST
        api.kick(CHANNEL)
        assert await _ask(api, FOR_CHANNEL, PRIVATE) == groups.NOT_THERE
        for nonsense in ("", "5", "-5", "@nobody_here", "1" * 40, "a/b", str(BOB["id"])):
            said = await _ask(api, f"/subscribe for:{nonsense}", PRIVATE)
            assert said == groups.NOT_THERE, nonsense
    assert oracle.asked == []


async def test_a_stranger_learns_nothing_of_a_chat_that_the_bot_may_not_post_in() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.mute(SUPERGROUP)
        said = await _ask(api, f"/subscribe for:{SUPERGROUP['id']}", PRIVATE)
    assert said == groups.NO_ADMINISTRATOR


async def test_trouble_is_told_from_a_no() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.fail("getChat", 429, retry_after=600)
        assert await _ask(api, FOR_CHANNEL, PRIVATE) == groups.TROUBLE


async def test_other_chats_are_managed_from_the_private_chat_only() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.admins[CHANNEL["id"]].add(ALICE["id"])
        assert await _ask(api, FOR_CHANNEL, GROUP) == groups.ONLY_PRIVATE
    assert oracle.asked == []


async def test_a_chat_that_the_owner_did_not_choose_is_left_alone() -> None:
    allowed = frozenset({ALICE["id"]})
    async with BotApiServer() as api, serving(api, Oracle(), allowed_chats=allowed):
        api.admins[CHANNEL["id"]].add(ALICE["id"])
        assert await _ask(api, FOR_CHANNEL, PRIVATE) == groups.NOT_SERVED


async def test_a_refusal_behind_a_button_pops_up() -> None:
    oracle = Oracle({"menu": with_button("menu", "go", FOR_CHANNEL)})
    async with BotApiServer() as api:
        async with serving(api, oracle):
            api.say("menu", chat=private(BOB))
            query = api.press(await api.next_message(private(BOB)), "go", user=BOB)
            assert (await api.answered(query))["text"] == groups.NO_ADMINISTRATOR
        assert api.called("editMessageText") == []


async def test_a_press_in_a_topic_that_telegram_does_not_tell_changes_nothing() -> None:
    menu = with_button("choose", "all", "/subscribe everything")
    oracle = Oracle({"/subscribe": menu})
    async with BotApiServer() as api, serving(api, oracle):
        api.say("/subscribe", chat=FORUM, thread=7)
        query = api.press(await api.next_message(FORUM), "all", inaccessible=True)
        assert "another time" in (await api.answered(query))["text"]
    assert len(oracle.asked) == 1


async def test_a_file_sent_along_is_handed_on() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.attach("\ufeffзаписи".encode(), "/subscribe import")
        await api.next_message(PRIVATE)
        assert oracle.asked[-1].document == "записи"
        sent = api.attach(b"{}")
        await api.next_message(PRIVATE)
        assert (oracle.asked[-1].text, oracle.asked[-1].document) == ("", "")
        await _ask(api, "/subscribe import", PRIVATE, reply_to=sent)
        assert oracle.asked[-1].document == "{}"
        api.attach(b"{}", "/search cats")
        await api.next_message(PRIVATE)
        assert oracle.asked[-1].document == ""


@pytest.mark.parametrize(
    ("data", "fetched"), [(b"x" * (document.MOST_BYTES + 1), 0), (b"\xff\xfe\x00", 1)]
)
async def test_a_file_that_is_too_large_or_no_text_counts_for_nothing(
    data: bytes, fetched: int
) -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.attach(data, "/subscribe import")
        await api.next_message(PRIVATE)
        assert len(api.called("getFile")) == fetched
    assert oracle.asked[-1].document == ""


async def test_a_file_that_cannot_be_fetched_counts_for_nothing() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.fail("getFile", 400)
        api.attach(b"{}", "/subscribe import")
        await api.next_message(PRIVATE)
        del api.world.files[api.attach(b"{}", "/subscribe again")["document"]["file_id"]]
        await api.next_message(PRIVATE)
    assert [request.document for request in oracle.asked] == ["", ""]
