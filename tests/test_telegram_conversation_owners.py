"""Who gets an answer, and whose it is: refusals, limits, pages and deletions in groups."""

from __future__ import annotations

from bot.cooldown import ALONE
from bot.reply import Button, Reply
from bot.text import plain
from bot.words import groups
from tests.botapi.people import (
    ALICE,
    BOB,
    CHANNEL,
    FORUM,
    GROUP,
    PRIVATE,
    private,
)
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, serving, with_button

PAGED = {
    "/search cats": with_button("page one", "more ▶", "/search cats page:2"),
    "/search cats page:2": with_button("page two", "◀ back", "/search cats"),
}


async def test_other_chats_get_one_refusal_then_silence() -> None:
    oracle = Oracle()
    allowed = frozenset({ALICE["id"]})
    async with BotApiServer() as api, serving(api, oracle, allowed_chats=allowed):
        for _ in range(3):
            api.say("hello", chat=private(BOB), user=BOB)
            api.say("/search x", chat=GROUP)
        api.say("hello", chat=PRIVATE, user=ALICE)
        assert (await api.next_message(private(BOB)))["text"] == groups.REFUSAL
        assert (await api.next_message(GROUP))["text"] == groups.REFUSAL
        assert (await api.next_message(PRIVATE))["text"] == "You: hello"
        await api.polling()
        assert len(api.called("sendMessage")) == 3
    assert [request.text for request in oracle.asked] == ["hello"]


async def test_who_asks_too_much_in_private_is_told_once_and_others_go_on() -> None:
    oracle = Oracle(dict(PAGED))
    async with BotApiServer() as api, serving(api, oracle):
        api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        for _ in range(ALONE.most - 1):
            await api.answered(api.press(answer, data="/search cats"))
        assert (await api.answered(api.press(answer, data="/search cats")))["text"].startswith(
            "Too"
        )
        for _ in range(3):
            api.say("dogs", chat=PRIVATE)
        told = (await api.next_message(PRIVATE))["text"]
        assert told.startswith("Too many questions at once here; I answer again in ")
        api.say("dogs", chat=private(BOB), user=BOB)
        assert (await api.next_message(private(BOB)))["text"] == "You: dogs"
        await api.polling()
        assert api.unread(PRIVATE) == []
    assert len(oracle.asked) == ALONE.most + 1


async def test_a_press_in_another_chat_is_refused_and_answered() -> None:
    oracle = Oracle()
    async with BotApiServer() as api:
        async with serving(api, oracle):
            oracle.replies.update(PAGED)
            api.say("/search cats", chat=PRIVATE)
            answer = await api.next_message(PRIVATE)
        async with serving(api, oracle, allowed_chats=frozenset({GROUP["id"]})):
            assert (await api.answered(api.press(answer, "more")))["text"] == groups.REFUSAL
            assert "text" not in await api.answered(api.press(answer, "more"))
            api.say("hello", chat=PRIVATE)
            await api.polling()
            assert api.unread(PRIVATE) == []


async def test_the_owners_admins_are_told_from_others() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle, admins=frozenset({BOB["id"]})):
        api.say("/status", chat=GROUP, user=ALICE)
        await api.next_message(GROUP)
        api.say("/status", chat=GROUP, user=BOB)
        await api.next_message(GROUP)
    assert [request.admin for request in oracle.asked] == [False, True]


async def test_in_a_group_only_who_asked_turns_the_page() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGED))):
        api.say("/search cats", chat=GROUP, user=BOB)
        answer = await api.next_message(GROUP)
        no = await api.answered(api.press(answer, "more", user=ALICE))
        assert no["text"] == groups.NOT_YOURS
        api.press(answer, "more", user=BOB)
        assert (await api.next_edit(GROUP))["text"] == "page two"
        assert api.unread(GROUP) == []


async def test_presses_on_what_others_asked_for_do_not_cost_a_call_each_for_ever() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGED))):
        api.say("/search cats", chat=GROUP, user=BOB)
        answer = await api.next_message(GROUP)
        words = [
            (await api.answered(api.press(answer, "more", user=ALICE)))["text"]
            for _ in range(ALONE.most + 5)
        ]
        assert words[: ALONE.most] == [groups.NOT_YOURS] * ALONE.most
        assert all("I answer again in" in one for one in words[ALONE.most :])
        assert len(api.called("getChatMember")) == ALONE.most
        api.press(answer, "more", user=BOB)
        assert (await api.next_edit(GROUP))["text"] == "page two"


async def test_an_answer_in_a_group_can_be_deleted_and_others_have_no_such_button() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGED))):
        for chat, text in ((PRIVATE, "/search cats"), (CHANNEL, "/search cats")):
            api.say(text, chat=chat)
            rows = (await api.next_message(chat))["reply_markup"]["inline_keyboard"]
            assert [button["text"] for row in rows for button in row] == ["more ▶"]
        api.say("/search cats", chat=GROUP)
        answer = await api.next_message(GROUP)
        for data in ("/delete 1002", "+/delete 1002", "/delete"):
            for hidden in (False, True):
                forged = api.press(answer, data=data, user=BOB, inaccessible=hidden)
                assert (await api.answered(forged))["text"] == groups.NOT_YOURS_TO_DELETE
        await api.answered(api.press(answer, groups.DELETE))
        assert await api.until(
            lambda: (GROUP["id"], answer["message_id"]) not in api.world.messages
        )


async def test_a_forged_press_deletes_nothing_in_private_and_in_channels() -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle(dict(PAGED))):
            for chat in (PRIVATE, CHANNEL):
                api.say("/search cats", chat=chat)
                answer = await api.next_message(chat)
                assert (await api.answered(api.press(answer, data="/delete 1001")))["text"]
        assert api.called("deleteMessage") == []


async def test_an_edited_question_keeps_the_button_that_deletes_its_answer() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        asked = api.say("/search cats", chat=GROUP)
        await api.next_message(GROUP)
        api.edit(asked, "/search dogs")
        rows = (await api.next_edit(GROUP))["reply_markup"]["inline_keyboard"]
        assert rows == [[{"text": groups.DELETE, "callback_data": "/delete 1001"}]]


async def test_in_a_group_a_message_too_old_to_be_shown_is_left_and_answered_below() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGED))):
        api.say("/search cats", chat=FORUM, thread=7)
        answer = await api.next_message(FORUM)
        await api.answered(api.press(answer, "more", user=BOB, inaccessible=True))
        page = await api.next_message(FORUM)
        assert (page["text"], page["message_thread_id"]) == ("page two", 7)
        assert f"/delete {BOB['id']}" in str(page["reply_markup"])
        assert api.called("editMessageText") == []


async def test_what_answers_a_button_anew_belongs_to_who_pressed_it() -> None:
    row = (Button("open", "/search cats", anew=True),)
    oracle = Oracle({**PAGED, "/search a": Reply("news", (plain("new note"),), (row,))})
    async with BotApiServer() as api, serving(api, oracle):
        api.say("/search a", chat=GROUP, user=ALICE)
        api.press(await api.next_message(GROUP), "open", user=BOB)
        opened = await api.next_message(GROUP)
        no = await api.answered(api.press(opened, "more", user=ALICE))
        assert no["text"] == groups.NOT_YOURS
        api.press(opened, "more", user=BOB)
        assert (await api.next_edit(GROUP))["text"] == "page two"


async def test_edits_of_a_question_count_as_questions() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        asked = api.say("/search 0", chat=GROUP)
        await api.next_message(GROUP)
        for at in range(1, 6):
            api.edit(asked, f"/search {at}")
            await api.next_edit(GROUP)
        api.edit(asked, "/search 6")
        assert (await api.next_message(GROUP))["text"].startswith("Too many questions at once")
        api.edit(asked, "/search 7")
        await api.polling()
        assert len(api.called("editMessageText")) == 5
        assert api.unread(GROUP) == []
