"""Guest messages: one answer each, to the message replied to or what was quoted of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from telegram import Bot, Message

from bot.circle import Circle, Serves
from bot.cooldown import MENTIONS
from bot.guest import guest
from bot.inline import InlineCard, words_card
from bot.library import Library
from bot.reply import RepliedTo
from bot.telegram.client import make_bot
from bot.telegram.guest import AskGuest, Guest
from bot.telegram.incoming import Reader
from bot.telegram.outgoing import outgoing
from tests.botapi.errors import Json
from tests.botapi.people import (
    ALICE,
    ANONYMOUS_ADMIN,
    BOB,
    CHANNEL,
    CHANNEL_SENDER,
    ELSEWHERE,
)
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, settings_for

EVERYBODY = Circle(frozenset(), frozenset()).serves
CLAIM = "The Moon pulls harder on the near side of the Earth than on its far side."
POST = {"type": "channel", "date": 1_700_000_000, "message_id": 5, "chat": CHANNEL}


@dataclass
class Notes:
    """Keeps what was asked. "broken" fails."""

    asked: list[tuple[RepliedTo | None, str]] = field(default_factory=list)

    async def ask(self, replied_to: RepliedTo | None, words: str) -> InlineCard:
        self.asked.append((replied_to, words))
        if "broken" in words:
            raise ZeroDivisionError("a secret of the house")
        return words_card(f"You: {words}")


@asynccontextmanager
async def _served(
    ask: AskGuest, serves: Serves = EVERYBODY
) -> AsyncIterator[tuple[BotApiServer, Bot, Guest]]:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        rendered = partial(outgoing, kept=Oracle(), bot_name="tubenotes_bot")
        replied_to = Reader(bot.bot, frozenset()).replied_to
        yield api, bot, Guest(bot, ask, rendered, replied_to, serves)


def _only(chat_id: int) -> Serves:
    return Circle(frozenset({chat_id}), frozenset()).serves


async def _mention(
    api: BotApiServer, bot: Bot, served: Guest, text: str = "@tubenotes_bot", **more: Any
) -> list[str]:
    """Mention the bot; the texts that were posted as an answer so far."""
    read = Message.de_json(api.mention() | {"text": text} | more, bot)
    assert read
    await served.asked(read)
    calls = api.called("answerGuestQuery")
    return [call["result"]["input_message_content"]["message_text"] for call in calls]


async def test_the_claim_replied_to_is_answered_with_its_moment(library: Library) -> None:
    async with _served(partial(guest, library)) as (api, bot, served):
        (text,) = await _mention(api, bot, served, reply_to_message=api.overheard(CLAIM))
        (call,) = api.called("answerGuestQuery")
    assert call["guest_query_id"] in api.world.guests
    assert text.startswith("<blockquote>Tides come about because the")
    assert "https://youtu.be/SampleTidal?t=390" in text
    result = call["result"]
    assert result["type"] == "article"
    preview = result["input_message_content"]["link_preview_options"]
    assert preview["url"] == "https://youtu.be/SampleTidal?t=390"
    assert result["reply_markup"]["inline_keyboard"][0][1]["url"].startswith("https://t.me/tube")


async def test_that_there_is_no_source_is_said(library: Library) -> None:
    async with _served(partial(guest, library)) as (api, bot, served):
        cats = api.overheard("Cats rule it all.")
        texts = await _mention(api, bot, served, reply_to_message=cats)
    assert texts == ["No source in these notes for “Cats rule it all.”."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@tubenotes_bot", ""),
        ("@TubeNotes_Bot who says so?", "who says so?"),
        ("who says so, @tubenotes_bot?", "who says so,  ?"),
        ("/source@tubenotes_bot", ""),
        ("@tubenotes_bot /source cats purr", "cats purr"),
        ("@tubenotes_bot_2 and @tubenotes_bot", "@tubenotes_bot_2 and"),
    ],
)
async def test_the_words_are_what_stands_beside_the_mention(text: str, words: str) -> None:
    notes = Notes()
    async with _served(notes.ask) as (api, bot, served):
        await _mention(api, bot, served, text)
    assert notes.asked == [(None, words)]


async def test_the_quoted_part_a_caption_and_a_forwarded_post_count() -> None:
    notes = Notes()
    quote = {"text": "cats purr", "position": 5, "is_manual": True}
    async with _served(notes.ask) as (api, bot, served):
        said = api.overheard("Hear: cats purr and dogs bark")
        await _mention(api, bot, served, reply_to_message=said, quote=quote)
        photo = api.overheard("", caption="cats on a photo", forward_origin=POST)
        await _mention(api, bot, served, reply_to_message=photo)
    replied = [one.text for one, _ in notes.asked if one]
    assert replied == ["cats purr", "cats on a photo"]


@pytest.mark.parametrize(
    "more",
    [
        {"guest_query_id": ""},
        {"date": 1_700_000_000},
        {"from": ALICE | {"is_bot": True}},
        {"from": BOB},
    ],
)
async def test_old_mentions_other_bots_and_whoever_is_not_served_get_no_answer(more: Json) -> None:
    notes = Notes()
    async with _served(notes.ask, _only(ALICE["id"])) as (api, bot, served):
        assert await _mention(api, bot, served, **more) == []
    assert notes.asked == []


async def test_an_anonymous_administrator_is_answered() -> None:
    asked: Json = {"from": ANONYMOUS_ADMIN, "sender_chat": ELSEWHERE}
    async with _served(Notes().ask) as (api, bot, served):
        assert await _mention(api, bot, served, **asked) == ["You: "]


async def test_a_channel_is_answered_where_everyone_is() -> None:
    post: Json = {"from": None, "sender_chat": CHANNEL, "chat": CHANNEL}
    async with _served(Notes().ask) as (api, bot, served):
        assert await _mention(api, bot, served, **post) == ["You: "]
    async with _served(Notes().ask, _only(CHANNEL["id"])) as (api, bot, served):
        assert await _mention(api, bot, served, **post) == []


async def test_who_is_blocked_gets_no_answer_as_a_person_or_as_a_channel() -> None:
    notes, circle = Notes(), Circle(frozenset(), frozenset())
    circle.blocked.update({BOB["id"], CHANNEL["id"]})
    by_bob: Json = {"from": BOB}
    as_channel: Json = {"from": CHANNEL_SENDER, "sender_chat": CHANNEL}
    async with _served(notes.ask, circle.serves) as (api, bot, served):
        assert await _mention(api, bot, served, **by_bob) == []
        assert await _mention(api, bot, served, **as_channel) == []
    assert notes.asked == []


async def test_who_mentions_it_too_often_gets_no_answer_and_others_do() -> None:
    notes, by_bob = Notes(), dict[str, Any]({"from": BOB})
    async with _served(notes.ask) as (api, bot, served):
        for _ in range(MENTIONS.most + 5):
            await _mention(api, bot, served)
        assert len(api.called("answerGuestQuery")) == len(notes.asked) == MENTIONS.most
        await _mention(api, bot, served, **by_bob)
        assert len(api.called("answerGuestQuery")) == MENTIONS.most + 1


async def test_an_error_of_ours_is_told_without_its_secrets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with _served(Notes().ask) as (api, bot, served):
        (text,) = await _mention(api, bot, served, "@tubenotes_bot broken")
    assert text.startswith("Something went wrong on our side (error ")
    assert "secret" not in text
    assert text.split("error ")[1][:8] in caplog.text


async def test_a_query_that_is_too_old_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with _served(Notes().ask) as (api, bot, served):
        await _mention(api, bot, served, guest_query_id="old1")
    assert "could not be answered: BadRequest" in caplog.text


async def test_an_answer_that_did_not_get_out_is_sent_again() -> None:
    async with _served(Notes().ask) as (api, bot, served):
        api.fail("answerGuestQuery", 502, times=1)
        assert len(await _mention(api, bot, served)) == 2
