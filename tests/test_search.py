"""Moments by words: exact ones first, then all words, then most; filters, typos, pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.memory import Memory
from storage.query import parse_claim, parse_query
from storage.reading import counts
from storage.search import (
    MENTION,
    SOURCE,
    Found,
    channels,
    evidence,
    find_channel,
    mentions,
    moments_with,
    search,
)
from tests.vaults import OTHER, THIRD, VIDEO, build, cite, reader, write_note

OBELISK = "obelisk-vid"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    place = tmp_path_factory.mktemp("search")
    notes = place / "notes"
    volcano = f"Volcanoes throw ash into the sky {cite(10)}. Lava is hot {cite(60)}."
    write_note(notes, "Earth Daily/a.md", "Volcanoes", VIDEO, volcano)
    again = f"A volcano throws ash far up {cite(11)}. Some ash falls {cite(200)}."
    write_note(notes, "Earth Daily/b.md", "Ash", VIDEO, again)
    mars = f"# Rovers\nA rover finds ash on Mars {cite(10)}.\n\nDeimos is a small satellite."
    write_note(notes, "mars_club/c.md", "Mars", OTHER, mars)
    write_note(notes, "mars_club/d.md", "Lava tubes", VIDEO, f"Tubes of lava {cite(61)}.")
    obelisk = (
        f"The stone of the old temple was cut by hand {cite(10)}. An old stone temple {cite(100)}."
        f" Temples, temples and stone; the stone, the very stone {cite(200)}."
        f" Who built the temple? {cite(300)}. It was they who did it {cite(400)}."
        f" Кремль стоит в Москве {cite(500)}. Zürich lies on the Limmat {cite(600)}."
        f" Το νησί Αντικύθηρα {cite(700)}. قال بوتين في الكرملين {cite(800)}."
        f" The stone falls {cite(1000)}. The temple falls {cite(1003)}. An old temple {cite(1006)}."
    )
    write_note(notes, "old things/e.md", "Obelisks", OBELISK, obelisk)
    build(notes, place / "index.db")
    with reader(place / "index.db") as opened_database:
        yield opened_database


def ask(database: Database, text: str, limit: int = 10, offset: int = 0) -> Found:
    return search(database, Memory(), parse_query(text), limit, offset)


def starts(found: Found) -> list[tuple[str, int]]:
    return sorted((hit.moment.video_id, hit.moment.start) for hit in found.hits)


def seconds(found: Found) -> list[int]:
    return [hit.moment.start for hit in found.hits]


def test_a_moment_told_by_two_notes_is_one_hit_that_names_both(database: Database) -> None:
    (hit,) = ask(database, '"throw ash" sky').hits
    assert [note.title for note in hit.notes] == ["Volcanoes", "Ash"]
    assert hit.matched == {"throw", "ash", "sky"}


def test_the_best_moment_comes_first_and_words_match_in_any_form(database: Database) -> None:
    hits = ask(database, "volcano throwing ash").hits
    assert hits[0].moment == hits[0].passage.moments[0]
    assert (hits[0].moment.start, len(hits)) == (10, 3)
    assert hits[0].score > hits[1].score >= hits[2].score


def test_the_exact_phrase_comes_first_then_all_words_then_most(database: Database) -> None:
    """Though other moments say the words more often, and in fewer words."""
    assert seconds(ask(database, "stone temple"))[:3] == [100, 200, 10]
    assert seconds(ask(database, "the old temple"))[0] == 10
    assert seconds(ask(database, "stone of the temple"))[:3] == [200, 100, 10]
    assert seconds(ask(database, "temple stone"))[:3] == [200, 100, 10]
    assert set(seconds(ask(database, "stone temple"))[3:]) == {300, 1000, 1006}


def test_moments_side_by_side_are_shown_once_and_the_exact_one_stays(database: Database) -> None:
    assert 1000 in seconds(ask(database, "stone falls"))
    assert seconds(ask(database, "stone falls"))[0] == 1000
    assert seconds(ask(database, "the temple falls"))[0] == 1003
    assert seconds(ask(database, '"temple falls"')) == [1003]
    assert seconds(ask(database, '"an old temple"')) == [1006]


def test_filters_narrow_what_is_found(database: Database) -> None:
    assert starts(ask(database, "ash")) == [(VIDEO, 10), (VIDEO, 200), (OTHER, 10)]
    assert starts(ask(database, "ash -falls channel:earth")) == [(VIDEO, 10)]
    assert starts(ask(database, f"ash video:{OTHER}")) == [(OTHER, 10)]
    assert starts(ask(database, f"lava video:https://youtu.be/{VIDEO}?t=9")) == [(VIDEO, 61)]
    assert ask(database, 'ash channel:"mars club"').channel == "mars_club"
    assert ask(database, "ash channel:cooking") == Found((), channel="")
    assert ask(database, f"ash video:{THIRD}").hits == ()


def test_a_channel_is_asked_for_what_its_own_notes_tell(database: Database) -> None:
    """Also of a video that another channel has notes on."""
    assert starts(ask(database, "ash lava channel:mars_club")) == [(VIDEO, 61), (OTHER, 10)]
    assert starts(ask(database, 'lava channel:"Earth Daily"')) == [(VIDEO, 60)]


def test_exclusions_leave_out_words_in_any_form_phrases_and_stop_words(database: Database) -> None:
    assert starts(ask(database, "ash -volcano")) == [(VIDEO, 200), (OTHER, 10)]
    assert starts(ask(database, 'ash -"ash on mars"')) == [(VIDEO, 10), (VIDEO, 200)]
    assert starts(ask(database, "ash -the")) == [(VIDEO, 200), (OTHER, 10)]


def test_phrases_hold_stop_words_too(database: Database) -> None:
    assert seconds(ask(database, '"into the sky"')) == [10]
    assert seconds(ask(database, '"into a sky"')) == []
    assert seconds(ask(database, '"who did it"')) == [400]
    assert seconds(ask(database, 'who "built the"')) == [300]


def test_questions_of_stop_words_alone_are_answered(database: Database) -> None:
    assert seconds(ask(database, "it was they who did it")) == [400]
    assert seconds(ask(database, "the by")) == [10]
    assert seconds(ask(database, "who")) == [300, 400]
    assert seconds(ask(database, "who channel:earth")) == []
    assert seconds(ask(database, "who -built")) == [400]


def test_misspelt_words_are_read_as_near_ones_and_told(database: Database) -> None:
    found = ask(database, "vulcano thrwos ash")
    assert seconds(found)[0] == 10
    assert found.mended == (("vulcano", "volcano"), ("thrwos", "throws"))
    assert found.missing == ()
    found = ask(database, "ash xylophone")
    assert (found.mended, found.missing) == ((), ("xylophone",))
    assert len(found.hits) == 3


def test_operators_work_with_typos_in_them(database: Database) -> None:
    assert seconds(ask(database, '"thrwo ash"')) == [10]
    assert ask(database, '"thrwo ash"').mended == (("thrwo", "throw"),)
    assert starts(ask(database, "ash -volcnao")) == [(VIDEO, 200), (OTHER, 10)]
    assert starts(ask(database, "ash channel:marsclub")) == [(OTHER, 10)]
    assert starts(ask(database, "ash channel:erth-dialy")) == [(VIDEO, 10), (VIDEO, 200)]


def test_a_single_word_in_quotation_marks_is_meant_as_it_is_typed(database: Database) -> None:
    assert seconds(ask(database, '"vulcano"')) == []
    assert ask(database, '"vulcano"').missing == ("vulcano",)


def test_an_exact_match_stands_above_every_fuzzy_one(database: Database) -> None:
    """What is said is never read as something else, though that is said more often."""
    assert ask(database, "hot").mended == ()
    assert seconds(ask(database, "hot")) == [60]
    assert seconds(ask(database, "hand hott"))[0] == 10


@pytest.mark.parametrize(
    ("typed", "second"),
    [
        ("Kreml Moskve", 500),
        ("москве", 500),
        ("МОСКВА", 500),
        ("zurich", 600),
        ("Zürich", 600),
        ("Antikythera", 700),
        ("Αντικύθηρα", 700),
        ("ΑΝΤΙΚΥΘΗΡΩΝ", 700),
        ("بوتين", 800),
        ("الكرملين", 800),
        ("Putin", 800),
        ("فولكانو", 10),
        ("Лава", 61),
        ("Μαρς", 10),
    ],
)
def test_names_are_found_in_any_letters(database: Database, typed: str, second: int) -> None:
    assert second in seconds(ask(database, typed))


def test_pages_follow_each_other_without_a_gap(database: Database) -> None:
    whole = ask(database, "ash").hits
    pages = [ask(database, "ash", 1, at) for at in range(4)]
    assert tuple(hit for page in pages for hit in page.hits) == whole
    assert [page.more for page in pages] == [True, True, False, False]


WORDS = ("stone", "temple", "old", "falls", "ash", "the", "stnoe", '"the temple"', "-old", "lava")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_pages_never_overlap_and_are_the_same_each_time(
    database: Database, words: list[str], size: int
) -> None:
    text = " ".join(words)
    whole = ask(database, text, 100)
    assert whole == ask(database, text, 100)
    pages = [ask(database, text, size, at) for at in range(0, len(whole.hits) + size, size)]
    assert tuple(hit for page in pages for hit in page.hits) == whole.hits
    moments = [(hit.moment.video_id, hit.moment.start) for hit in whole.hits]
    assert len(set(moments)) == len(moments)


def test_words_of_no_moment_lead_to_notes(database: Database) -> None:
    assert not ask(database, "deimos").hits
    assert [note.title for note in mentions(database, parse_query("deimos"), 3)] == ["Mars"]
    assert [note.title for note in mentions(database, parse_query('"Деимос is"'), 3)] == ["Mars"]
    assert mentions(database, parse_query("deimos -satellite"), 3) == ()
    assert mentions(database, parse_query(""), 3) == ()


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        ("Earth Daily", "Earth Daily"),
        ("earth-daily", "Earth Daily"),
        ("erth daily", "Earth Daily"),
        ("mars", "mars_club"),
        ("MARS CLUB", "mars_club"),
        ("Марс клуб", "mars_club"),
        ("a", ""),
        ("", ""),
        ("cooking", ""),
        ("🎈", ""),
    ],
)
def test_channels_are_found_as_typed(database: Database, typed: str, channel: str) -> None:
    assert find_channel(database, typed) == channel


def test_channels_and_words_are_counted(database: Database) -> None:
    assert channels(database) == [("Earth Daily", 2), ("mars_club", 2), ("old things", 1)]
    told = [moments_with(database, Memory(), word) for word in ("ashes", "volcano", "deimos")]
    assert told == [3, 1, 0]
    assert (counts(database).moments, counts(database).passages) == (16, 18)


def test_an_empty_index_answers_too(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as empty:
        assert ask(empty, "ash channel:x") == Found(())
        assert ask(empty, "ash") == Found((), missing=("ash",))
        assert ask(empty, "the") == Found(())
        assert not evidence(empty, Memory(), parse_query("ash"), 5).hits


def told_by(database: Database, claim: str, limit: int = 5, offset: int = 0) -> list[float]:
    return list(evidence(database, Memory(), parse_claim(claim), limit, offset).strengths)


def test_evidence_tells_a_source_from_a_mention_and_from_nothing(database: Database) -> None:
    said = evidence(database, Memory(), parse_claim("A volcano throws ash into the sky"), 5)
    assert said.hits[0].moment.start == 10
    assert said.strengths[0] >= SOURCE
    near = told_by(database, "Hot lava destroys")
    assert near
    assert MENTION <= near[0] < SOURCE
    assert not told_by(database, "Taxes fund schools and ash trays abroad")
    assert not told_by(database, "It was what it was")


def test_a_claim_with_typos_has_its_source_too(database: Database) -> None:
    said = evidence(database, Memory(), parse_claim("Vulcanoes thrwo ash into teh sky"), 5)
    assert said.hits[0].moment.start == 10
    assert said.strengths[0] >= MENTION


def test_evidence_comes_in_pages_the_strongest_first(database: Database) -> None:
    whole = told_by(database, "ash", 9)
    assert whole == sorted(whole, reverse=True)
    query = parse_claim("ash")
    first = evidence(database, Memory(), query, 2)
    second = evidence(database, Memory(), query, 2, 2)
    assert (len(first.hits), first.more, len(second.hits), second.more) == (2, True, 1, False)
    assert [*first.strengths, *second.strengths] == whole
