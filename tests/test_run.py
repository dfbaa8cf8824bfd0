"""`tubenotes run` on Telegram: the real process, driven over HTTP as people drive it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.botapi.people import ALICE, BOB, FORUM, GENERAL, GROUP, PRIVATE, SUPERGROUP, private
from tests.botapi.server import BotApiServer
from tests.service import (
    ENDLESS,
    STUCK,
    ask,
    link_of,
    links_of,
    notes,
    running,
    started,
    write_trees,
)

__all__ = ["notes"]

MANY_WORDS = "/search in a mild winter the tree keeps its buds closed until the first warm week"
"""Too long for a button: its request has to be kept."""
NONSENSE = [
    "/",
    "//",
    "/search",
    "/topic",
    "/source",
    "/nosuchcommand",
    "   .",
    '"',
    '"unclosed',
    "-",
    "- -- ---",
    "NEAR(a b)",
    "a OR AND NOT",
    "<b>not</i> & so <a href='x'>",
    "/search " + "word " * 800,
    "/search " + "x" * 4000,
    "/source https://youtu.be/" + "z" * 3000,
    "\u202eevil\u0000null",
    "🐈" * 2000,
    "/start payload-from_a-link",
    "/topic " + "[[" * 500,
    "video:",
    "channel:nobody winter",
]


async def test_a_conversation_in_private(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        api.say("/start", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"]
        answer = await ask(api, "/search hazel", PRIVATE)
        assert link_of("hazel") in links_of(answer)
        assert answer["link_preview_options"]["url"] == links_of(answer)[0]
        assert answer["link_preview_options"]["prefer_small_media"]
        plain = await ask(api, "mild winter maple", PRIVATE)
        assert link_of("maple") in links_of(plain)
        api.say("xyzzyqwv", chat=PRIVATE)
        nothing = await api.next_message(PRIVATE)
        assert nothing["text"]
        assert nothing["link_preview_options"] == {"is_disabled": True}


async def test_a_conversation_in_a_group(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, "/search@tubenotes_bot hazel", GROUP, user=BOB)
        assert link_of("hazel") in links_of(answer)
        sent = len(api.called("sendMessage"))
        api.say("/search@other_bot hazel", chat=GROUP)
        api.say("hazel", chat=GROUP)
        api.say("/search birch", chat=GROUP)
        assert link_of("birch") in links_of(await api.next_message(GROUP))
        await api.polling()
        assert len(api.called("sendMessage")) == sent + 1


async def test_topics_of_a_forum_and_general(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, "/search hazel", FORUM, thread=7)
        assert answer["message_thread_id"] == 7
        general = await ask(api, "/search hazel", FORUM, thread=GENERAL)
        assert general["message_thread_id"] is None


async def test_source_as_a_reply_to_a_message_and_to_an_excerpt(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        claim = "in a mild winter the hazel keeps its buds closed until the first warm week"
        said = api.say(claim, chat=SUPERGROUP, user=BOB)
        api.say("/source", chat=SUPERGROUP, reply_to=said)
        excerpt = await api.next_message(SUPERGROUP)
        assert link_of("hazel") in links_of(excerpt)
        api.say("/source", chat=SUPERGROUP, reply_to=excerpt)
        context = await api.next_message(SUPERGROUP)
        assert "hazel" in context["text"]


async def test_pages_turn_in_place(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, "/search mild winter buds", PRIVATE)
        query = api.press(answer, "▶")
        second = await api.next_edit(PRIVATE)
        assert second["message_id"] == answer["message_id"]
        assert set(links_of(second)).isdisjoint(links_of(answer))
        assert "text" not in await api.answered(query)
        gone = await api.answered(api.press(answer, data="~AAAAAAAAAAAAAAAA"))
        assert "another time" in gone["text"]


async def test_buttons_live_through_a_restart(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path):
            answer = await ask(api, MANY_WORDS, PRIVATE)
        async with running(api, notes, tmp_path):
            api.press(answer, "▶")
            second = await api.next_edit(PRIVATE)
            assert set(links_of(second)).isdisjoint(links_of(answer))


async def test_an_edited_question_edits_the_first_answer(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        asked = api.say("/search maple", chat=GROUP)
        answer = await api.next_message(GROUP)
        api.edit(asked, "/search birch")
        edited = await api.next_edit(GROUP)
        assert edited["message_id"] == answer["message_id"]
        assert link_of("birch") in links_of(edited)


async def test_a_slow_answer_does_not_hold_up_a_quick_one(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        go = asyncio.Event()
        api.hold("sendMessage", go)
        api.say("/search maple", chat=PRIVATE)
        await api.next_message(PRIVATE)
        api.say("/search birch", chat=private(BOB), user=BOB)
        assert link_of("birch") in links_of(await api.next_message(private(BOB)))
        api.say("/search birch", chat=PRIVATE)
        assert link_of("birch") in links_of(await api.next_message(PRIVATE))
        go.set()


async def test_it_answers_while_the_first_index_is_being_built(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, started(api, notes, tmp_path, ENDLESS) as service:
        assert (await ask(api, "/search hazel", PRIVATE))["text"]
        assert await service.stop() == 0


async def test_a_long_update_of_the_index_holds_up_no_answer_and_no_button(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path):
            pass
        async with started(api, notes, tmp_path, STUCK) as service:
            answer = await ask(api, MANY_WORDS, PRIVATE)
            query = api.press(answer, "▶")
            second = await api.next_edit(PRIVATE)
            assert set(links_of(second)).isdisjoint(links_of(answer))
            assert "text" not in await api.answered(query)
            assert await service.stop() == 0


async def test_nonsense_is_always_answered_and_never_with_a_trace(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path) as service:
        for words in NONSENSE:
            api.say(words, chat=PRIVATE)
            answer = await api.next_message(PRIVATE)
            assert answer["text"].strip()
            assert "went wrong on our side" not in answer["text"], words
            assert "Traceback" not in answer["text"]
        assert "Traceback" not in service.log


async def test_a_sticker_in_private_gets_a_friendly_answer(notes: Path, tmp_path: Path) -> None:
    sides = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
    sticker = {"file_id": "a", "file_unique_id": "b", "type": "regular"} | sides
    async with BotApiServer() as api, running(api, notes, tmp_path):
        message = api.world.new_message(PRIVATE) | {"from": ALICE, "sticker": sticker}
        api.world.keep(message)
        api.push("message", message)
        assert (await api.next_message(PRIVATE))["text"].strip()


async def test_commands_are_listed_in_every_scope(notes: Path, tmp_path: Path) -> None:
    admin = str(ALICE["id"])
    async with BotApiServer() as api, running(api, notes, tmp_path, TUBENOTES_ADMINS=admin):
        await api.wait_for("setMyCommands", count=5)
        calls = api.called("setMyCommands")
    listed = {
        call["scope"]["type"]: {command["command"] for command in call["commands"]}
        for call in calls
    }
    everyone = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
    assert listed.keys() == everyone | {"chat"}
    for scope in everyone:
        assert {"help", "topic", "search", "source"} <= listed[scope]
        assert "reload" not in listed[scope]
    manage = {"subscribe", "unsubscribe", "subscriptions"}
    assert manage <= listed["all_private_chats"] & listed["all_chat_administrators"]
    assert not manage & listed["all_group_chats"]
    assert [scope for scope in everyone if "start" in listed[scope]] == [
        scope for scope in everyone if scope in ("default", "all_private_chats")
    ]
    assert listed["default"] <= listed["chat"]


async def test_nothing_is_answered_twice_after_a_restart(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path):
            api.say("/start", chat=PRIVATE)
            await api.next_message(PRIVATE)
        api.say("/help", chat=PRIVATE)
        async with running(api, notes, tmp_path):
            await api.next_message(PRIVATE)
            await api.polling()
            assert api.unread(PRIVATE) == []


async def test_new_notes_are_found_without_a_restart(tmp_path: Path) -> None:
    notes = write_trees(tmp_path / "notes", ["alder", "oak"])
    async with BotApiServer() as api, running(api, notes, tmp_path / "data") as service:
        notes.rename(tmp_path / "away")
        await service.wrote("stays as it is")
        api.say("/search alder", chat=PRIVATE)
        assert link_of("alder") in links_of(await api.next_message(PRIVATE))
        write_trees(tmp_path / "more", ["alder", "oak", "olive", "palm", "pear"])
        (tmp_path / "more").rename(notes)
        await service.wrote("3 notes added")
        assert link_of("olive") in links_of(await ask(api, "/search olive", PRIVATE))


async def test_two_bots_side_by_side_answer_only_their_own_people(
    notes: Path, tmp_path: Path
) -> None:
    other = "777:another-token-for-the-second-bot-0001"
    async with (
        BotApiServer() as one,
        BotApiServer(username="second_bot", token=other) as two,
        running(one, notes, tmp_path / "one"),
        running(two, notes, tmp_path / "two"),
    ):
        for api in (one, two):
            api.say("/search@second_bot hazel", chat=GROUP)
        assert (await two.next_message(GROUP))["text"]
        await one.polling()
        assert one.called("sendMessage") == []


async def test_without_any_notes_every_question_is_still_answered(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with BotApiServer() as api, running(api, tmp_path / "empty", tmp_path / "data"):
        for words in ("/start", "/help", "/search", "/search hazel", "/topic", "/source", "hazel"):
            assert (await ask(api, words, PRIVATE))["text"].strip(), words
