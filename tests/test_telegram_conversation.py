"""What people see: answers, edits, presses, refusals, and errors of ours."""

from __future__ import annotations

import time

import pytest

from bot.reply import Button, Place, Reply
from bot.telegram.conversation import FROM_ANOTHER_TIME, REFUSAL, Circle
from bot.telegram.custody import DELETE, NOT_YOURS, NOT_YOURS_TO_DELETE
from bot.text import plain
from tests.botapi.people import (
    ALICE,
    BOB,
    CHANNEL,
    FORUM,
    GENERAL,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    private,
)
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, serving, with_button

PAGES = {
    "cats": with_button("page one", "more ▶", "/search cats page 2"),
    "/search cats page 2": with_button("page two", "◀ back", "cats page 1"),
}


async def test_an_answer_in_a_topic_stays_in_it_and_in_general_names_none() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        asked = api.say("/search a", chat=FORUM, thread=7)
        answer = await api.next_message(FORUM)
        assert (answer["text"], answer["message_thread_id"]) == ("You: /search a", 7)
        assert answer["reply_parameters"]["message_id"] == asked["message_id"]
        api.say("/search b", chat=FORUM, thread=GENERAL)
        assert (await api.next_message(FORUM))["message_thread_id"] is None


async def test_a_reply_in_a_supergroup_is_no_topic() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        first = api.say("cats sleep all day", chat=SUPERGROUP)
        api.say("/source", chat=SUPERGROUP, reply_to=first)
        assert (await api.next_message(SUPERGROUP))["text"] == "You: /source"
        assert "message_thread_id" not in api.called("sendMessage")[-1]


async def test_the_message_replied_to_is_handed_on() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        said = api.say("cats sleep all day", chat=SUPERGROUP, user=BOB)
        api.say("/source@tubenotes_bot", chat=SUPERGROUP, reply_to=said, quote="cats sleep")
        answer = await api.next_message(SUPERGROUP)
        api.say("/source", chat=SUPERGROUP, reply_to=answer)
        await api.next_message(SUPERGROUP)
    first, second = (request.replied_to for request in oracle.asked)
    assert first is not None
    assert (first.text, first.own) == ("cats sleep", False)
    assert second is not None
    assert (second.text, second.own) == ("You: /source", True)


async def test_a_command_in_a_channel_is_answered_there() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        post = api.say("/search cats", chat=CHANNEL)
        assert (await api.next_message(CHANNEL))["text"] == "You: /search cats"
        api.edit(post, "/search dogs")
        assert (await api.next_edit(CHANNEL))["text"] == "You: /search dogs"
    assert {request.place for request in oracle.asked} == {Place.CHANNEL}


async def test_what_is_not_for_us_is_left_alone() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.say("/search@other_bot cats", chat=GROUP)
        api.say("just talking", chat=GROUP)
        api.say("/search cats", chat=GROUP)
        await api.next_message(GROUP)
        await api.polling()
        assert len(api.called("sendMessage")) == 1


async def test_a_press_edits_the_message_in_place() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGES))):
        api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        query = api.press(answer, "more")
        edited = await api.next_edit(PRIVATE)
        assert (edited["text"], edited["message_id"]) == ("page two", answer["message_id"])
        assert "text" not in await api.answered(query)


async def test_an_edited_question_edits_its_first_answer() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        asked = api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        api.edit(asked, "dogs")
        edited = await api.next_edit(PRIVATE)
        assert (edited["text"], edited["message_id"]) == ("You: dogs", answer["message_id"])
        assert api.unread(PRIVATE) == []


async def test_an_edit_that_changes_nothing_changes_nothing() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        asked = api.say("cats", chat=PRIVATE)
        await api.next_message(PRIVATE)
        api.edit(asked, "cats")
        api.say("dogs", chat=PRIVATE)
        await api.next_message(PRIVATE)
        await api.polling()
    assert [request.text for request in oracle.asked] == ["cats", "dogs"]


async def test_an_edited_question_whose_answer_is_unknown_is_answered_anew() -> None:
    async with BotApiServer() as api:
        asked = api.say("before the start", chat=GROUP)
        async with serving(api, Oracle()):
            api.edit(asked, "/search dogs")
            assert (await api.next_message(GROUP))["text"] == "You: /search dogs"


async def test_an_edited_question_whose_answer_was_deleted_is_answered_anew() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        asked = api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        del api.world.messages[PRIVATE["id"], answer["message_id"]]
        api.edit(asked, "dogs")
        assert (await api.next_message(PRIVATE))["text"] == "You: dogs"


async def test_a_press_that_changes_nothing_is_still_answered() -> None:
    same = {"cats": with_button("same", "again", "/again")}
    same["/again"] = same["cats"]
    async with BotApiServer() as api, serving(api, Oracle(same)):
        api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        await api.answered(api.press(answer, "again"))
        await api.wait_for("editMessageText")
        api.say("dogs", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "You: dogs"


async def test_a_press_on_a_message_that_is_gone_is_answered_by_a_new_one() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGES))):
        api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        query = api.press(answer, "more", inaccessible=True)
        del api.world.messages[PRIVATE["id"], answer["message_id"]]
        await api.answered(query)
        assert (await api.next_message(PRIVATE))["text"] == "page two"


@pytest.mark.parametrize("data", ["~AAAAAAAAAAAAAAAA", "vote:7", "~"])
async def test_a_foreign_or_forgotten_button_gets_a_polite_answer(data: str) -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGES))):
        api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        said = await api.answered(api.press(answer, data=data))
        assert said["text"] == FROM_ANOTHER_TIME


async def test_a_press_that_comes_too_late_to_be_answered_still_shows_its_page() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGES))):
        api.say("cats", chat=PRIVATE)
        api.press(await api.next_message(PRIVATE), "more", expired=True)
        assert (await api.next_edit(PRIVATE))["text"] == "page two"


async def test_a_long_request_is_kept_for_its_button() -> None:
    long = "/search " + "very long words " * 8
    oracle = Oracle({"cats": with_button("one", "next", long), long: Reply("x", (plain("two"),))})
    async with BotApiServer() as api, serving(api, oracle):
        api.say("cats", chat=PRIVATE)
        api.press(await api.next_message(PRIVATE), "next")
        assert (await api.next_edit(PRIVATE))["text"] == "two"


async def test_an_error_of_ours_is_told_politely_and_logged_under_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.say("broken", chat=PRIVATE)
        text = (await api.next_message(PRIVATE))["text"]
    assert text.startswith("Something went wrong on our side")
    assert "secret" not in text
    error_id = text.split("error ")[1][:8]
    assert f"error {error_id}" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_an_error_behind_a_button_leaves_the_message_as_it_was() -> None:
    oracle = Oracle({"cats": with_button("one", "next", "/broken")})
    async with BotApiServer() as api, serving(api, oracle):
        api.say("cats", chat=PRIVATE)
        query = api.press(await api.next_message(PRIVATE), "next")
        assert "went wrong" in (await api.answered(query))["text"]
        api.say("dogs", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "You: dogs"
        assert api.called("editMessageText") == []


async def test_questions_that_waited_are_answered_if_they_are_not_too_old() -> None:
    async with BotApiServer() as api:
        api.say("old", chat=PRIVATE, date=int(time.time()) - 2 * 3600)
        api.say("waited", chat=PRIVATE, date=int(time.time()) - 1800)
        async with serving(api, Oracle()):
            assert (await api.next_message(PRIVATE))["text"] == "You: waited"
            await api.polling()
            assert len(api.called("sendMessage")) == 1


async def test_other_chats_get_one_refusal_then_silence() -> None:
    oracle = Oracle()
    allowed = frozenset({ALICE["id"]})
    async with BotApiServer() as api, serving(api, oracle, allowed_chats=allowed):
        for _ in range(3):
            api.say("hello", chat=private(BOB), user=BOB)
            api.say("/search x", chat=GROUP)
        api.say("hello", chat=PRIVATE, user=ALICE)
        assert (await api.next_message(private(BOB)))["text"] == REFUSAL
        assert (await api.next_message(GROUP))["text"] == REFUSAL
        assert (await api.next_message(PRIVATE))["text"] == "You: hello"
        await api.polling()
        assert len(api.called("sendMessage")) == 3
    assert [request.text for request in oracle.asked] == ["hello"]


async def test_a_press_in_another_chat_is_refused_and_answered() -> None:
    oracle = Oracle()
    async with BotApiServer() as api:
        async with serving(api, oracle):
            oracle.replies.update(PAGES)
            api.say("cats", chat=PRIVATE)
            answer = await api.next_message(PRIVATE)
        async with serving(api, oracle, allowed_chats=frozenset({GROUP["id"]})):
            assert (await api.answered(api.press(answer, "more")))["text"] == REFUSAL


async def test_the_owners_admins_are_told_from_others() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle, admins=frozenset({BOB["id"]})):
        api.say("/status", chat=GROUP, user=ALICE)
        await api.next_message(GROUP)
        api.say("/status", chat=GROUP, user=BOB)
        await api.next_message(GROUP)
    assert [request.admin for request in oracle.asked] == [False, True]


def test_refusals_are_forgotten_after_very_many_chats() -> None:
    circle = Circle(frozenset({1}), set())
    assert all(circle.first_refusal(chat) for chat in range(2, 20_002))
    assert not circle.first_refusal(20_001)
    assert len(circle.refused) <= 10_000


async def test_words_that_pop_up_leave_the_chat_as_it_is() -> None:
    done = Reply("unsubscribe", (plain("Done, in many words."),), notice="Done.")
    oracle = Oracle({"cats": with_button("new note", "stop", "/stop"), "/stop": done})
    async with BotApiServer() as api:
        async with serving(api, oracle):
            api.say("cats", chat=PRIVATE)
            query = api.press(await api.next_message(PRIVATE), "stop")
            assert (await api.answered(query))["text"] == "Done."
            api.say("/stop", chat=PRIVATE)
            assert (await api.next_message(PRIVATE))["text"] == "Done, in many words."
        assert api.called("editMessageText") == []


async def test_a_button_may_be_answered_by_a_message_of_its_own() -> None:
    long = "/topic " + "very long words " * 8
    row = (Button("open", "/topic x", anew=True), Button("far", long, anew=True))
    oracle = Oracle({"/search a": Reply("news", (plain("new note"),), (row,))})
    async with BotApiServer() as api, serving(api, oracle):
        api.say("/search a", chat=FORUM, thread=7)
        update = await api.next_message(FORUM)
        for label, text in (("open", "You: /topic x"), ("far", f"You: {long}".strip())):
            await api.answered(api.press(update, label))
            answer = await api.next_message(FORUM)
            assert answer["text"] == text
            assert answer["message_thread_id"] == 7
            assert answer["reply_parameters"]["message_id"] == update["message_id"]
        assert api.called("editMessageText") == []


async def test_in_a_channel_a_press_is_answered_to_its_reader_only() -> None:
    replies = {
        "/search a": with_button("post", "more", "/search b"),
        "/search b": Reply("search", (plain("word " * 100),)),
    }
    async with BotApiServer() as api:
        async with serving(api, Oracle(replies)):
            api.say("/search a", chat=CHANNEL)
            query = api.press(await api.next_message(CHANNEL), "more", user=BOB)
            said = (await api.answered(query))["text"]
        assert said.startswith("word word")
        assert len(said) <= 200
        assert api.called("editMessageText") == []
        assert len(api.called("sendMessage")) == 1


async def test_a_file_follows_the_answer() -> None:
    oracle = Oracle({"export": Reply("x", (plain("Here."),), document=("mine.json", b"{}"))})
    async with BotApiServer() as api, serving(api, oracle):
        api.say("export", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "Here."
        file = (await api.next_message(PRIVATE))["document"]
        assert (file["file_name"], file["file_size"]) == ("mine.json", 2)


PAGED = {
    "/search cats": with_button("page one", "more ▶", "/search cats page:2"),
    "/search cats page:2": with_button("page two", "◀ back", "/search cats"),
}


async def test_in_a_group_only_who_asked_turns_the_page() -> None:
    async with BotApiServer() as api, serving(api, Oracle(dict(PAGED))):
        api.say("/search cats", chat=GROUP, user=BOB)
        answer = await api.next_message(GROUP)
        assert (await api.answered(api.press(answer, "more", user=ALICE)))["text"] == NOT_YOURS
        api.press(answer, "more", user=BOB)
        assert (await api.next_edit(GROUP))["text"] == "page two"
        assert api.unread(GROUP) == []


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
                assert (await api.answered(forged))["text"] == NOT_YOURS_TO_DELETE
        await api.answered(api.press(answer, DELETE))
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
        assert rows == [[{"text": DELETE, "callback_data": "/delete 1001"}]]


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
        assert (await api.answered(api.press(opened, "more", user=ALICE)))["text"] == NOT_YOURS
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


async def test_an_answer_about_the_message_replied_to_stands_below_it_with_its_quote() -> None:
    about = Reply("source", (plain("Here."),), quote="cats sleep")
    async with BotApiServer() as api, serving(api, Oracle({"/source": about})):
        said = api.say("Yes, cats sleep.", chat=SUPERGROUP, user=BOB)
        asked = api.say("/source", chat=SUPERGROUP, reply_to=said)
        replied = (await api.next_message(SUPERGROUP))["reply_parameters"]
        assert (replied["message_id"], replied["quote"]) == (said["message_id"], "cats sleep")
        api.edit(asked, "/source dogs")
        await api.next_edit(SUPERGROUP)
        elsewhere = api.say("/source", chat=SUPERGROUP)
        replied = (await api.next_message(SUPERGROUP))["reply_parameters"]
        assert replied["message_id"] == elsewhere["message_id"]
