"""What a link to the private chat opens: a citation, a note, a list of news, a search, or help."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.links import opened
from bot.payloads import payload_of
from bot.reply import Reply, Request
from bot.search import search
from storage.citing import cite_of, to_payload
from storage.names import short_hash
from tests.library_fixture import ask, requests, words

LONG = "which of the tulips in this long garden story flowers in which of its many parts"


async def follow(library: Library, payload: str) -> Reply | None:
    """What `/start PAYLOAD` opens."""
    return await opened(library, Request(f"/start {payload}"), payload)


async def test_a_citation_opens_its_card(library: Library) -> None:
    found = await ask(library, '/search "peel and eggshell"')
    card = await follow(library, to_payload(cite_of(found.hits[0])))
    assert card is not None
    assert words(card).startswith("Compost\nkitchens\n\nPeel and eggshell make good compost.")


async def test_a_note_and_a_list_of_news_open_or_say_that_they_are_gone(library: Library) -> None:
    note = await follow(library, f"n_{short_hash('gardens/tulips.md')}")
    assert note is not None
    assert words(note).startswith("Growing tulips")
    gone = await follow(library, "n_nosuchnote")
    assert gone is not None
    assert words(gone).startswith("That note is no longer in the folder")
    news = await follow(library, "d_nosuchlist")
    assert news is not None
    assert words(news).startswith("I no longer have that list of notes.")


async def test_a_question_on_its_way_is_asked(library: Library) -> None:
    for text in ("tulip", "channel:gardens tulip", LONG):
        payload, kept = payload_of(text)
        if kept:
            await library.keep_request(payload, kept)
        asked = await search(library, Request(f"/search {text}"), text)
        assert await follow(library, payload) == asked


async def test_a_question_that_is_not_kept_any_more_is_asked_for(library: Library) -> None:
    reply = await follow(library, "k_AAAAAAAAAAAAAAAA")
    assert reply is not None
    assert words(reply) == "I have lost the question of that link. Please type it here."
    assert not reply.found


async def test_who_asks_what_this_is_gets_the_same_as_from_start(library: Library) -> None:
    """The button above the cards where nothing is typed yet."""
    assert await ask(library, "/start q_") == await ask(library, "/start")


@pytest.mark.parametrize("payload", ["c", "n_", "d_", "q_4pi", "q_\N{SNOWMAN}", "hello", "C" * 64])
async def test_what_is_no_link_of_ours_opens_nothing_and_start_says_so(
    library: Library, payload: str
) -> None:
    assert await follow(library, payload) is None
    reply = await ask(library, f"/start {payload}")
    assert words(reply).startswith("I do not know what that link was to open. Here is what I can")
    assert requests(reply) == requests(await ask(library, "/start"))
