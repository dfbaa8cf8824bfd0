"""`@bot link` and `@bot cite:`: the moments of a pasted video, and one citation passed on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.card import cite
from bot.inline import PER_PAGE, hit_card, inline
from bot.library import Library
from bot.reply import Place, Request
from bot.text import to_plain
from storage.model import Moment
from tests.inline_fixture import check, check_card, times, titles
from tests.library_fixture import hit, info


async def test_a_pasted_link_gives_the_moments_of_its_video_in_time_order(
    library: Library,
) -> None:
    answer = await inline(library, "https://www.youtube.com/watch?v=TinyVideo-F")
    assert times(answer)[:3] == ["0:10", "5:00", "5:03"]
    assert {card.thumbnail.split("/")[4] for card in answer.cards} == {"TinyVideo-F"}


async def test_a_link_with_a_second_begins_there_and_has_the_others_after(
    library: Library,
) -> None:
    link = "https://youtu.be/TinyVideo-A?t=605"
    every = await inline(library, "https://youtu.be/TinyVideo-A")
    pages = [await inline(library, link)]
    while pages[-1].next_offset:
        pages.append(await inline(library, link, pages[-1].next_offset))
    shown = [one for page in pages for one in times(page)]
    assert shown[0] == "10:04"  # what stands half a minute before is not cut off
    assert "9:17" in shown[-3:]
    told = {card.id for page in pages for card in page.cards}
    assert len(told) == len(shown) > len(every.cards)


async def test_a_second_after_all_moments_begins_at_the_last_one(library: Library) -> None:
    answer = await inline(library, "https://youtu.be/TinyVideo-F?t=9999")
    assert times(answer)[:2] == ["5:21", "0:10"]


async def test_words_beside_a_link_are_looked_for_in_its_video(library: Library) -> None:
    answer = await inline(library, "https://youtu.be/TinyVideo-A cold")
    assert titles(answer) == ["Storing bulbs"]
    nowhere = await inline(library, "https://youtu.be/TinyVideo-A tides")
    assert len(nowhere.cards) == PER_PAGE


async def test_a_link_that_no_note_is_about_is_told(library: Library) -> None:
    answer = await inline(library, "https://youtu.be/NoSuchVideo")
    assert [to_plain(card.text) for card in answer.cards] == [
        "No note cites a moment of that video (NoSuchVideo)."
    ]


async def test_eleven_letters_are_a_word_where_they_are_no_video(library: Library) -> None:
    answer = await inline(library, "eggshellabc")
    assert to_plain(answer.cards[0].text) == "Nothing in these notes for “eggshellabc”."


async def test_a_shared_citation_is_exactly_the_card_that_was_seen(library: Library) -> None:
    found = (await inline(library, "Moon pulls harder")).cards[0]
    for ending in ("", " long"):
        (card,) = (await inline(library, f"cite:{found.id}{ending}")).cards
        asked = Request(f"/cite {found.id}{ending}", Place.GROUP)
        seen = await cite(library, asked, f"{found.id}{ending}")
        assert to_plain(card.text) == to_plain(seen.text).rstrip()
        assert card.preview == found.preview
        check_card(card)


async def test_a_shared_citation_leads_to_its_card_in_private(library: Library) -> None:
    found = (await inline(library, "Moon pulls harder")).cards[0]
    answer = await inline(library, f"cite:{found.id} long")
    assert answer.start == found.id
    assert answer.cards[0].buttons[0][1].start == found.id


@pytest.mark.parametrize("payload", ["", "zzz", "c" * 40, "cSampleTidal", "c!"])
async def test_a_citation_that_was_tampered_with_gets_a_polite_card(
    library: Library, payload: str
) -> None:
    answer = await inline(library, f"cite:{payload}")
    check(answer)
    assert [card.title for card in answer.cards] == ["Nothing found"]


async def test_a_citation_that_is_gone_says_so(library: Library) -> None:
    note = replace(info(), ref="0123456789")
    gone = hit_card(hit("Nobody says.", moments=(Moment("GoneVideo-X", 5),), notes=(note,)))
    (card,) = (await inline(library, f"cite:{gone.id}")).cards
    assert "no longer says this" in to_plain(card.text)
