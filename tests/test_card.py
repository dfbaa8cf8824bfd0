"""`/cite`: a passage as a card, to look at, to trim and to share."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.card import MOST_COPY, MOST_LONG, card_row, card_view, citation_text, long_excerpt
from bot.reply import Button, Here, Place, Reply, Request
from bot.text import to_html, to_plain, truncate, utf16_len
from storage.citing import Cited, Fate, Opened, cite_of, to_payload
from storage.model import Hit, Moment, NoteInfo, Trust
from storage.names import short_hash
from storage.timestamps import watch_url
from tests.botapi.markup import parse_html
from tests.library_fixture import LONG_SENTENCE, hit, requests, words
from tests.subscribing import labels, pressed


def note(title: str = "Tides", channel: str = "night_sky", video: str = "Seas") -> NoteInfo:
    key = f"{channel}/{title}.md"
    return NoteInfo(key, short_hash(key), title, channel, "TinyVideo-A", video)


def said(text: str, start: int = 83, line: int = 1, before: str = "", after: str = "") -> Hit:
    """A hit of a note, at a line of it."""
    told = hit(text, start=start, notes=(note(),), before=before, after=after)
    return replace(told, passage=replace(told.passage, line=line))


FIRST, HERE, LAST = said("One.", 60, 1), said("Two.", 83, 1), said("Three.", 457, 9)
SAME = Cited(Fate.SAME, HERE)
IN_PRIVATE = Request("x", here=Here(1))
CARD = Opened(SAME, FIRST, LAST, FIRST, LAST)
CITATION = "“Two.” – night_sky, Tides, 1:23 https://youtu.be/TinyVideo-A?t=83"


def payload(of: Hit) -> str:
    return to_payload(cite_of(of))


def private(card: Opened = CARD, *, long: bool = False) -> Reply:
    return card_view(card, long=long, place=Place.PRIVATE)


def test_a_card_is_the_excerpt_with_its_note_its_video_and_its_moment() -> None:
    reply = private()
    assert words(reply) == "Tides\nnight_sky · video: Seas\n\nTwo.\n1:23\n"
    assert to_html(reply.text) == (
        "<b>Tides</b>\nnight_sky · video: Seas\n\n<blockquote>Two.</blockquote>\n"
        '<a href="https://youtu.be/TinyVideo-A?t=83">1:23</a>\n'
    )
    assert reply.preview == "https://youtu.be/TinyVideo-A?t=83"
    assert (reply.command, reply.hits, reply.found) == ("cite", (HERE,), True)


def test_in_private_two_rows_lead_round_it_and_away_from_it() -> None:
    assert private().buttons == (
        (
            Button("◀ Earlier", f"/cite {payload(FIRST)}"),
            Button("Later ▶", f"/cite {payload(LAST)}"),
            Button("Longer", f"/cite {payload(HERE)} long"),
        ),
        (
            Button("Share", share=f"cite:{payload(HERE)}"),
            Button("Copy citation", copy=CITATION),
            Button("Source", "/source https://youtu.be/TinyVideo-A?t=83", anew=True),
            Button("Topic", f"/topic note:{note().ref}", anew=True),
        ),
    )


def test_a_longer_card_stays_longer_and_is_shared_as_it_is_seen() -> None:
    reply = private(long=True)
    assert words(reply).endswith("One. Two.\n1:23\nBefore it: 1:00")
    assert requests(reply)["◀ Earlier"] == f"/cite {payload(FIRST)} long"
    assert requests(reply)["Shorter"] == f"/cite {payload(HERE)}"
    assert pressed(reply, "Share").share == f"cite:{payload(HERE)} long"


@pytest.mark.parametrize("long", [False, True])
def test_where_there_is_no_more_to_show_nothing_is_longer(long: bool) -> None:
    reply = private(Opened(SAME), long=long)
    assert labels(reply) == [["Share", "Copy citation", "Source", "Topic"]]
    assert pressed(reply, "Share").share == f"cite:{payload(HERE)}"


@pytest.mark.parametrize("place", [Place.GROUP, Place.CHANNEL])
def test_among_others_a_card_is_only_passed_on(place: Place) -> None:
    assert labels(card_view(CARD, long=False, place=place)) == [["Share", "Copy citation"]]


def found(count: int, command: str = "search") -> Reply:
    """An answer with so many moments."""
    hits = tuple(said(f"Said {at}.", 60 * at) for at in range(1, count + 1))
    return Reply(command, (), hits=hits)


@pytest.mark.parametrize("command", ["search", "source"])
def test_each_moment_found_in_private_leads_to_its_card_by_its_time(command: str) -> None:
    (row,) = card_row(found(3, command), IN_PRIVATE)
    assert [button.text for button in row] == ["1:00", "2:00", "3:00"]
    assert [button.request for button in row] == [f"/cite {payload(hit)}" for hit in found(3).hits]
    assert all(button.anew for button in row)


def test_a_moment_found_twice_has_one_button_and_all_fit_into_one_row() -> None:
    several = found(20)
    (row,) = card_row(replace(several, hits=several.hits[:1] * 2 + several.hits), IN_PRIVATE)
    assert len(row) == len({button.request for button in row}) == 6


@pytest.mark.parametrize(
    ("reply", "request_"),
    [
        (found(0), IN_PRIVATE),
        (found(2, "topic"), IN_PRIVATE),
        (found(2), Request("x")),
        (found(2), Request("x", Place.GROUP, here=Here(1))),
        (found(2), Request("x", Place.CHANNEL, here=Here(1))),
    ],
)
def test_elsewhere_no_button_leads_to_a_card(reply: Reply, request_: Request) -> None:
    assert card_row(reply, request_) == ()


@pytest.mark.parametrize(
    ("elsewhere", "line"),
    [
        (False, "The note has changed since; this is the nearest that it says now."),
        (True, "The note has changed since; this is the nearest that another note says now."),
    ],
)
def test_what_is_not_what_was_cited_is_said_first(elsewhere: bool, line: str) -> None:
    card = private(Opened(Cited(Fate.CHANGED, HERE, elsewhere)))
    assert words(card).startswith(f"{line}\n\nTides\n")


def test_a_moment_that_others_tell_too_says_so() -> None:
    told = replace(HERE, notes=(note(), note("Moon"), note("Sea")))
    assert "1:23 · also in 2 notes" in words(private(Opened(Cited(Fate.SAME, told))))


def test_a_longer_excerpt_keeps_to_the_lines_of_the_note() -> None:
    near = said("Three.", 90, 4)
    assert to_plain(long_excerpt(HERE, FIRST, near)) == "One. Two.\nThree."


def test_what_is_said_long_before_or_after_is_left_out() -> None:
    """The link would open the video where nobody says it."""
    unknown = hit("Some time.", start=0, trust=Trust.START, notes=(note(),))
    assert to_plain(long_excerpt(HERE, unknown, LAST)) == "Two."
    assert "After it" not in words(private(long=True))


def test_a_sentence_that_holds_several_citations_is_shown_once() -> None:
    first = said("It was dark. The sea rises", 80, after=", falls, and rests.")
    second = said("falls", 81, before="The sea rises, ", after=", and rests.")
    third = said("and rests. Then it is day.", 82, before="The sea rises, falls, ")
    whole = "It was dark. The sea rises, falls, and rests. Then it is day."
    assert to_plain(long_excerpt(second, first, third)) == whole
    assert to_plain(long_excerpt(first, None, second)) == whole.removesuffix(" Then it is day.")
    assert to_plain(long_excerpt(third, second, None)) == whole.removeprefix("It was dark. ")


def test_a_longer_excerpt_is_cut_where_it_is_too_long_and_says_so() -> None:
    long = "The gulls cried over the harbour while nets were drying in the sun. " * 30
    text = to_plain(long_excerpt(said("Two."), said(long, 80), said(long, 90)))
    assert len(text) <= MOST_LONG
    assert text.startswith("… The gulls cried")
    assert " in the sun. Two. The gulls cried" in text
    assert text.endswith("…")


def test_a_citation_to_copy_is_cut_in_its_excerpt_never_in_its_link() -> None:
    told = replace(said(LONG_SENTENCE), notes=(note("A title " * 30, "channel " * 30),))
    text = citation_text(told)
    assert utf16_len(text) <= MOST_COPY
    assert text.startswith("“The gardener plants")
    assert text.endswith("…, 1:23 https://youtu.be/TinyVideo-A?t=83")


def test_a_citation_tells_how_sure_its_time_is() -> None:
    near = hit("Two.", trust=Trust.NEAR, notes=(note(),))
    assert citation_text(near).endswith(", ≈1:23 https://youtu.be/TinyVideo-A?t=83")
    unknown = hit("Two.", trust=Trust.START, notes=(note(),))
    assert citation_text(unknown).endswith(", start of the video https://youtu.be/TinyVideo-A")


TEXTS = st.one_of(
    st.text(max_size=60),
    st.builds(
        lambda part, times: part * times,
        st.sampled_from(
            ["sea. ", "🌊", "x" * 90, "潮汐。", "<b>&", " ", "\n", "“Wave”, ", "e.g. "]
        ),
        st.integers(1, 900),
    ),
)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    """A passage as an index can hold it: of any words, with a moment or many."""
    start, trust = draw(st.integers(0, 4 * 3600)), draw(st.sampled_from(Trust))
    count = draw(st.integers(1, 9))
    told = hit(
        draw(TEXTS)[:4000] or "x",
        *draw(st.sets(st.sampled_from(["sea", "wave", "x"]))),
        before=draw(TEXTS)[:600],
        after=draw(TEXTS)[:600],
        moments=tuple(Moment("TinyVideo-A", start + at, trust) for at in range(count)),
        notes=(note(draw(TEXTS), draw(TEXTS), draw(TEXTS)), note()),
    )
    return replace(told, passage=replace(told.passage, line=draw(st.integers(1, 3))))


@st.composite
def cards(draw: st.DrawFn) -> Opened:
    """A passage opened, with any others beside it."""
    fate = draw(st.sampled_from([Fate.SAME, Fate.CHANGED]))
    cited = Cited(fate, draw(hits()), draw(st.booleans()))
    return Opened(cited, *(draw(st.none() | hits()) for _ in range(4)))


@settings(max_examples=50)
@given(cards(), st.booleans())
def test_any_passage_makes_a_card_within_all_limits(card: Opened, long: bool) -> None:
    reply, shown = private(card, long=long), card.cited.hit
    assert shown is not None
    assert truncate(reply.text, 4096, 100) == reply.text
    assert not parse_html(to_html(reply.text)).faults
    assert len(reply.buttons) <= 2
    for button in (button for row in reply.buttons for button in row):
        assert len(button.request.encode()) <= 64
        assert bool(button.request) + bool(button.copy) + bool(button.share) == 1
    assert len(to_plain(long_excerpt(shown, card.before, card.after))) <= MOST_LONG
    copied = pressed(reply, "Copy citation").copy
    assert 1 <= utf16_len(copied) <= MOST_COPY
    assert copied.endswith(f" {watch_url(shown.moment)}")
