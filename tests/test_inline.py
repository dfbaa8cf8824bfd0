"""`@bot words`: what a reader sees above the field, and what is posted once a card is picked."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.inline import _different, hit_card, inline, words_card
from bot.library import Library
from bot.payloads import asked_by
from bot.text import to_plain
from storage.citing import cite_of, from_payload
from storage.model import Moment, Trust
from tests.hostile import PIECES
from tests.inline_fixture import check, check_card, titles
from tests.library_fixture import LONG_SENTENCE, hit, info

LONG = "the Moon pulls harder on the near side of the Earth than on its far side"


async def test_words_find_cards_with_title_excerpt_channel_and_time(library: Library) -> None:
    card = (await inline(library, "Moon pulls harder")).cards[0]
    assert card.title == "Tides and the pull of the Moon"
    assert card.description.startswith("Tides come about because the Moon pulls harder")
    assert card.description.endswith(" · night_sky · 6:30")
    assert card.thumbnail == "https://i.ytimg.com/vi/SampleTidal/mqdefault.jpg"


async def test_what_is_posted_is_a_quote_then_who_says_it_and_the_link(library: Library) -> None:
    card = (await inline(library, "Moon pulls harder")).cards[0]
    quote = "".join(span.text for span in card.text if span.quote)
    after = [span for span in card.text if not span.quote]
    assert quote.startswith("Tides come about because the Moon pulls harder")
    assert to_plain(after) == "\nnight_sky · Tides and the pull of the Moon · 6:30"
    assert after[-1].url == card.preview == "https://youtu.be/SampleTidal?t=390"


async def test_a_posted_card_opens_the_moment_and_the_private_chat(library: Library) -> None:
    card = (await inline(library, "Moon pulls harder")).cards[0]
    ((play, more),) = card.buttons
    assert (play.text, play.url) == ("▶ 6:30", card.preview)
    assert more.start == card.id
    assert from_payload(more.start) is not None


async def test_a_time_that_cannot_be_read_is_said_to_be_in_what_is_posted() -> None:
    lost = Moment("TinyVideo-E", 0, Trust.START)
    card = hit_card(hit("A ladle is long.", moments=(lost,)))
    assert card.description.endswith("start of the video")
    assert to_plain(card.text).endswith("start of the video (the note's time cannot be read)")
    assert card.preview == "https://youtu.be/TinyVideo-E"


async def test_every_page_leads_on_to_other_cards(library: Library) -> None:
    seen: list[str] = []
    answer = await inline(library, "tulip")
    while True:
        check(answer)
        seen += [card.id for card in answer.cards]
        if not answer.next_offset:
            break
        answer = await inline(library, "tulip", answer.next_offset)
    assert len(seen) == len(set(seen)) > 20


@pytest.mark.parametrize("offset", ["x", "-5", "２０", "20 ", "1" * 64, "1.5", "\0"])
async def test_a_tampered_offset_is_the_first_page(library: Library, offset: str) -> None:
    assert await inline(library, "tulip", offset) == await inline(library, "tulip")


@pytest.mark.parametrize("text", ["tulip", "", "https://youtu.be/TinyVideo-A", "channel:gardens"])
async def test_after_the_last_page_there_is_one_card_that_says_so(
    library: Library, text: str
) -> None:
    answer = await inline(library, text, "900")
    assert titles(answer) == ["No more"]
    assert not answer.next_offset


async def test_operators_narrow_as_in_search(library: Library) -> None:
    found = await inline(library, "compost channel:kitchens")
    assert titles(found) == ["Compost"]
    assert "kitchens" in found.cards[0].description
    without = await inline(library, "compost -eggshell")
    assert all("eggshell" not in to_plain(card.text) for card in without.cards)
    phrase = await inline(library, '"Moon pulls harder"')
    assert {card.title for card in phrase.cards} == {"Tides and the pull of the Moon"}
    assert titles(await inline(library, "video:TinyVideo-D compost")) == ["Compost"]
    assert set(titles(await inline(library, "topic:bulbs"))) == {"Storing bulbs"}


async def test_a_last_word_that_is_not_finished_finds_what_begins_so(library: Library) -> None:
    assert titles(await inline(library, "compost eggsh")) == titles(
        await inline(library, "compost eggshell")
    )


async def test_a_misspelt_word_is_mended_and_said_above_the_cards(library: Library) -> None:
    answer = await inline(library, "eggshel peel")
    assert titles(answer)[0] == "Compost"
    misspelt = await inline(library, "eggshlel peel")
    assert misspelt.button == "Showing results for “eggshell peel”"
    narrowed = await inline(library, "Eggshlel channel:kitchens -tulip")
    assert narrowed.button == "Showing results for “eggshell channel:kitchens -tulip”"


async def test_nothing_typed_shows_a_moment_of_each_note(library: Library) -> None:
    seen: list[str] = []
    answer = await inline(library, "")
    assert answer.button == "What can this bot do?"
    assert await asked_by(library, answer.start) == "/start"
    while True:
        check(answer)
        seen += titles(answer)
        if not answer.next_offset:
            break
        answer = await inline(library, "", answer.next_offset)
    notes = (await library.counts()).notes
    assert len(seen) == notes - 1  # one cites no moment


async def test_a_channel_that_was_taken_for_another_one_is_named_above_the_cards(
    library: Library,
) -> None:
    for typed in ("tulip channel:garden", "channel:garden"):
        found = await inline(library, typed)
        assert all("gardens" in card.description for card in found.cards)
        words = "channel:gardens tulip" if "tulip" in typed else "channel:gardens"
        assert found.button == f"Showing results for “{words}”"
    assert (await inline(library, "channel:GARDENS")).button == "Search in the private chat"


async def test_a_channel_alone_shows_its_notes(library: Library) -> None:
    assert set(titles(await inline(library, "channel:gardens"))) == {
        "Growing tulips",
        "Storing bulbs",
        "Compost",
    }


@pytest.mark.parametrize("text", ["the", "?", "-tides", "🌊", "a"])
async def test_too_little_to_look_for_is_told(library: Library, text: str) -> None:
    assert titles(await inline(library, text)) == ["Search these notes"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("xqzw plorf", "Nothing in these notes for “xqzw plorf”."),
        ("tides channel:zzzz", "There is no channel like “zzzz” in these notes."),
        ("channel:zzzz", "There is no channel like “zzzz” in these notes."),
        ("topic:zzzz", "There is no topic like “zzzz” in these notes."),
    ],
)
async def test_nothing_found_is_a_card_that_says_so(library: Library, text: str, told: str) -> None:
    answer = await inline(library, text)
    assert [(card.title, card.description) for card in answer.cards] == [("Nothing found", told)]
    assert to_plain(answer.cards[0].text) == told
    assert answer.button == "Search in the private chat"


@pytest.mark.parametrize("text", ["tides", "-tides", "“вода” 🌊", LONG, LONG * 3])
async def test_the_button_above_leads_to_the_same_question_in_private(
    library: Library, text: str
) -> None:
    answer = await inline(library, text)
    if answer.kept:
        await library.keep_request(answer.start, answer.kept)
    assert await asked_by(library, answer.start) == f"/search {text[:256]}"


def test_two_cards_of_one_id_are_one() -> None:
    one, other = hit_card(hit("The sea.")), hit_card(hit("The land."))
    same = hit_card(replace(hit("The sea."), score=0.5))
    assert _different([one, other, same]) == (same, other)


async def test_an_index_that_cannot_be_read_is_told_and_not_cached(tmp_path: Path) -> None:
    library = Library.open(tmp_path, tmp_path / "data")
    shutil.rmtree(tmp_path / "data")
    answer = await inline(library, "tides")
    library.close()
    assert to_plain(answer.cards[0].text).startswith("I cannot look into the notes right now")
    assert not answer.lasting
    check(answer)


async def test_a_question_that_takes_too_long_is_given_up(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.library.QUERY_SECONDS", -1.0)
    monkeypatch.setattr("bot.library._STEPS", 1)
    answer = await inline(library, "tides")
    assert to_plain(answer.cards[0].text).startswith("That question took too long")
    assert not answer.lasting


async def test_before_all_notes_are_read_nothing_is_cached(tmp_path: Path) -> None:
    library = Library.open(tmp_path, tmp_path / "data")
    answer = await inline(library, "")
    library.close()
    assert not answer.lasting
    assert to_plain(answer.cards[0].text) == "There are no notes yet."


TYPED = st.lists(
    st.sampled_from(
        [
            *("tides", "tulip", "the", " ", "-", '"', "page:2", "channel:", "gardens", "topic:"),
            *("video:TinyVideo-A", "https://youtu.be/TinyVideo-A?t=60", "cite:", " long", "🌊"),
            *("cSampleTidal", "\0", "\ud800", "\u202e", "TinyVideo-A", "wann"),
        ]
    )
    | st.text(max_size=8)
    | st.text(st.characters(min_codepoint=0x20), max_size=300)
).map("".join)
OFFSETS = st.integers().map(str) | st.sampled_from(["", "20", "40", "0020"]) | st.text(max_size=70)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TYPED, OFFSETS)
def test_any_query_and_offset_get_cards_within_limits(
    library: Library, text: str, offset: str
) -> None:
    check(asyncio.run(inline(library, text, offset)))


WORDS = st.lists(
    st.sampled_from([*PIECES, "<b>", "&", "🌊" * 40, "word " * 200, LONG_SENTENCE])
    | st.text(max_size=40)
).map("".join)


@given(WORDS, WORDS, WORDS, st.sampled_from(Trust), st.integers(0, 10**6))
def test_any_note_makes_a_card_within_limits(
    words: str, title: str, channel: str, trust: Trust, start: int
) -> None:
    moments = (Moment("TinyVideo-A", 0 if trust is Trust.START else start, trust),) * 3
    note = replace(info(f"T{title}", f"C{channel}", "a/b.md"), ref="0123456789")
    made = hit(f"W {words}", "word", "w", before=words, moments=moments, notes=(note,))
    card = hit_card(made)
    check_card(card)
    assert from_payload(card.id) == cite_of(made)
    assert len(card.description) < 400
    assert any(span.url == card.preview for span in card.text)


@given(st.text(max_size=300))
def test_any_words_make_a_card(text: str) -> None:
    check_card(words_card(f"Nothing for {text}"))
