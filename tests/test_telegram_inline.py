"""Inline queries: answered in time, once, the newest of each person, within Telegram's limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from telegram import Bot, InlineQuery

from bot.circle import Circle
from bot.cooldown import Rate
from bot.inline import InlineAnswer, inline, words_card
from bot.library import Library
from bot.payloads import asked_by
from bot.telegram.client import make_bot
from bot.telegram.inline import Inline
from bot.telegram.outgoing import outgoing
from storage.errors import FullError
from tests.botapi.people import ALICE, BOB
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, settings_for

Json = dict[str, Any]
EVERYBODY = Circle(frozenset(), frozenset()).serves
LONG = "the Moon pulls harder on the near side of the Earth than on its far side"


@dataclass
class Notes:
    """Answers with what was asked. "slow" waits for `go`, "broken" fails, "long" is to be kept."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, text: str, offset: str) -> InlineAnswer:
        self.asked.append((text, offset))
        self.busy.set()
        if "slow" in text:
            await self.go.wait()
        if "broken" in text:
            raise ZeroDivisionError("a secret of the house")
        answer = InlineAnswer((words_card(f"You: {text}"),))
        long = replace(answer, start=f"k_{text[-1]}", kept=f"/search {text}")
        return long if "long" in text else answer


def _inline(bot: Bot, notes: Notes, oracle: Oracle | None = None, **more: Any) -> Inline:
    oracle = oracle or Oracle()
    rendered = partial(outgoing, kept=oracle, bot_name="tubenotes_bot")
    given: Json = {"serves": EVERYBODY, "still": 0.01} | more
    return Inline(bot, notes.ask, oracle, rendered, **given)


def _read(query: Json, bot: Bot) -> InlineQuery:
    read = InlineQuery.de_json(query, bot)
    assert read
    return read


async def _type(api: BotApiServer, bot: Bot, inline: Inline, text: str, **more: Any) -> Json:
    """Type it and wait until it is dealt with; what came of it."""
    query = api.type_inline(text, **more)
    await inline.taken(_read(query, bot))()
    return api.world.inline[query["id"]] or {}


def _texts(answer: Json) -> list[str]:
    return [one["input_message_content"]["message_text"] for one in answer["results"]]


@asynccontextmanager
async def _real(library: Library) -> AsyncIterator[tuple[BotApiServer, Bot, Inline]]:
    """Inline mode with the real library behind it."""
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        rendered = partial(outgoing, kept=library, bot_name="tubenotes_bot")
        ask = partial(inline, library)
        yield api, bot, Inline(bot, ask, library, rendered, EVERYBODY, late=60.0, still=0.01)


async def test_a_card_arrives_as_a_reader_sees_it_and_as_it_is_posted(library: Library) -> None:
    async with _real(library) as (api, bot, served):
        answer = await _type(api, bot, served, "Moon pulls harder")
    first = answer["results"][0]
    assert first["type"] == "article"
    assert first["title"] == "Tides and the pull of the Moon"
    assert first["description"].endswith(" · night_sky · 6:30")
    assert first["thumbnail_url"] == "https://i.ytimg.com/vi/SampleTidal/mqdefault.jpg"
    posted = first["input_message_content"]
    assert posted["parse_mode"] == "HTML"
    assert posted["message_text"].startswith("<blockquote>Tides come about because the <b>Moon")
    assert posted["message_text"].endswith(
        "</blockquote>\nnight_sky · Tides and the pull of the Moon · "
        '<a href="https://youtu.be/SampleTidal?t=390">6:30</a>'
    )
    assert posted["link_preview_options"]["url"] == "https://youtu.be/SampleTidal?t=390"
    assert posted["link_preview_options"]["prefer_small_media"]
    ((play, more),) = first["reply_markup"]["inline_keyboard"]
    assert (play["text"], play["url"]) == ("▶ 6:30", "https://youtu.be/SampleTidal?t=390")
    assert more["url"] == f"https://t.me/tubenotes_bot?start={first['id']}"


async def test_pages_follow_each_other_to_the_end(library: Library) -> None:
    seen: list[str] = []
    offset = ""
    async with _real(library) as (api, bot, served):
        while True:
            answer = await _type(api, bot, served, "tulip", offset=offset)
            seen += [one["id"] for one in answer["results"]]
            offset = answer["next_offset"]
            if not offset:
                break
    assert len(seen) == len(set(seen)) > 20


async def test_a_reload_shows_soon_and_all_share_what_is_cached(library: Library) -> None:
    async with _real(library) as (api, bot, served):
        answer = await _type(api, bot, served, "tulip")
    assert answer["cache_time"] == 15
    assert not answer["is_personal"]


async def test_where_only_some_are_served_no_answer_is_given_to_others() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        notes = Notes()
        circle = Circle(frozenset({ALICE["id"]}), frozenset())
        served = _inline(bot, notes, serves=circle.serves, personal=circle.private)
        mine = await _type(api, bot, served, "cats")
        other = await _type(api, bot, served, "cats", user=BOB)
    assert _texts(mine) == ["You: cats"]
    assert mine["is_personal"]
    assert other["results"] == []
    assert other["is_personal"]
    assert other["cache_time"] == 300
    assert "button" not in other
    assert notes.asked == [("cats", "")]


async def test_who_types_too_much_gets_nothing_for_a_few_seconds_and_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.inline.TYPING", Rate(3, 60.0))
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        notes = Notes()
        served = _inline(bot, notes)
        for at in range(3):
            assert _texts(await _type(api, bot, served, f"c{at}")) == [f"You: c{at}"]
        pause = await _type(api, bot, served, "one more")
        other = await _type(api, bot, served, "cats", user=BOB)
    assert (pause["results"], pause["cache_time"], pause["is_personal"]) == ([], 5, True)
    assert "button" not in pause
    assert _texts(other) == ["You: cats"]
    assert ("one more", "") not in notes.asked


async def test_the_button_above_leads_to_the_private_chat_with_the_query(
    library: Library,
) -> None:
    async with _real(library) as (api, bot, served):
        for text in ("xqzw plorf", LONG):
            answer = await _type(api, bot, served, text)
            payload = answer["button"]["start_parameter"]
            assert answer["button"]["text"] == "Search in the private chat"
            assert await asked_by(library, payload) == f"/search {text}"


async def test_of_what_is_typed_quickly_only_the_newest_is_answered() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        notes = Notes()
        served = _inline(bot, notes)
        queries = [api.type_inline(text) for text in ("slow c", "slow ca", "cat")]
        first = asyncio.ensure_future(served.taken(_read(queries[0], bot))())
        await notes.busy.wait()
        later = [served.taken(_read(query, bot)) for query in queries[1:]]
        notes.go.set()
        await asyncio.gather(first, *(job() for job in later))
        answers = [api.world.inline[query["id"]] for query in queries]
    assert answers[:2] == [None, None]
    assert answers[2]
    assert _texts(answers[2]) == ["You: cat"]
    assert [text for text, _ in notes.asked] == ["slow c", "cat"]


async def test_two_people_do_not_stand_in_each_others_way() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        served = _inline(bot, Notes())
        queries = [api.type_inline("cats"), api.type_inline("dogs", user=BOB)]
        jobs = [served.taken(_read(query, bot)) for query in queries]
        await asyncio.gather(*(job() for job in jobs))
        assert all(api.world.inline[query["id"]] for query in queries)


async def test_fifty_at_once_are_all_answered(library: Library) -> None:
    async with _real(library) as (api, bot, served):
        people = [ALICE | {"id": 5_000 + at} for at in range(50)]
        queries = [api.type_inline("tulip", user=person) for person in people]
        await asyncio.gather(*(served.taken(_read(query, bot))() for query in queries))
        assert all(api.world.inline[query["id"]] for query in queries)


async def test_a_late_answer_is_not_sent() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        served = _inline(bot, Notes(), late=0.05)
        async with asyncio.timeout(60):
            assert await _type(api, bot, served, "slow") == {}
        assert api.called("answerInlineQuery") == []
        served._late = 60.0
        assert await _type(api, bot, served, "cats") != {}


async def test_an_answer_that_did_not_get_out_is_sent_again() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.fail("answerInlineQuery", 502, times=1)
        answer = await _type(api, bot, _inline(bot, Notes()), "cats")
    assert _texts(answer) == ["You: cats"]


async def test_a_query_that_telegram_knows_no_more_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.fail("answerInlineQuery", 400, "Bad Request: query is too old")
        assert await _type(api, bot, _inline(bot, Notes()), "cats") == {}
    assert "Query is too old" in caplog.text


async def test_an_error_of_ours_is_told_without_its_secrets_and_not_cached(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        answer = await _type(api, bot, _inline(bot, Notes()), "broken")
    (text,) = _texts(answer)
    assert text.startswith("Something went wrong on our side (error ")
    assert "secret" not in text
    assert answer["cache_time"] == 0
    assert answer["is_personal"]
    assert text.split("error ")[1][:8] in caplog.text


async def test_of_a_long_question_only_what_was_typed_in_the_end_is_kept() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        oracle = Oracle()
        served = _inline(bot, Notes(), oracle, still=0.2)
        queries = [api.type_inline(text) for text in ("long a", "long ab")]
        first = asyncio.ensure_future(served.taken(_read(queries[0], bot))())
        await api.answered(queries[0])
        await served.taken(_read(queries[1], bot))()
        await first
    assert oracle.kept == {"k_b": "/search long ab"}


async def test_a_question_that_cannot_be_kept_is_answered_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Full(Oracle):
        async def keep_request(self, key: str, request: str) -> None:
            raise FullError("the disk is full")

    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        assert await _type(api, bot, _inline(bot, Notes(), Full()), "long") != {}
    assert "the disk is full" in caplog.text


async def test_nobody_is_remembered_who_was_answered() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        served = _inline(bot, Notes())
        await _type(api, bot, served, "cats")
        await _type(api, bot, served, "long", user=BOB)
        assert served._newer == {}
