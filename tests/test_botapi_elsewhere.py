"""The Bot API server where the bot is no member: late answers, posted cards, mentions."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot

from tests.botapi import SUPERGROUP, BotApiServer, fixtures
from tests.botapi.elsewhere import LATE
from tests.botapi.fixtures import Client, expect
from tests.botapi.people import ALICE, ELSEWHERE

Json = dict[str, Any]
ARTICLE: Json = {
    "type": "article",
    "id": "1",
    "title": "x",
    "input_message_content": {"message_text": "<b>sea</b>", "parse_mode": "HTML"},
    "reply_markup": {"inline_keyboard": [[{"text": "go", "url": "https://youtu.be/a"}]]},
}

api, bot, client, table = fixtures.api, fixtures.bot, fixtures.client, fixtures.table


async def test_a_late_answer_is_refused_and_told_where_the_bot_had_the_time(
    api: BotApiServer, client: Client
) -> None:
    query = api.type_inline("sea")
    api.world.typed[query["id"]] -= LATE + 1
    answer = {"inline_query_id": query["id"], "results": [ARTICLE]}
    await client.call("getUpdates")
    refused = await client.call("answerInlineQuery", **answer)
    assert "query is too old" in refused["description"]
    assert api.violations == []
    api.world.updates.handed[query["id"]] -= LATE + 1
    assert not (await client.call("answerInlineQuery", **answer))["ok"]
    expect(api, "later than 10 s")


async def test_nobody_types_more_than_telegram_takes(api: BotApiServer) -> None:
    with pytest.raises(AssertionError, match="nobody can type more"):
        api.type_inline("x" * 257)
    with pytest.raises(AssertionError, match="no such offset"):
        api.type_inline("x", offset="x" * 65)


async def test_a_picked_card_is_posted_and_seen_where_the_bot_is_a_member(
    api: BotApiServer, client: Client, bot: Bot
) -> None:
    query = api.type_inline("sea")
    await client.call("answerInlineQuery", inline_query_id=query["id"], results=[ARTICLE])
    elsewhere = api.pick(query)
    here = api.pick(query, chat=SUPERGROUP)
    for posted in (elsewhere, here):
        assert posted["text"] == "sea"
        assert posted["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
        assert posted["reply_markup"] == ARTICLE["reply_markup"]
    typed, seen = await bot.get_updates()
    assert typed.inline_query is not None
    assert seen.message is not None
    assert (seen.message.message_id, seen.message.chat.id) == (here["message_id"], SUPERGROUP["id"])
    assert seen.message.via_bot == await bot.get_me()


async def test_a_mention_is_answered_once_into_its_own_chat(
    api: BotApiServer, client: Client, bot: Bot
) -> None:
    assert (await bot.get_me()).supports_guest_queries
    asked = api.mention("who says so?", reply_to=api.overheard("The sea is salty."))
    (update,) = await bot.get_updates()
    told = update.guest_message
    assert told is not None
    assert told.reply_to_message is not None
    assert (told.text, told.guest_query_id) == (
        "@tubenotes_bot who says so?",
        asked["guest_query_id"],
    )
    assert told.reply_to_message.text == "The sea is salty."
    answer = {"guest_query_id": asked["guest_query_id"], "result": ARTICLE}
    sent = await client.call("answerGuestQuery", **answer)
    assert sent["result"]["inline_message_id"]
    assert (await api.answered(asked))["result"] == ARTICLE
    assert (api.posted(asked)["text"], api.posted(asked)["chat"]) == ("sea", ELSEWHERE)
    await client.call("answerGuestQuery", **answer)
    expect(api, "query is too old")
    await client.call("sendMessage", chat_id=ELSEWHERE["id"], text="x")
    assert api.world.sent[ELSEWHERE["id"]] == []


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"id": "x" * 65}, "RESULT_ID_INVALID"),
        ({"thumbnail_url": "x"}, "thumbnail_url"),
        ({"input_message_content": {"message_text": "x" * 4097}}, "too long"),
        ({"input_message_content": {"message_text": "<b>", "parse_mode": "HTML"}}, "end tag"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "Text buttons"),
    ],
)
async def test_the_answer_to_a_mention_keeps_to_the_limits(
    api: BotApiServer, client: Client, result: Json, words: str
) -> None:
    asked = api.mention(user=ALICE)["guest_query_id"]
    await client.call("answerGuestQuery", guest_query_id=asked, result=ARTICLE | result)
    expect(api, words)
