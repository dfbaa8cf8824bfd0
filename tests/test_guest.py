"""A mention in a chat that the bot is no member of: one honest card."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.guest import guest
from bot.inline import InlineCard
from bot.library import Library
from bot.reply import RepliedTo
from bot.text import to_plain, truncate

CLAIM = "The Moon pulls harder on the near side of the Earth than on its far side."
MOON = "https://youtu.be/SampleTidal?t=390"


def words(card: InlineCard) -> str:
    return to_plain(card.text)


async def test_a_claim_replied_to_gets_the_moment_that_says_it(library: Library) -> None:
    card = await guest(library, RepliedTo(CLAIM), "")
    assert words(card).startswith("Tides come about because the Moon pulls harder")
    assert card.preview == MOON


async def test_a_claim_beside_the_mention_does_too(library: Library) -> None:
    assert (await guest(library, None, CLAIM)).preview == MOON


async def test_the_message_replied_to_goes_before_the_words_beside_the_mention(
    library: Library,
) -> None:
    replied = RepliedTo("Peel and eggshell make good compost.")
    assert (await guest(library, replied, CLAIM)).preview == "https://youtu.be/TinyVideo-D?t=40"


async def test_the_words_count_where_the_message_replied_to_has_no_source(
    library: Library,
) -> None:
    assert (await guest(library, RepliedTo("Who says that?"), CLAIM)).preview == MOON


async def test_of_a_chatty_message_the_sentence_that_a_note_says_is_looked_for(
    library: Library,
) -> None:
    talk = f"You would not believe what my uncle told us yesterday. {CLAIM} He swears it!"
    assert (await guest(library, RepliedTo(talk), "")).preview == MOON


async def test_one_word_is_a_question_beside_the_mention_but_no_claim(library: Library) -> None:
    assert words(await guest(library, RepliedTo("Tides!"), "")).startswith("No source")
    assert (await guest(library, None, "tides")).preview


@pytest.mark.parametrize("replied", [RepliedTo("Cats rule the internet now."), None])
async def test_no_source_is_said_plainly(library: Library, replied: RepliedTo | None) -> None:
    card = await guest(library, replied, "" if replied else "Cats rule the internet now.")
    assert words(card) == "No source in these notes for “Cats rule the internet now.”."
    assert (card.preview, card.buttons) == ("", ())


async def test_what_only_comes_close_is_no_source(library: Library) -> None:
    card = await guest(library, RepliedTo("The Moon is made of compost and tulips."), "")
    assert words(card).startswith("No source in these notes")


async def test_a_link_gets_what_is_said_at_its_second(library: Library) -> None:
    moment = "https://youtu.be/TinyVideo-F?t=303"
    beside = f"That is what all the channels always say: {moment}"
    whole = beside.replace("?t=303", "")
    assert (await guest(library, RepliedTo("", (MOON,)), "")).preview == MOON
    assert (await guest(library, None, "https://youtu.be/TinyVideo-F?t=303")).preview == (
        "https://youtu.be/TinyVideo-F?t=303"
    )
    for text in (f"look: {moment}", beside):
        assert (await guest(library, RepliedTo(text), "")).preview == moment
    assert (await guest(library, RepliedTo(f"{CLAIM} {moment}"), "")).preview == MOON
    assert words(await guest(library, RepliedTo(whole), "")).startswith("No source")


async def test_a_second_that_nothing_is_cited_near_gets_the_nearest_one(library: Library) -> None:
    card = await guest(library, None, "https://youtu.be/TinyVideo-F?t=900")
    assert card.preview == "https://youtu.be/TinyVideo-F?t=321"


async def test_an_excerpt_of_ours_is_answered_by_itself(library: Library) -> None:
    shown = await guest(library, None, CLAIM)
    own = RepliedTo(words(shown), (shown.preview,), own=True)
    assert (await guest(library, own, "")).id == shown.id
    gone = RepliedTo("What was once said here, long ago.", ("https://youtu.be/GoneVideo-X",), True)
    assert words(await guest(library, gone, "")).startswith("No source in these notes")


@pytest.mark.parametrize("words_beside", ["", "  ", "\u200b"])
async def test_a_mention_alone_is_told_how_to_ask(library: Library, words_beside: str) -> None:
    assert words(await guest(library, None, words_beside)).startswith("Mention me in a reply")
    assert words(await guest(library, RepliedTo(""), "")).startswith("Mention me in a reply")


async def test_a_huge_message_gets_a_short_answer(library: Library) -> None:
    card = await guest(library, RepliedTo("Cats rule.\n" * 9_000), "🌊" * 4_000)
    assert truncate(card.text, 200) == card.text


async def test_an_index_that_cannot_be_read_is_told_kindly(tmp_path: Path) -> None:
    library = Library.open(tmp_path, tmp_path / "data")
    shutil.rmtree(tmp_path / "data")
    card = await guest(library, None, CLAIM)
    library.close()
    assert words(card).startswith("I cannot look into the notes right now")


async def test_a_claim_that_takes_too_long_is_given_up(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.library.QUERY_SECONDS", -1.0)
    monkeypatch.setattr("bot.library._STEPS", 1)
    assert words(await guest(library, None, CLAIM)).startswith("That took too long")
