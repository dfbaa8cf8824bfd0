"""The Bot API server keeps messages, topics and presses as Telegram does."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from tests.botapi import (
    BOB,
    CHANNEL,
    FORUM,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    BotApiServer,
    fixtures,
    private,
)
from tests.botapi.fixtures import BUTTON, HERE, Client, expect

Json = dict[str, Any]

api, bot, client, table = fixtures.api, fixtures.bot, fixtures.client, fixtures.table


# --- messages -------------------------------------------------------------------------------------


async def test_a_library_sends_and_edits_and_the_test_reads_it(api: BotApiServer, bot: Bot) -> None:
    asked = api.say("/topic crimea")
    sent = await bot.send_message(
        HERE,
        "<b>Crimea</b>",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(asked["message_id"]),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="m")]]),
        link_preview_options=LinkPreviewOptions(url="https://youtu.be/a?t=5"),
    )
    answer = await api.next_message(PRIVATE)
    assert (answer["text"], answer["html"]) == ("Crimea", "<b>Crimea</b>")
    assert answer["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    assert answer["reply_parameters"]["message_id"] == asked["message_id"]
    assert answer["link_preview_options"]["url"] == "https://youtu.be/a?t=5"
    assert answer["message_thread_id"] is None
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/topic crimea"
    await sent.edit_text("Second page")
    assert (await api.next_edit(PRIVATE))["text"] == "Second page"
    assert api.unread(PRIVATE) == []


async def test_an_edit_that_changes_nothing_is_refused_but_no_fault(
    api: BotApiServer, bot: Bot
) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="m")]])
    sent = await bot.send_message(HERE, "<b>x</b>", parse_mode="HTML", reply_markup=keyboard)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text(" <b>x</b>", parse_mode="HTML", reply_markup=keyboard)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(keyboard)
    await sent.edit_text("x", reply_markup=keyboard)
    await sent.edit_text("x")
    await sent.delete()
    with pytest.raises(BadRequest, match="to edit not found"):
        await sent.edit_text("y")
    asked = api.say("mine")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("yours", HERE, asked["message_id"])


async def test_a_reply_needs_its_message(api: BotApiServer, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="to be replied not found"):
        await bot.send_message(HERE, "x", reply_parameters=ReplyParameters(5))
    loose = ReplyParameters(5, allow_sending_without_reply=True)
    assert (await bot.send_message(HERE, "x", reply_parameters=loose)).reply_to_message is None
    asked = api.say("some words")
    with pytest.raises(BadRequest, match=r"(?i)quote_text_invalid"):
        await bot.send_message(
            HERE, "x", reply_parameters=ReplyParameters(asked["message_id"], quote="other")
        )


async def test_general_is_not_named_and_other_topics_must_exist(
    api: BotApiServer, bot: Bot
) -> None:
    for thread in (1, 9):
        with pytest.raises(BadRequest, match="thread not found"):
            await bot.send_message(FORUM["id"], "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(SUPERGROUP["id"], "x", message_thread_id=7)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_chat_action(FORUM["id"], "typing", message_thread_id=1)
    await bot.send_message(FORUM["id"], "x", message_thread_id=7)
    assert (await api.next_message(FORUM))["message_thread_id"] == 7
    asked = api.say("hello", chat=FORUM, thread=8)
    await bot.send_message(FORUM["id"], "x", reply_parameters=ReplyParameters(asked["message_id"]))
    assert (await api.next_message(FORUM))["message_thread_id"] == 8


async def test_chats_that_the_bot_may_not_write_to_refuse_it(api: BotApiServer, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "x")
    api.forbid(PRIVATE)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(HERE, "x")
    api.migrate(GROUP, SUPERGROUP)
    answer = api.world.refusals[GROUP["id"]].body()
    assert answer["parameters"] == {"migrate_to_chat_id": SUPERGROUP["id"]}


# --- people ---------------------------------------------------------------------------------------


async def test_what_people_do_arrives_as_updates_in_order(api: BotApiServer, bot: Bot) -> None:
    first = api.say("hello /search@tubenotes_bot https://youtu.be/a")
    second = api.say("source?", chat=SUPERGROUP, user=BOB, reply_to=first, quote="hello")
    api.edit(first, "/topic x")
    api.say("news", chat=CHANNEL)
    api.say("x", chat=GROUP, sender_chat=GROUP)
    api.say("x", chat=private(BOB))
    updates = await bot.get_updates()
    assert [one.update_id for one in updates] == [updates[0].update_id + at for at in range(6)]
    message = updates[0].message
    assert message is not None
    assert message.parse_entities(["bot_command"]).popitem()[1] == "/search@tubenotes_bot"
    assert message.parse_entities(["url"]).popitem()[1] == "https://youtu.be/a"
    reply = updates[1].message
    assert reply is not None
    assert reply.from_user is not None
    assert reply.reply_to_message is not None
    assert reply.quote is not None
    assert (reply.message_id, reply.from_user.id) == (second["message_id"], BOB["id"])
    assert (reply.reply_to_message.text, reply.quote.text) == (first["text"], "hello")
    assert updates[2].edited_message is not None
    assert updates[2].edited_message.text == "/topic x"
    assert updates[3].channel_post is not None
    assert updates[3].channel_post.from_user is None
    assert updates[4].message is not None
    assert updates[4].message.sender_chat is not None
    assert updates[5].effective_user is not None
    assert updates[5].effective_user.id == BOB["id"]


async def test_topics_and_replies_look_as_odd_as_at_telegram(api: BotApiServer) -> None:
    in_topic = api.say("x", chat=FORUM, thread=7)
    assert in_topic["is_topic_message"]
    assert in_topic["reply_to_message"]["forum_topic_created"]["name"] == "Weather"
    general = api.say("x", chat=FORUM, thread=1)
    assert "message_thread_id" not in general
    answer = api.say("y", chat=SUPERGROUP, reply_to=api.say("x", chat=SUPERGROUP))
    assert answer["message_thread_id"] == answer["reply_to_message"]["message_id"]
    assert "is_topic_message" not in answer


async def test_a_press_carries_the_data_of_the_button_and_wants_one_answer(
    api: BotApiServer, bot: Bot, client: Client
) -> None:
    await client.send(reply_markup={"inline_keyboard": [[BUTTON]]})
    shown = await api.next_message(PRIVATE)
    with pytest.raises(AssertionError, match="no button 'back'"):
        api.press(shown, "back")
    query = api.press(shown, "▶", user=BOB)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "n"
    await update.callback_query.answer("done")
    assert (await api.answered(query))["text"] == "done"
    with pytest.raises(BadRequest, match="too old"):
        await update.callback_query.answer()
    expect(api, "answered twice")
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query("77")
    expect(api, "query is too old")
    late = api.press(shown, data="anything", expired=True)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(late["id"])


async def test_a_press_that_nobody_answers_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.botapi.server.GRACE", 0.01)
    with pytest.raises(AssertionError, match="never answered"):
        async with BotApiServer() as api:
            api.press(api.say("x"), data="d")


async def test_a_violation_fails_the_test_at_the_end() -> None:
    with pytest.raises(AssertionError, match="unheard"):
        async with BotApiServer() as api, aiohttp.ClientSession() as session:
            await Client(api, session).send("<unheard>x</unheard>")


async def test_a_violation_is_added_to_what_fails_before() -> None:
    with pytest.raises(ValueError, match="other") as caught:
        async with BotApiServer() as api:
            api.violations.append("something")
            raise ValueError("other")
    assert "something" in caught.value.__notes__[0]


async def test_inline_queries_are_answered_within_their_limits(
    api: BotApiServer, client: Client
) -> None:
    article = {
        "type": "article",
        "id": "1",
        "title": "x",
        "input_message_content": {"message_text": "<b>x</b>", "parse_mode": "HTML"},
    }
    query = api.type_inline("crimea")
    for results, words in (
        ([article] * 51, "RESULTS_TOO_MUCH"),
        ([article] * 2, "RESULT_ID_DUPLICATE"),
        ([article | {"id": "x" * 65}], "RESULT_ID_INVALID"),
        ([article | {"input_message_content": {"message_text": ""}}], "empty"),
        ([article | {"title": " "}], "RESULT_TITLE_EMPTY"),
        ([article | {"thumbnail_url": "i.ytimg.com/vi/x.jpg"}], "thumbnail_url"),
        ([article | {"url": "https://x"}], "url 'https://x' is invalid"),
    ):
        await client.call("answerInlineQuery", inline_query_id=query["id"], results=results)
        expect(api, words)
    good = {"inline_query_id": query["id"], "results": [article]}
    for button in ({}, {"start_parameter": "a b"}, {"start_parameter": "x" * 65}):
        above = {"text": "Open"} | button
        assert not (await client.call("answerInlineQuery", **good, button=above))["ok"]
        expect(api, "START_PARAM_INVALID" if button else "exactly one thing")
    assert not (await client.call("answerInlineQuery", **good, next_offset="x" * 65))["ok"]
    expect(api, "NEXT_OFFSET_INVALID")
    assert (await client.call("answerInlineQuery", **good))["ok"]
    assert (await api.answered(query))["results"] == [article]
    del article["title"]
    await client.call("answerInlineQuery", **good)
    expect(api, "results[0].title: missing")
