"""`/search` and plain words: passages, what narrows them, and what to do where there are none."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.reply import RepliedTo
from tests.library_fixture import ask, requests, words


async def test_plain_words_find_the_passage_with_its_moment(library: Library) -> None:
    reply = await ask(library, "Moon pulls harder")
    assert words(reply).startswith(
        "Tides come about because the Moon pulls harder on the near side"
    )
    assert "\n6:30 · night_sky · Tides and the pull of the Moon" in words(reply)
    assert reply.preview == "https://youtu.be/SampleTidal?t=390"
    assert {span.text for span in reply.text if span.bold} >= {"Moon pulls harder"}


async def test_search_as_a_reply_looks_for_the_words_replied_to(library: Library) -> None:
    reply = await ask(library, "/search", RepliedTo("Moon pulls harder"))
    assert reply.preview == "https://youtu.be/SampleTidal?t=390"


TALK = "Hello all, I read your long discussion about holidays. {} Who is in for lunch on Saturday?"


async def test_a_claim_in_the_midst_of_talk_is_what_a_reply_searches(library: Library) -> None:
    claim = "The Moon pulls harder on the near side of the Earth than on the far side!"
    reply = await ask(library, "/search", RepliedTo(TALK.format(claim)))
    assert reply.preview == "https://youtu.be/SampleTidal?t=390"
    assert reply.quote == claim
    assert "holidays" not in words(reply)


async def test_talk_in_which_no_sentence_is_said_by_a_note_is_searched_as_a_whole(
    library: Library,
) -> None:
    reply = await ask(library, "/search", RepliedTo(TALK.format("My compost sings to me.")))
    assert "holidays" in words(reply)
    assert any("compost" in hit.passage.text for hit in reply.hits)


async def test_a_channel_narrows_a_search(library: Library) -> None:
    reply = await ask(library, "compost channel:kitchens")
    assert {hit.note.channel for hit in reply.hits} == {"kitchens"}


async def test_without_a_word_the_bot_says_how_to_search(library: Library) -> None:
    for nothing in ("/search", "?", "🌊", '"" -'):
        reply = await ask(library, nothing)
        assert words(reply).startswith("Tell me what to look for. Quotes keep words together")
        for request in requests(reply).values():
            assert (await ask(library, request)).found


async def test_what_to_leave_out_alone_is_no_search(library: Library) -> None:
    assert "not only what to leave out" in words(await ask(library, "-tides"))


async def test_a_channel_alone_that_there_is_not_is_told(library: Library) -> None:
    reply = await ask(library, "/search channel:nosuch")
    assert words(reply) == "There is no channel like “nosuch” in these notes."
    assert not reply.found


async def test_a_channel_alone_leads_to_its_topics(library: Library) -> None:
    reply = await ask(library, "/search channel:garden")
    assert words(reply) == "Tell me what to look for in gardens, or browse its topics."
    followed = await ask(library, requests(reply)["Browse its topics"])
    assert "Growing tulips" in words(followed)


@pytest.mark.parametrize(
    "typed", ["https://youtu.be/SampleTidal?t=392", "SampleTidal", "video:SampleTidal"]
)
async def test_a_video_alone_shows_what_the_notes_say_in_it(library: Library, typed: str) -> None:
    reply = await ask(library, typed)
    assert words(reply).startswith("What the Moon does: phases, tides, eclipses\nnight_sky")
    assert reply.found


async def test_a_word_as_long_as_a_video_id_is_still_a_word(library: Library) -> None:
    reply = await ask(library, "astronomers")
    assert "Astronomers had another way" in words(reply)


async def test_nothing_found_says_for_what_and_leads_on(library: Library) -> None:
    reply = await ask(library, "unobtainium")
    assert words(reply) == "Nothing in these notes for “unobtainium”."
    assert requests(reply) == {"Browse all topics": "/topic"}


@pytest.mark.parametrize(
    ("typed", "read", "as_typed"),
    [
        ("antikithera", "antikythera", '/search "antikithera"'),
        (r"\antikithera", "antikythera", r'/search "\antikithera"'),
        ("moonpull", "moon pull", '/search "moonpull"'),
        ("egg shell", "eggshell", '/search "egg shell"'),
    ],
)
async def test_a_misspelt_word_is_mended_and_can_be_asked_as_typed(
    library: Library, typed: str, read: str, as_typed: str
) -> None:
    reply = await ask(library, typed)
    assert words(reply).startswith(f"Showing results for {read} (no note has “{typed}”).\n\n")
    assert reply.found
    assert requests(reply)["Search as typed"] == as_typed
    literal = await ask(library, as_typed)
    assert not literal.found
    assert requests(literal)


async def test_a_topic_narrows_a_search_and_may_be_misspelt(library: Library) -> None:
    for typed in ("compost", "compsot"):
        reply = await ask(library, f"/search peel topic:{typed}")
        assert {note.title for hit in reply.hits for note in hit.notes} == {"Compost"}
    unknown = await ask(library, "peel topic:zyzzyva")
    assert words(unknown).startswith("There is no topic like “zyzzyva” in these notes.")
    assert requests(unknown)["Search everywhere"] == "/search peel"


async def test_a_topic_alone_can_be_opened(library: Library) -> None:
    reply = await ask(library, "/search topic:tulips")
    assert words(reply) == "Tell me what to look for in “tulips”, or open the topic."
    assert requests(reply) == {"Open the topic": "/topic tulips"}


@pytest.mark.parametrize(
    ("typed", "button", "request_"),
    [
        ('"pulls softer"', "Search without quotes", "/search pulls softer"),
        ("moon -moon", "Search without “-”", "/search moon"),
        ("tides channel:kitchens", "Search everywhere", "/search tides"),
        ("tides channel:nosuch", "Search everywhere", "/search tides"),
        ("tides video:nosuch", "Search everywhere", "/search tides"),
    ],
)
async def test_a_question_too_narrow_can_be_asked_wider(
    library: Library, typed: str, button: str, request_: str
) -> None:
    reply = await ask(library, typed)
    assert not reply.found
    assert requests(reply)[button] == request_
    assert (await ask(library, request_)).found


async def test_an_unknown_channel_is_said_to_be_unknown(library: Library) -> None:
    text = words(await ask(library, "tides channel:nosuch"))
    assert text.startswith("There is no channel like “nosuch” in these notes.")


async def test_a_page_too_far_leads_back_to_the_first(library: Library) -> None:
    reply = await ask(library, "tides page:39")
    assert words(reply) == "There are no more moments for “tides”."
    assert requests(reply) == {"First page": "/search tides"}


async def test_a_long_question_is_repeated_short(library: Library) -> None:
    reply = await ask(library, "q" * 3000)
    assert len(words(reply)) < 200


@pytest.mark.parametrize("kind", ["channel", "topic"])
async def test_a_long_filter_is_repeated_short(library: Library, kind: str) -> None:
    reply = await ask(library, f'/search {kind}:"{"q" * 3000}" tides')
    assert words(reply).startswith(f"There is no {kind} like “qqq")
    assert len(words(reply)) < 200


async def test_what_stands_in_quotes_is_no_page(library: Library) -> None:
    reply = await ask(library, '/search "pulls page:2 harder"')
    assert words(reply).startswith('Nothing in these notes for “"pulls page:2 harder"”.')
    assert requests(reply)["Search without quotes"] == "/search pulls harder"


async def test_markup_in_a_note_is_shown_as_it_stands(library: Library) -> None:
    assert "Kettle <b>& pot</b>" in words(await ask(library, "kettle boils sings"))


async def test_a_few_words_beside_a_link_do_not_hide_it(library: Library) -> None:
    reply = await ask(library, "look at this https://youtu.be/SampleTidal?t=392")
    assert "night_sky · around 6:32" in words(reply)
