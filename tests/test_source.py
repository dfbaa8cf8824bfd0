"""`/source`: what the notes say for a claim, and in a video."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.source import link_in
from tests.library_fixture import ask, requests, words

LINK = "https://youtu.be/SampleTidal?t=392"
PULLS = "Tides come about because the Moon pulls harder on the near side of the Earth"


@pytest.mark.parametrize(
    "claim",
    ["The Moon pulls harder on the near side", "the moon's pull is harder on its near side"],
)
async def test_a_claim_leads_to_the_moment_that_says_it(library: Library, claim: str) -> None:
    reply = await ask(library, f"/source {claim}")
    assert words(reply).startswith(("Source\n", "Sources\n"))
    assert PULLS in words(reply)
    assert reply.preview == "https://youtu.be/SampleTidal?t=390"
    assert reply.found


@pytest.mark.parametrize("claim", ["The Earth is flat", "bananas are blue", "kettles cause autism"])
async def test_what_the_notes_do_not_say_has_no_source(library: Library, claim: str) -> None:
    reply = await ask(library, f"/source {claim}")
    assert words(reply).startswith(f"No source in these notes for “{claim}”.")
    assert not reply.found


async def test_a_claim_of_unknown_words_leads_on(library: Library) -> None:
    reply = await ask(library, "/source xylophones zigzag quietly")
    assert words(reply) == "No source in these notes for “xylophones zigzag quietly”."
    assert requests(reply) == {"Browse all topics": "/topic"}


@pytest.mark.parametrize(
    "claim",
    [
        "Gears pull the Moon",  # words of the notes, but nobody says it
        "Kettles never sing",
        "The Moon pulls harder on the near side in 1999",
        "Kettle founded Compost",
    ],
)
async def test_a_claim_that_turns_round_what_is_said_has_no_source(
    library: Library, claim: str
) -> None:
    reply = await ask(library, f"/source {claim}")
    assert words(reply).startswith(f"No source in these notes for “{claim}”.")
    assert not reply.found


async def test_what_only_comes_close_is_no_list_to_leaf_through(library: Library) -> None:
    reply = await ask(library, "/source Kettles never sing")
    assert "Closest mention" in words(reply)
    assert (len(reply.hits) <= 3, reply.more) == (True, False)


async def test_a_single_word_is_no_claim(library: Library) -> None:
    assert words(await ask(library, "/source eggshell")).startswith("Where “eggshell” is said\n")


async def test_after_the_sources_come_the_closest_mentions_and_never_a_source_again(
    library: Library,
) -> None:
    for claim in (
        "moon",
        "the moon and the earth",
        "kettle sings",
        "tulip flowers",
        "The Moon pulls",
    ):
        reply = await ask(library, f"/source {claim}")
        seen, close = [hit.moment for hit in reply.hits], "Closest" in words(reply)
        while reply.more:
            reply = await ask(library, requests(reply)["▶ More"])
            assert reply.found
            assert reply.hits
            assert not (close and words(reply).startswith(("Source", "Where")))
            close = close or "Closest" in words(reply)
            seen += [hit.moment for hit in reply.hits]
        assert len(seen) == len(set(seen))


async def test_the_words_of_a_claim_are_searched_without_what_a_search_would_read_into_them(
    library: Library,
) -> None:
    claim = '"-40 kettles" over Siberia: every "purple summer" -sings --loudly'
    reply = await ask(library, f"/source {claim}")
    assert words(reply) == f"No source in these notes for “{claim}”."
    request = requests(reply)["Search its words"]
    assert request == "/search 40 kettles over Siberia every purple summer sings loudly"
    assert (await ask(library, request)).found


async def test_a_page_in_quotes_is_part_of_the_claim(library: Library) -> None:
    reply = await ask(library, '/source "xylophones page:2 zigzag"')
    assert words(reply) == 'No source in these notes for “"xylophones page:2 zigzag"”.'


async def test_a_claim_of_the_shape_of_an_id_is_looked_for_as_a_claim(library: Library) -> None:
    reply = await ask(library, "/source bulb-sleeps")
    assert words(reply).startswith("Source\nA bulb sleeps through winter.\n1:05")
    assert reply.found


async def test_words_of_the_shape_of_an_id_that_only_come_close_are_no_video_either(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.claim.SOURCE", 9.0)
    reply = await ask(library, "/source bulb-sleeps")
    assert words(reply).startswith("No source in these notes for “bulb-sleeps”.\n\nClosest mention")
    assert not reply.found


@pytest.mark.parametrize("typed", ["bulb-hammer", "dQw4w9WgXcQ", "-----------"])
async def test_an_id_that_nothing_says_is_a_video_that_no_note_is_about(
    library: Library, typed: str
) -> None:
    reply = await ask(library, f"/source {typed}")
    assert words(reply) == f"No note is about that video ({typed})."
    assert not reply.found


async def test_one_near_topic_is_announced_as_one(library: Library) -> None:
    reply = await ask(library, "/source https://youtu.be/NoSuchVideo storing bulbs")
    assert words(reply).endswith("The nearest topic:")
    assert list(requests(reply)) == ["Storing bulbs"]


async def test_a_page_too_far_leads_back(library: Library) -> None:
    reply = await ask(library, "/source kettle sings page:99")
    assert words(reply) == "There are no more sources for “kettle sings”."
    assert (await ask(library, requests(reply)["First page"])).found


@pytest.mark.parametrize("nothing", ["the", "is it", "🌊", "?!", "a b c"])
async def test_too_little_to_go_by_is_said(library: Library, nothing: str) -> None:
    text = words(await ask(library, f"/source {nothing}"))
    assert text.startswith(f"“{nothing}” is too little to go by. Give me a claim")


async def test_without_anything_the_bot_says_how(library: Library) -> None:
    reply = await ask(library, "/source")
    assert words(reply).startswith("Give me a claim and I look for the moment where it was said")
    assert (await ask(library, next(iter(requests(reply))))).found


@pytest.mark.parametrize(
    "link",
    [
        *(
            "SampleTidal",
            "https://youtu.be/SampleTidal",
            "youtu.be/SampleTidal",
            "<https://youtu.be/SampleTidal>",
        ),
        *(
            "https://www.youtube.com/watch?v=SampleTidal",
            "https://m.youtube.com/shorts/SampleTidal",
        ),
    ],
)
async def test_a_link_shows_the_video_in_time_order(library: Library, link: str) -> None:
    reply = await ask(library, f"/source {link}")
    assert words(reply).startswith(
        "What the Moon does: phases, tides, eclipses\nnight_sky · 46 cited moments in time order"
    )
    starts = [hit.moment.start for hit in reply.hits]
    assert starts == sorted(starts)
    following = await ask(library, requests(reply)["▶ More"])
    assert following.hits[0].moment.start > starts[-1]


async def test_a_link_with_a_second_shows_what_is_said_around_it(library: Library) -> None:
    reply = await ask(library, f"/source {LINK}")
    assert "night_sky · around 6:32" in words(reply)
    assert [hit.moment.start for hit in reply.hits] == [390, 408]
    whole = await ask(library, requests(reply)["All moments of this video"])
    assert "in time order" in words(whole)


async def test_round_a_second_the_nearest_moments_stand_on_the_first_page(
    library: Library,
) -> None:
    first = await ask(library, "/source https://youtu.be/TinyVideo-F?t=318")
    assert [hit.moment.start for hit in first.hits] == [306, 309, 312, 315, 318, 321]
    second = await ask(library, requests(first)["▶ More"])
    assert [hit.moment.start for hit in second.hits] == [300, 303]


async def test_a_second_beyond_the_end_shows_the_nearest_moment(library: Library) -> None:
    reply = await ask(library, "/source https://youtu.be/SampleTidal?t=99999")
    assert "Nothing is cited near that second. The nearest moment:" in words(reply)
    assert [hit.moment.start for hit in reply.hits] == [1293]
    assert not reply.found


async def test_a_page_too_far_of_a_video_is_its_last(library: Library) -> None:
    reply = await ask(library, "/source SampleTidal page:999")
    assert [hit.moment.start for hit in reply.hits][-1] == 1293
    assert not reply.more


async def test_a_video_without_notes_is_named(library: Library) -> None:
    reply = await ask(library, "/source https://youtu.be/AAAAAAAAAAA")
    assert words(reply) == "No note is about that video (AAAAAAAAAAA)."
    assert reply.buttons


@pytest.mark.parametrize(
    ("title", "nearest"),
    [
        ("What the Moon does", "What the Moon does: phases, tides, eclipses"),
        ("what the mon does phases", "What the Moon does: phases, tides, eclipses"),
        ("a year in a garden", "A year in the garden"),
    ],
)
async def test_a_video_without_notes_but_with_a_title_leads_to_the_nearest_title(
    library: Library, title: str, nearest: str
) -> None:
    reply = await ask(library, f"/source {title} https://youtu.be/AAAAAAAAAAA")
    assert words(reply).startswith(
        f"No note is about that video (AAAAAAAAAAA).\n\nThe nearest by title:\n{nearest}"
    )
    followed = await ask(library, next(iter(requests(reply).values())))
    assert words(followed).startswith(nearest)


async def test_a_claim_beside_the_link_of_an_unknown_video_is_still_answered(
    library: Library,
) -> None:
    reply = await ask(library, f"/source {PULLS} https://youtu.be/AAAAAAAAAAA")
    assert words(reply).startswith("No note is about that video (AAAAAAAAAAA).\n\nSource")
    assert reply.found


async def test_a_video_shows_where_it_is_cited_as_a_bar_and_in_words(library: Library) -> None:
    text = words(await ask(library, "/source SampleTidal"))
    bar, told = text.split("\n\n")[1].split("\n")
    assert (len(bar), set(bar) <= set("·▁▂▃▄▅▆▇█")) == (20, True)
    assert told == "cited from 0:48 to 21:33, most around 3:42"
    assert "cited from" not in words(await ask(library, "/source TinyVideo-B"))


@pytest.mark.parametrize("link", ["https://example.com/a", "https://youtu.be/", "www.example.com"])
async def test_another_link_is_said_to_be_no_video(library: Library, link: str) -> None:
    text = words(await ask(library, f"/source {link}"))
    assert text.startswith("I can read links to YouTube videos only.")


async def test_a_word_as_long_as_a_video_id_is_a_claim(library: Library) -> None:
    reply = await ask(library, "/source astronomers")
    assert "Astronomers had another way" in words(reply)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (f"see {LINK}.", LINK),
        (f"({LINK})", LINK),
        ("https://example.com https://youtu.be/SampleTidal", "https://youtu.be/SampleTidal"),
        ("SampleTidal", "SampleTidal"),
        ("no link here", ""),
        ("https://youtube.com/@channel", ""),
    ],
)
def test_the_link_in_a_text_is_found(text: str, link: str) -> None:
    assert link_in(text) == link
