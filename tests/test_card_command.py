"""`/cite` on real notes: a payload opens its card, which leads on, or is told to be gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.card import cite
from bot.library import Library
from bot.reply import Reply, Request
from storage.citing import cite_of, from_payload, to_payload
from storage.model import Hit, NoteInfo
from storage.names import short_hash
from tests.library_fixture import hit, opened, requests, words
from tests.subscribing import labels, pressed

TULIPS = "The tulip of part 3 flowers."


def payload(of: Hit) -> str:
    return to_payload(cite_of(of))


async def send(library: Library, rest: str) -> Reply:
    return await cite(library, Request(f"/cite {rest}"), rest)


async def press(library: Library, reply: Reply, label: str) -> Reply:
    return await send(library, pressed(reply, label).request.removeprefix("/cite "))


def tulip() -> str:
    """The payload of a passage of the tiny notes."""
    key = "gardens/tulips.md"
    about = NoteInfo(key, short_hash(key), "Growing tulips", "gardens", "TinyVideo-A")
    return payload(hit(TULIPS, start=184, notes=(about,)))


async def test_a_payload_opens_its_card_and_leads_on_and_back(library: Library) -> None:
    reply = await send(library, tulip())
    about = "Growing tulips\ngardens · video: A year in the garden"
    assert words(reply) == f"{about}\n\n{TULIPS}\n3:04\n"
    later = await press(library, reply, "Later ▶")
    assert "Then it rests." in words(later)
    assert await press(library, later, "◀ Earlier") == reply


async def test_a_card_grows_and_shrinks(library: Library) -> None:
    reply = await send(library, tulip())
    longer = await press(library, reply, "Longer")
    assert f"Then it rests.\n{TULIPS} Then it rests.\n3:04\n" in words(longer)
    assert await press(library, longer, "Shorter") == reply


@pytest.mark.parametrize("rest", ["tampered", "{0}!", "n_abc", "'; drop table", "🌊" * 999])
async def test_what_is_no_citation_gets_a_polite_answer(library: Library, rest: str) -> None:
    reply = await send(library, rest.format(tulip()))
    assert words(reply) == (
        "I cannot read that citation. It may have been cut off, or is not one of mine."
    )
    assert (requests(reply), reply.found) == ({"Browse all topics": "/topic"}, False)


async def test_without_a_citation_it_says_what_it_does(library: Library) -> None:
    text = words(await send(library, ""))
    assert text == "/cite opens the passage that a citation names. Press the link of one to do so."


async def test_a_citation_of_an_unknown_video_says_so(library: Library) -> None:
    reply = await send(library, tulip().replace("TinyVideo-A", "TinyVideo-Z"))
    assert words(reply) == "The note no longer says this. No note is about its video now."
    assert labels(reply) == [["Browse all topics"]]


async def test_a_passage_that_is_gone_leaves_the_way_to_its_video(library: Library) -> None:
    gone = from_payload(tulip())
    assert gone is not None
    reply = await send(library, to_payload(replace(gone, start=9000, print="A" * 8)))
    assert words(reply) == "The note no longer says this."
    assert labels(reply) == [["All moments of this video"], ["Browse all topics"]]
    assert requests(reply)["All moments of this video"] == "/source TinyVideo-A"


async def test_a_citation_lives_through_a_rename_and_tells_of_a_change(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.settle = 0
        old = library.notes / "gardens/tulips.md"
        reply = await send(library, tulip())
        new = old.with_name("spring.md")
        old.rename(new)
        await library.reload()
        assert words(await send(library, tulip())) == words(reply)
        new.write_text(new.read_text("utf-8").replace("of part 3 flowers", "of three blooms"))
        await library.reload()
        changed = words(await send(library, tulip()))
        assert changed.startswith("The note has changed since; this is the nearest that another")
        assert "The tulip of three blooms." in changed


async def test_leafing_goes_on_to_the_last_moment_of_the_video(library: Library) -> None:
    reply = await send(library, tulip())
    starts = [reply.hits[0].moment.start]
    while "Later ▶" in labels(reply)[0]:
        reply = await press(library, reply, "Later ▶")
        starts.append(reply.hits[0].moment.start)
    assert starts == sorted(starts)
    assert len(starts) == 38
    assert "Storing bulbs" in words(reply)
