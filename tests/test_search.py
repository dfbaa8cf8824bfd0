"""Moments by words, evidence for a claim, channels by name."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.database import snapshot
from storage.query import parse_query
from storage.reading import counts
from storage.search import (
    MENTION_COVER,
    SOURCE_COVER,
    Found,
    channels,
    evidence,
    find_channel,
    matched_share,
    mentions,
    moments_with,
    search,
)
from storage.update import update
from tests.vaults import OTHER, THIRD, VIDEO, build, cite, opened, reader, write_note


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
    build(notes, place / "index.db")
    with reader(place / "index.db") as opened_database:
        yield opened_database


def ask(database: Database, text: str, limit: int = 10, offset: int = 0) -> Found:
    return search(database, parse_query(text), limit, offset)


def starts(found: Found) -> list[tuple[str, int]]:
    return sorted((hit.moment.video_id, hit.moment.start) for hit in found.hits)


def test_a_moment_told_by_two_notes_is_one_hit_that_names_both(database: Database) -> None:
    (hit,) = ask(database, '"throw ash" sky').hits
    assert [note.title for note in hit.notes] == ["Volcanoes", "Ash"]
    assert hit.matched == {"throw", "ash", "sky"}
    assert matched_share(parse_query("ash sky lava"), hit) == pytest.approx(2 / 3)


def test_the_best_moment_comes_first_and_words_match_in_any_form(database: Database) -> None:
    hits = ask(database, "volcano throwing ash").hits
    assert hits[0].moment == hits[0].passage.moments[0]
    assert (hits[0].moment.start, len(hits)) == (10, 3)
    assert hits[0].score > hits[1].score >= hits[2].score


def test_filters_narrow_what_is_found(database: Database) -> None:
    assert starts(ask(database, "ash")) == [(VIDEO, 10), (VIDEO, 200), (OTHER, 10)]
    assert starts(ask(database, "ash -falls channel:earth")) == [(VIDEO, 10)]
    assert starts(ask(database, f"ash video:{OTHER}")) == [(OTHER, 10)]
    assert ask(database, 'ash channel:"mars club"').channel == "mars_club"
    assert ask(database, "ash channel:cooking") == Found((), channel="")
    assert ask(database, f"ash video:{THIRD}") == Found((), channel="")


def test_pages_follow_each_other_without_a_gap(database: Database) -> None:
    whole = ask(database, "ash").hits
    pages = [ask(database, "ash", 1, at) for at in range(4)]
    assert tuple(hit for page in pages for hit in page.hits) == whole
    assert [page.more for page in pages] == [True, True, False, False]


def test_evidence_tells_a_source_from_a_mention_and_from_nothing(database: Database) -> None:
    said = evidence(database, parse_query("A volcano throws ash into the sky"), 5)
    assert said.hits[0].moment.start == 10
    assert said.covers[0] >= SOURCE_COVER
    near = evidence(database, parse_query("Hot lava destroys"), 5)
    assert MENTION_COVER <= near.covers[0] < SOURCE_COVER
    assert not evidence(database, parse_query("Taxes fund schools and ash trays abroad"), 5).hits


def test_evidence_comes_in_pages(database: Database) -> None:
    query = parse_query("ash")
    first, second = evidence(database, query, 2), evidence(database, query, 2, 2)
    assert (len(first.hits), first.more, len(second.hits), second.more) == (2, True, 1, False)


def test_words_of_no_moment_lead_to_notes(database: Database) -> None:
    assert not ask(database, "deimos").hits
    assert [note.title for note in mentions(database, parse_query("deimos"), 3)] == ["Mars"]
    assert mentions(database, parse_query(""), 3) == ()


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        ("Earth Daily", "Earth Daily"),
        ("earth-daily", "Earth Daily"),
        ("erth daily", "Earth Daily"),
        ("mars", "mars_club"),
        ("MARS CLUB", "mars_club"),
        ("a", ""),
        ("", ""),
        ("cooking", ""),
        ("🎈", ""),
    ],
)
def test_channels_are_found_as_typed(database: Database, typed: str, channel: str) -> None:
    assert find_channel(database, typed) == channel


def test_channels_and_words_are_counted(database: Database) -> None:
    assert channels(database) == [("Earth Daily", 2), ("mars_club", 1)]
    assert [moments_with(database, word) for word in ("ashes", "volcano", "deimos")] == [3, 1, 0]
    assert (counts(database).moments, counts(database).passages) == (4, 5)


def test_an_empty_index_answers_too(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as empty:
        assert ask(empty, "ash channel:x") == ask(empty, "ash") == Found(())
        assert not evidence(empty, parse_query("ash"), 5).hits


def test_a_reader_sees_the_old_vault_or_the_new_one(tmp_path: Path) -> None:
    """Every answer is of one version, though a writer replaces all notes again and again."""
    notes, path = tmp_path / "notes", tmp_path / "index.db"

    def write(version: int) -> None:
        for number in range(6):
            body = "".join(f"Ash v{version} fell {cite(10 * at)}. " for at in range(version + 1))
            write_note(notes, f"c/{number}.md", f"Title v{version}", VIDEO, body)

    write(0)
    build(notes, path)
    done = threading.Event()

    def keep_writing() -> None:
        with opened(path) as index:
            for version in range(1, 12):
                write(version)
                update(index, notes)
        done.set()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    seen = set()
    with reader(path) as database:
        while not done.is_set():
            with snapshot(database):
                hits = ask(database, "ash", 50).hits
                seen.add(_version(hits[0].passage.text))
                versions = {_version(hit.passage.text) for hit in hits}
                versions |= {_version(note.title) for hit in hits for note in hit.notes}
                assert versions == {len(hits) - 1}
                assert counts(database).moments == len(hits)
    writer.join()
    assert len(seen) > 1


def _version(text: str) -> int:
    return int(next(word for word in text.split() if word.startswith("v"))[1:])
