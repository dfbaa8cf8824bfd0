"""What people see: answers, edits, presses, refusals, and errors of ours."""

from __future__ import annotations

import time

import pytest

from bot.reply import Button, Place, Reply
from bot.text import plain
from bot.words import groups
from tests.botapi.people import (
    BOB,
    CHANNEL,
    FORUM,
    GENERAL,
    GROUP,
    PRIVATE,
    SUPERGROUP,
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
        assert said["text"] == groups.FROM_ANOTHER_TIME


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
