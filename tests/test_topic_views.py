"""A note opened as a topic, topics to choose from, and a topic that nobody wrote a note on."""

from __future__ import annotations

from dataclasses import replace

from bot import topic_views
from bot.text import truncate
from bot.views import Page
from storage.model import Hit, NoteInfo, Section, Topic, Trust
from storage.reading import OpenNote
from tests.library_fixture import LONG_SENTENCE, LONG_TITLE, hit, info, requests, words


def section(heading: str, *hits: Hit) -> Section:
    return Section((heading,) if heading else (), hits)


def headed(heading: str, text: str, start: int, trust: Trust = Trust.EXACT) -> Hit:
    one = hit(text, start=start, trust=trust)
    return replace(one, passage=replace(one.passage, heading=(heading,) if heading else ()))


def note(
    *sections: Section,
    links: tuple[Topic, ...] = (),
    backlinks: tuple[NoteInfo, ...] = (),
    rest: str = "",
) -> OpenNote:
    return OpenNote(info(), sections, links, backlinks, rest)


def sections(count: int) -> list[Section]:
    return [
        section(f"Part {at}", headed(f"Part {at}", f"Sea {at}.", 60 * at))
        for at in range(1, count + 1)
    ]


def test_a_note_shows_its_title_its_lead_and_each_section_with_one_moment() -> None:
    opened = note(
        section("", headed("", "The sea rises.", 5)),
        section("Why tides", headed("Why tides", "Gulls.", 10), headed("Why tides", "Tides.", 20)),
    )
    reply = topic_views.note_view(opened, 1, 6)
    assert words(reply) == (
        "Tides\nnight_sky\n\nThe sea rises.\n0:05\n\nWhy tides\nTides.\n0:20\n\n"
    )
    assert reply.topics == (Topic("Tides", 100.0, info()),)
    assert [one.moment.start for one in reply.hits] == [5, 20]


def test_a_long_note_has_pages_and_a_page_too_far_is_the_last() -> None:
    opened = note(*sections(8))
    assert topic_views.note_view(opened, 1, 6).more
    last = topic_views.note_view(opened, 99, 6)
    assert (last.more, len(last.hits)) == (False, 2)
    assert requests(last)["◀ Back"] == f"/topic note:{info().ref}"


def test_a_moment_that_a_section_has_shown_is_not_shown_again() -> None:
    opened = note(
        section("One", headed("One", "The sea.", 5)),
        section("Two", headed("Two", "The sea again.", 5), headed("Two", "Gulls.", 9)),
        section("Three", headed("Three", "The sea once more.", 5)),
    )
    assert [one.passage.text for one in topic_views.note_view(opened, 1, 6).hits] == [
        "The sea.",
        "Gulls.",
    ]


def test_moments_of_unknown_time_are_not_taken_for_one() -> None:
    opened = note(
        section("One", headed("One", "The sea.", 0, Trust.START)),
        section("Two", headed("Two", "Gulls.", 0, Trust.START)),
    )
    assert len(topic_views.note_view(opened, 1, 6).hits) == 2


def test_related_topics_are_links_then_backlinks_then_mere_names() -> None:
    links = (Topic("cold frame", 0), Topic("Moon", 0, info("Moon")), Topic("Night Sky", 0))
    opened = note(*sections(1), links=links, backlinks=(info("Sun"), info("Moon")))
    reply = topic_views.note_view(opened, 1, 6)
    assert words(reply).endswith("\n\nRelated topics:")
    assert list(requests(reply)) == ["Moon", "Sun", "cold frame"]


def test_a_note_without_citations_says_that_it_is_no_source() -> None:
    reply = topic_views.note_view(note(rest="A spade is all that one needs."), 1, 6)
    assert "cites no moment" in words(reply)
    assert "It says: A spade is all that one needs.\n" in words(reply)
    assert reply.hits == ()


def test_the_longest_page_of_a_note_fits_into_one_message() -> None:
    long = tuple(
        section(LONG_TITLE, headed(LONG_TITLE * 3, f"{at} {LONG_SENTENCE}", 3600 + at))
        for at in range(7)
    )
    links = tuple(Topic(LONG_TITLE + str(at), 0) for at in range(9))
    title = NoteInfo("k", "r", LONG_TITLE * 9, "c" * 900, "TinyVideo-A", LONG_TITLE * 9)
    opened = OpenNote(title, long, links, (), "")
    text = topic_views.note_view(opened, 1, 6).text
    assert truncate(text, 4096, 100) == text


def test_a_choice_names_the_channel_or_who_mentions_it() -> None:
    found = [Topic("Tides", 90, info()), Topic("tide mill", 80, None, 1), Topic("ebb", 80, None, 3)]
    reply = topic_views.choice_view(found, "Did you mean:", Page("/topic tide", 1, more=True))
    assert words(reply) == (
        "Did you mean:\n\nTides · night_sky\ntide mill · no note, 1 note mentions it\n"
        "ebb · no note, 3 notes mention it\n"
    )
    assert list(requests(reply)) == ["Tides", "tide mill", "ebb", "▶ More"]
    assert reply.more


def test_a_mere_name_shows_who_mentions_it_and_what_is_called_alike() -> None:
    alike = [Topic("Tide tables", 90, info("Tide tables")), Topic("Tides", 90, info())]
    topic = Topic("tide mill", 100, None, 2)
    reply = topic_views.linked_view(
        topic, (hit("A mill ran on the tide."),), Page("/topic tide mill", 1, more=False), alike
    )
    assert "No note is about this topic, but 2 notes mention it." in words(reply)
    assert "A mill ran on the tide." in words(reply)
    assert list(requests(reply)) == ["Tides", "Tide tables"]
