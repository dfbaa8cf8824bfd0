"""Hits, videos and excerpts as a reader sees them."""

from __future__ import annotations

import pytest

from bot import views
from bot.text import Span, bold, link, plain, quoted, to_plain, truncate
from bot.views import Page
from storage.model import Hit, Moment, Trust
from storage.reading import OpenVideo
from storage.search import Found
from tests.library_fixture import LONG_SENTENCE, LONG_TITLE, hit, info, requests, words

PAGE = Page("/search sea", 1, more=False)


def test_a_hit_is_its_excerpt_then_where_and_by_whom() -> None:
    block = views.hit_block(hit("The sea rises.", "sea"))
    assert block == (
        *quoted([plain("The "), bold("sea"), plain(" rises.")]),
        plain("\n"),
        link("1:23", "https://youtu.be/TinyVideo-A?t=83"),
        plain(" · night_sky · Tides\n"),
    )


@pytest.mark.parametrize(
    ("trust", "shown", "url"),
    [
        (Trust.EXACT, "1:23", "https://youtu.be/TinyVideo-A?t=83"),
        (Trust.NEAR, "≈1:23", "https://youtu.be/TinyVideo-A?t=83"),
        (Trust.START, "start of the video", "https://youtu.be/TinyVideo-A"),
    ],
)
def test_a_time_tells_how_sure_it_is(trust: Trust, shown: str, url: str) -> None:
    assert views.moment_link(Moment("TinyVideo-A", 83, trust)) == link(shown, url)


def test_a_time_that_cannot_be_read_is_said_to_be() -> None:
    spans = views.moment_links([Moment("TinyVideo-A", 0, Trust.START)])
    assert to_plain(spans) == "start of the video (the note's time cannot be read)"


def test_of_many_moments_the_first_few_are_linked_and_the_rest_counted() -> None:
    spans = views.moment_links([Moment("TinyVideo-A", at * 60) for at in range(1, 9)])
    assert to_plain(spans) == "1:00, 2:00, 3:00, 4:00, 5:00 and 3 more"
    assert sum(bool(span.url) for span in spans) == 5


@pytest.mark.parametrize(("others", "also"), [(1, "also in 1 note"), (2, "also in 2 notes")])
def test_a_moment_told_by_others_says_by_how_many(others: int, also: str) -> None:
    notes = tuple(info(f"Note {number}") for number in range(1 + others))
    assert also in to_plain(views.hit_block(hit("The sea rises.", notes=notes)))


def test_the_same_sentence_twice_is_shown_once_with_both_moments() -> None:
    text = to_plain(views.hit_blocks([hit("The sea.", start=60), hit("The sea.", start=70)]))
    assert text == "The sea.\n1:00 · night_sky · Tides\n1:10 · night_sky · Tides\n"


def test_the_preview_is_the_first_moment() -> None:
    found = Found((hit("One.", start=5), hit("Two.", start=9)))
    reply = views.search_view(found, "sea", PAGE)
    assert reply.preview == "https://youtu.be/TinyVideo-A?t=5"


def test_without_a_hit_nothing_is_found_and_nothing_previewed() -> None:
    reply = views.search_view(Found(()), "sea", PAGE)
    assert (reply.found, reply.preview) == (False, "")


def test_a_page_of_the_longest_hits_fits_into_one_message() -> None:
    moments = tuple(Moment("TinyVideo-A", 3600 * at, Trust.NEAR) for at in range(1, 12))
    notes = tuple(info(LONG_TITLE, "channel" * 40, str(at)) for at in range(12))
    long = [
        hit(f"{number} {LONG_SENTENCE} sea" + " a sea" * 30, "sea", notes=notes, moments=moments)
        for number in range(5)
    ]
    text = views.search_view(Found(tuple(long)), "sea", PAGE).text
    assert truncate(text, 4096, 100) == text


def test_no_source_is_said_plainly_before_the_closest_mentions() -> None:
    reply = views.evidence_view("cheese", [], [hit("The Moon is rock.")], PAGE)
    assert words(reply).startswith("No source in these notes for “cheese”.\n\nClosest mention\n")
    assert not reply.found


@pytest.mark.parametrize(("count", "heading"), [(1, "Source"), (2, "Sources")])
def test_sources_are_headed_as_such(count: int, heading: str) -> None:
    strong = [hit(f"Rock {number}.") for number in range(count)]
    reply = views.evidence_view("rock", strong, [], PAGE)
    assert reply.text[0] == Span(heading, bold=True)
    assert reply.found
    assert reply.hits == tuple(strong)


def video(*hits: Hit, nearest: Hit | None = None, total: int = 1) -> OpenVideo:
    return OpenVideo("TinyVideo-A", "A year in the garden", (info(),), hits, total, nearest)


def test_a_video_shows_its_title_channel_and_how_much_is_cited() -> None:
    reply = views.video_view(video(hit("The sea rises."), total=1234), PAGE, None)
    assert words(reply).startswith(
        "A year in the garden\nnight_sky · 1,234 cited moments in time order\n\nThe sea rises.\n"
        "1:23 · Tides\n"
    )


def test_near_a_second_the_whole_video_is_one_press_away() -> None:
    reply = views.video_view(video(hit("The sea rises.")), PAGE, 90)
    assert "night_sky · around 1:30" in words(reply)
    assert requests(reply)["All moments of this video"] == "/source TinyVideo-A"


def test_where_nothing_is_near_the_nearest_is_shown_as_such() -> None:
    reply = views.video_view(video(nearest=hit("The sea rises."), total=0), PAGE, 9000)
    assert "Nothing is cited near that second. The nearest moment:" in words(reply)
    assert "The sea rises." in words(reply)
    assert not reply.found


def test_a_video_whose_notes_cite_nothing_says_so() -> None:
    reply = views.video_view(video(total=0), PAGE, None)
    assert "cite no moment" in words(reply)


def test_an_excerpt_opened_stands_between_what_is_said_before_and_after() -> None:
    here = hit("Two.", notes=(info(), info("Seas")), start=60)
    reply = views.excerpt_view(here, hit("One.", start=50), hit("Three.", start=70))
    assert [line for line in words(reply).split("\n") if line] == [
        *("Tides", "night_sky", "Before", "One.", "0:50", "Here", "Two.", "1:00 · also in 1 note"),
        *("After", "Three.", "1:10", "The same moment is also told in: Seas"),
    ]
    assert reply.preview == "https://youtu.be/TinyVideo-A?t=60"
    assert list(requests(reply)) == ["Tides", "Seas"]


def test_a_usage_shows_its_example_to_read_and_to_press() -> None:
    reply = views.usage("search", "Say what.", "/search sea", "")
    assert words(reply) == "Say what.\n\n/search sea\n"
    assert requests(reply) == {"/search sea": "/search sea"}
