"""Posting lists: whatever was written, merged and taken out, the living moments are all there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage import postings as module
from storage.index import Index
from storage.postings import SegmentWriter, load_arrays, load_postings, tidy

Moments = list[tuple[int, list[str]]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    index = Index.open(tmp_path / "index.db")
    yield index.database
    index.close()


def write(database: Database, *videos: tuple[str, Moments]) -> None:
    """One update: videos that are new or indexed again, as one segment."""
    run = database.conn.execute
    next_moment = run("select value from meta where name = 'next_moment'").fetchone()[0]
    writer = SegmentWriter(next_moment)
    for video_id, moments in videos:
        first, last = run(
            "select min(id), max(id) from moments where video_id = ?", (video_id,)
        ).fetchone()
        if first is not None:
            run("insert into dead values (?, ?)", (first, last))
        run("delete from moments where video_id = ?", (video_id,))
        rows = [(at, video_id, start) for at, (start, _) in enumerate(moments, writer.next)]
        database.conn.executemany("insert into moments values (?, ?, ?)", rows)
        writer.add_video(video_id, moments)
    writer = writer.write(database)
    run("update meta set value = ? where name = 'next_moment'", (writer.next,))
    run("update meta set value = (select count(*) from moments) where name = 'moments'")
    tidy(database)


def told(database: Database, term: str) -> list[tuple[str, int, int]]:
    """(video, second, count) of each moment of a word, in the order of the list."""
    arrays = load_arrays(database)
    found = load_postings(database, arrays, term)
    videos = dict(database.execute("select id, video_id from moments").fetchall())
    assert np.all(np.diff(found.moments) > 0)
    return [
        (videos[number], int(arrays.starts[number]), int(count))
        for number, count in zip(found.moments.tolist(), found.counts, strict=True)
    ]


def expected(videos: dict[str, Moments], term: str) -> list[tuple[str, int, int]]:
    return sorted(
        (video_id, start, Counter(words)[term])
        for video_id, moments in videos.items()
        for start, words in moments
        if term in words
    )


def segments(database: Database) -> list[int]:
    return [row[0] for row in database.execute("select count from segments order by first")]


def test_what_is_written_is_read_again(database: Database) -> None:
    write(database, ("a", [(5, ["fox", "dog", "fox"]), (9, ["hen"])]), ("b", [(1, ["fox"])]))
    assert told(database, "fox") == [("a", 5, 2), ("b", 1, 1)]
    assert told(database, "hen") == [("a", 9, 1)]
    assert told(database, "cow") == []
    arrays = load_arrays(database)
    assert arrays.lengths.tolist() == [3, 1, 1]
    assert arrays.videos.tolist() == [0, 0, 2]
    assert (arrays.alive, arrays.any_dead) == (3, False)
    assert arrays.average == pytest.approx(5 / 3)


def test_counts_and_lengths_too_large_are_the_largest_there_are(database: Database) -> None:
    write(database, ("a", [(5, ["fox"] * 70_000)]))
    assert told(database, "fox") == [("a", 5, 255)]
    assert load_arrays(database).lengths.tolist() == [65_535]


def test_a_moment_without_words_is_alive_all_the_same(database: Database) -> None:
    write(database, ("a", [(5, [])]))
    assert load_arrays(database).alive == 1


def test_segments_follow_each_other_and_the_dead_are_left_out(database: Database) -> None:
    write(database, ("a", [(5, ["fox"])]), ("b", [(7, ["fox", "dog"])]))
    write(database, ("c", [(1, ["fox"])]))
    write(database, ("a", [(6, ["fox"]), (8, ["cow"])]))
    assert segments(database) == [2, 1, 2]
    assert told(database, "fox") == [("b", 7, 1), ("c", 1, 1), ("a", 6, 1)]
    assert load_arrays(database).alive == 4
    write(database, ("b", []))
    assert told(database, "dog") == []


def test_an_update_without_moments_writes_no_segment(database: Database) -> None:
    write(database)
    write(database, ("a", []))
    assert segments(database) == []
    assert load_arrays(database).alive == 0
    assert told(database, "fox") == []


def test_small_segments_are_merged_and_their_dead_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_SEGMENTS", 2)
    monkeypatch.setattr(module, "SMALL_SEGMENT", 4)
    large: Moments = [(at, ["fox", "hen"]) for at in range(6)]
    write(database, ("large", large))
    for number in range(3):
        write(database, ("a", [(number, ["fox", f"own{number}"])]))
    assert segments(database) == [6, 3]
    assert told(database, "fox") == [*expected({"large": large}, "fox"), ("a", 2, 1)]
    assert told(database, "own1") == []
    assert database.execute("select * from postings where term = 'own1'").fetchall() == []
    assert database.execute("select * from dead").fetchall() == []
    write(database, ("a", [(9, ["fox"])]))
    assert told(database, "fox")[-1] == ("a", 9, 1)


def test_large_segments_stay_however_many_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_SEGMENTS", 3)
    monkeypatch.setattr(module, "SMALL_SEGMENT", 1)
    for number in range(5):
        write(database, (f"v{number}", [(number, ["fox"])]))
    assert segments(database) == [1] * 5
    assert told(database, "fox") == [(f"v{number}", number, 1) for number in range(5)]


def test_where_most_numbers_are_dead_all_are_given_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those of the moments that passages tell; below the limit nothing is touched."""
    monkeypatch.setattr(module, "WORN_FROM", 8)
    write(database, ("b", [(3, ["hen", "fox"])]))
    for number in range(7):
        write(database, ("a", [(number, ["fox"])]))
    assert database.execute("select max(id) from moments").fetchone() == (7,)
    database.execute(
        "insert into passages(note_id, moment_id, start, trust, line, text, before, after,"
        " context, heading) select 1, id, start, 0, 1, video_id, '', '', '', '' from moments"
    )
    write(database, ("a", [(99, ["fox"]), (100, ["cow"])]))
    numbers = "select id, video_id, start from moments order by id"
    assert database.execute(numbers).fetchall() == [(0, "b", 3), (1, "a", 99), (2, "a", 100)]
    assert told(database, "fox") == [("b", 3, 1), ("a", 99, 1)]
    assert told(database, "cow") == [("a", 100, 1)]
    assert database.execute("select moment_id from passages where text = 'b'").fetchone() == (0,)
    assert segments(database) == [3]
    assert load_arrays(database).videos.tolist() == [0, 1, 1]
    write(database, ("c", [(1, ["fox"])]))
    assert told(database, "fox")[-1] == ("c", 1, 1)


WORDS = st.lists(st.sampled_from(["fox", "dog", "hen"]), max_size=4)
VIDEO = st.lists(st.tuples(st.integers(0, 99), WORDS), max_size=3)
UPDATES = st.lists(st.dictionaries(st.sampled_from("abcd"), VIDEO, max_size=3), max_size=9)


@given(UPDATES)
@settings(max_examples=60, deadline=None)
def test_any_updates_leave_the_lists_of_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, updates: Sequence[dict[str, Moments]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_SEGMENTS", 3)
        patch.setattr(module, "SMALL_SEGMENT", 3)
        patch.setattr(module, "WORN_FROM", 12)
        index = Index.open(tmp_path_factory.mktemp("any") / "index.db")
        try:
            videos: dict[str, Moments] = {}
            for one in updates:
                write(index.database, *one.items())
                videos.update(one)
            for term in ("fox", "dog", "hen"):
                assert sorted(told(index.database, term)) == expected(videos, term)
            arrays = load_arrays(index.database)
            assert arrays.alive == sum(map(len, videos.values()))
            words = [max(1, len(w)) for moments in videos.values() for _, w in moments]
            assert arrays.average == pytest.approx(sum(words) / max(1, len(words)))
        finally:
            index.close()
