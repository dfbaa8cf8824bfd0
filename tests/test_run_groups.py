"""Manners in groups from end to end: the real process, driven over HTTP by several people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.botapi.people import (
    ALICE,
    BOB,
    CAROL,
    CHANNEL,
    CHANNEL_SENDER,
    FORUM,
    GENERAL,
    GROUP,
    PRIVATE,
    SUPERGROUP,
)
from tests.botapi.server import BotApiServer
from tests.service import (
    ask,
    is_gone,
    labels,
    link_of,
    links_of,
    notes,
    running,
)

__all__ = ["notes"]

MANY = "/search mild winter buds"
CLAIM = "In a mild winter the hazel keeps its buds closed until the first warm week."
Json = dict[str, Any]


async def test_a_stranger_turns_no_pages_and_who_asked_and_administrators_do(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        api.admins[SUPERGROUP["id"]].add(CAROL["id"])
        answer = await ask(api, MANY, SUPERGROUP, user=ALICE)
        said = await api.answered(api.press(answer, "▶", user=BOB))
        assert said["text"] == "Only who asked, or an administrator, turns the pages here."
        assert said["show_alert"]
        api.press(answer, "▶", user=ALICE)
        second = await api.next_edit(SUPERGROUP)
        assert second["message_id"] == answer["message_id"]
        assert set(links_of(second)).isdisjoint(links_of(answer))
        api.press(answer, "▶", user=CAROL)
        third = await api.next_edit(SUPERGROUP)
        assert set(links_of(third)).isdisjoint(links_of(second))
        api.press(answer, "◀", user=ALICE)
        assert links_of(await api.next_edit(SUPERGROUP)) == links_of(second)
        assert len(api.called("editMessageText")) == 3


async def test_two_people_who_press_at_once_are_both_answered_and_one_is_obeyed(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, MANY, GROUP, user=ALICE)
        queries = [api.press(answer, "▶", user=one) for one in (BOB, ALICE, CAROL)]
        told = [(await api.answered(query)).get("text", "") for query in queries]
        assert [bool(text) for text in told] == [True, False, True]
        await api.next_edit(GROUP)
        await api.polling()
        assert len(api.called("editMessageText")) == 1
        assert api.unread(GROUP) == []


async def test_the_answer_is_deleted_by_who_asked_not_by_a_stranger(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, MANY, GROUP, user=ALICE)
        said = await api.answered(api.press(answer, "×", user=BOB))
        assert said["text"] == "Only who asked, or an administrator, deletes this."
        assert not is_gone(api, answer)
        await api.answered(api.press(answer, "×", user=ALICE))
        await api.wait_for("deleteMessage")
        assert await api.until(lambda: is_gone(api, answer))
        assert not any("×" in text for text in labels(await ask(api, MANY, PRIVATE)))


async def test_an_answer_that_is_too_old_to_be_deleted_is_emptied(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, MANY, GROUP)
        api.world.messages[GROUP["id"], answer["message_id"]]["date"] -= 3 * 86_400
        api.press(answer, "×")
        emptied = await api.next_edit(GROUP)
        assert (emptied["text"], emptied["reply_markup"]) == ("This answer was deleted.", None)


async def test_buttons_know_who_asked_after_a_restart(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path):
            said = api.say(CLAIM, chat=SUPERGROUP, user=BOB)
            answer = await ask(api, "/search", SUPERGROUP, user=ALICE, reply_to=said)
        async with running(api, notes, tmp_path):
            for stranger in (BOB, CAROL):
                no = await api.answered(api.press(answer, "▶", user=stranger))
                assert "Only who asked" in no["text"]
            api.press(answer, "▶", user=ALICE)
            assert "×" in "".join(labels(await api.next_edit(SUPERGROUP)))
            await api.answered(api.press(answer, "×", user=ALICE))
            assert await api.until(lambda: is_gone(api, answer))


async def test_an_anonymous_administrators_answer_is_turned_by_administrators(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        api.admins[SUPERGROUP["id"]].add(CAROL["id"])
        answer = await ask(api, MANY, SUPERGROUP, sender_chat=SUPERGROUP)
        assert "Only who asked" in (await api.answered(api.press(answer, "▶", user=BOB)))["text"]
        api.press(answer, "▶", user=CAROL)
        await api.next_edit(SUPERGROUP)
        by_channel = await ask(api, MANY, SUPERGROUP, sender_chat=CHANNEL)
        assert by_channel["reply_to_message"]["from"] == CHANNEL_SENDER
        api.press(by_channel, "▶", user=CAROL)
        await api.next_edit(SUPERGROUP)


async def test_a_reply_is_answered_below_the_message_it_replies_to_with_the_part_quoted(
    notes: Path, tmp_path: Path
) -> None:
    text = f"So it is! {CLAIM} And what now?"
    bold = [{"type": "bold", "offset": 10, "length": 9}]
    async with BotApiServer() as api, running(api, notes, tmp_path):
        said = api.say(text, chat=SUPERGROUP, user=BOB, entities=bold)
        for command in ("/source", "/search"):
            answer = await ask(api, command, SUPERGROUP, reply_to=said)
            assert link_of("hazel") in links_of(answer)
            replied = answer["reply_parameters"]
            assert replied["message_id"] == said["message_id"]
            assert (replied["quote"], replied["quote_position"]) == (CLAIM, 10)
            assert replied["quote_entities"] == [{"type": "bold", "offset": 0, "length": 9}]
        part = "the hazel keeps its buds closed"
        quoting = await ask(api, "/source", SUPERGROUP, reply_to=said, quote=part)
        assert quoting["reply_parameters"]["quote"] == part
        own = await ask(api, "/source", SUPERGROUP, reply_to=quoting)
        assert own["reply_parameters"]["message_id"] == quoting["message_id"]
        words = await ask(api, "/search hazel", SUPERGROUP, reply_to=said)
        assert words["reply_parameters"]["message_id"] not in (None, said["message_id"])


async def test_a_forwarded_post_with_words_below_a_picture_counts_as_its_words(
    notes: Path, tmp_path: Path
) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    origin = {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 9}
    async with BotApiServer() as api, running(api, notes, tmp_path):
        said = api.say(None, SUPERGROUP, BOB, caption=CLAIM, photo=photo, forward_origin=origin)
        answer = await ask(api, "/source", SUPERGROUP, reply_to=said)
        assert link_of("hazel") in links_of(answer)
        assert answer["reply_parameters"]["quote"] == CLAIM


async def test_a_message_that_was_edited_or_deleted_meanwhile_gets_its_answer_all_the_same(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        said = api.say(CLAIM, chat=SUPERGROUP, user=BOB)
        asked = api.say("/source", chat=SUPERGROUP, reply_to=said)
        api.world.messages[SUPERGROUP["id"], said["message_id"]]["text"] = "Something else."
        answer = await api.next_message(SUPERGROUP)
        assert "quote" not in answer["reply_parameters"]
        assert answer["reply_parameters"]["message_id"] == said["message_id"]
        said = api.say(CLAIM, chat=SUPERGROUP, user=BOB)
        asked = api.say("/source", chat=SUPERGROUP, reply_to=said)
        del api.world.messages[SUPERGROUP["id"], said["message_id"]]
        answer = await api.next_message(SUPERGROUP)
        assert link_of("hazel") in links_of(answer)
        assert answer["reply_parameters"]["message_id"] == asked["message_id"]


async def test_in_a_topic_a_reply_is_answered_there_and_general_names_none(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for thread, answered_in in ((7, 7), (GENERAL, None)):
            said = api.say(CLAIM, chat=FORUM, user=BOB, thread=thread)
            answer = await ask(api, "/source", FORUM, thread=thread, reply_to=said)
            assert answer["reply_parameters"]["quote"] == CLAIM
            assert answer["message_thread_id"] == answered_in
            plain = await ask(api, "/search hazel", FORUM, thread=thread)
            assert plain["message_thread_id"] == answered_in
        assert all(call.get("message_thread_id") != GENERAL for call in api.called("sendMessage"))
