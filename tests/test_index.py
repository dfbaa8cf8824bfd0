"""What one update does to the index: files in every role they can have, one after the other."""

from pathlib import Path

import pytest

from storage import postings, videos, writing
from storage.folder import Signature
from storage.index import Changes, Index
from storage.intake import ParsedFile
from storage.memory import Memory
from storage.model import Problem
from storage.query import parse_query
from storage.reading import counts, generation, open_note
from storage.search import search
from storage.update import update
from tests.vaults import (
    OTHER,
    VIDEO,
    assert_whole,
    build,
    cite,
    dump,
    fresh_dump,
    opened,
    reader,
    write_file,
    write_note,
    write_vault,
)

PAGE = "---\ntitle: C\n---\n\n### [{}](https://www.youtube.com/watch?v=" + VIDEO + ")\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "index.db"


def found(path: Path, words: str) -> list[str]:
    """The keys of the notes that the moments found are shown from."""
    with reader(path) as database:
        return [hit.note.key for hit in search(database, Memory(), parse_query(words), 50).hits]


def test_notes_within_two_seconds_tell_one_moment_searchable_by_all_their_words(
    notes: Path, path: Path
) -> None:
    write_note(notes, "a.md", body=f"Foxes jump {cite(10)}.")
    write_note(notes, "b.md", body=f"Hens flee {cite(12)}.")
    write_note(notes, "c.md", body=f"Cows sleep {cite(13)}.", video_id=OTHER)
    build(notes, path)
    with reader(path) as database:
        (hit,) = search(database, Memory(), parse_query("hens foxes"), 5).hits
        assert {note.key for note in hit.notes} == {"a.md", "b.md"}
        assert counts(database).moments == 2
    assert_whole(path)


def test_passages_of_unknown_time_are_moments_of_their_own(notes: Path, path: Path) -> None:
    body = f"Foxes jump {cite(99 * 3600 + 61 * 60)}. Hens flee {cite(99 * 3600 + 62 * 60)}."
    write_note(notes, "a.md", body=body)
    build(notes, path)
    with reader(path) as database:
        (hit,) = search(database, Memory(), parse_query("hens"), 5).hits
        assert (hit.passage.text, hit.notes[0].key, len(hit.notes)) == ("Hens flee.", "a.md", 1)
    assert_whole(path)


def test_a_note_that_moves_to_another_video_takes_its_words_along(notes: Path, path: Path) -> None:
    write_note(notes, "a.md", body=f"Foxes jump {cite(10)}.")
    write_note(notes, "b.md", body=f"Hens flee {cite(10)}.")
    build(notes, path)
    write_note(notes, "b.md", body=f"Hens flee {cite(10)}.", video_id=OTHER)
    assert build(notes, path) == Changes(changed=1)
    with reader(path) as database:
        (hit,) = search(database, Memory(), parse_query("hens"), 5).hits
        assert (hit.moment.video_id, [note.key for note in hit.notes]) == (OTHER, ["b.md"])
    assert_whole(path)


def test_two_notes_that_swap_their_videos(notes: Path, path: Path) -> None:
    for first, second in ((VIDEO, OTHER), (OTHER, VIDEO)):
        write_note(notes, "a.md", body=f"Foxes jump {cite(10)}.", video_id=first)
        write_note(notes, "b.md", body=f"Hens flee {cite(10)}.", video_id=second)
        build(notes, path)
    assert found(path, "foxes") == ["a.md"]
    assert_whole(path)


def test_a_change_of_title_alone_is_a_change(notes: Path, path: Path) -> None:
    write_note(notes, "a.md", "Old", body=f"Foxes jump {cite(10)}.")
    build(notes, path)
    write_note(notes, "a.md", "New", body=f"Foxes jump {cite(10)}.")
    assert build(notes, path) == Changes(changed=1)
    with reader(path) as database:
        opened_note = open_note(database, "a.md")
    assert opened_note is not None
    assert opened_note.info.title == "New"
    assert_whole(path)


def test_an_index_page_gives_changes_and_takes_a_videos_title(notes: Path, path: Path) -> None:
    write_note(notes, "c/a.md")
    seen = []
    for titles in (["Old"], ["Новое", "Second of the same video"], []):
        write_file(notes, "c/c.md", "".join(PAGE.format(title) for title in titles) or "---\n---\n")
        build(notes, path)
        with reader(path) as database:
            opened_note = open_note(database, "c/a.md")
        assert opened_note is not None
        seen.append(opened_note.info.video_title)
    assert seen == ["Old", "Новое", ""]


def test_a_rejected_file_is_one_problem_until_it_is_good(notes: Path, path: Path) -> None:
    def problems() -> list[str]:
        with opened(path) as index:
            return [row[0] for row in index.database.execute("select kind from problems")]

    broken = f"---\ntitle: x\n---\nFoxes jump {cite(10)}."
    write_file(notes, "a.md", broken)
    assert build(notes, path) == Changes(rejected=1)
    write_file(notes, "a.md", broken + " More.")
    assert build(notes, path) == Changes(rejected=1)
    assert problems() == ["rejected"]
    write_note(notes, "a.md")
    assert build(notes, path) == Changes(added=1)
    assert problems() == []
    write_file(notes, "a.md", broken)
    assert build(notes, path) == Changes(removed=1, rejected=1)
    (notes / "a.md").unlink()
    assert build(notes, path) == Changes()
    assert problems() == []
    assert_whole(path)


def test_the_problems_of_a_scan_are_those_of_the_last_scan(notes: Path, path: Path) -> None:
    write_note(notes, "a.md")
    folder = [Problem("b/", 1, "unreadable", "x", lost=True), Problem("p.md", 1, "not-a-file", "y")]
    with opened(path) as index:
        update(index, notes)
        for _ in range(2):
            index.apply((), problems=folder)
        assert index.folder_problems() == folder
        index.apply((), problems=[])
        assert index.folder_problems() == []


def test_the_generation_grows_only_when_something_changed(notes: Path, path: Path) -> None:
    def now() -> int:
        with reader(path) as database:
            return generation(database)

    note = write_note(notes, "a.md")
    build(notes, path)
    before = now()
    note.touch()
    assert build(notes, path) == Changes()
    assert now() == before
    write_note(notes, "b.md")
    build(notes, path)
    assert now() > before


def test_an_index_built_anew_is_of_a_later_generation(notes: Path, path: Path) -> None:
    write_note(notes, "a.md")
    with opened(path) as index:
        seen = []
        for _ in range(3):
            update(index, notes)
            with reader(path) as database:
                seen.append(generation(database))
            index.rebuild()
    assert seen == sorted(set(seen))


def test_an_update_that_fails_in_the_middle_leaves_all_as_it_was(notes: Path, path: Path) -> None:
    write_vault(notes)
    build(notes, path)
    before = dump(path)
    write_vault(notes, version="new")

    def fail(done: int, total: int) -> None:
        raise ZeroDivisionError

    with opened(path) as index:
        with pytest.raises(ZeroDivisionError):
            update(index, notes, fail)
        assert dump(path) == before
        assert update(index, notes) == Changes(changed=6)
    assert_whole(path)


def test_the_writer_says_when_its_index_is_complete(notes: Path, path: Path) -> None:
    with opened(path) as index:
        assert not index.complete
        update(index, notes)
        assert index.complete
        index.rebuild()
        assert (index.complete, index.rebuilds) == (False, 1)


def test_an_index_opened_again_is_the_same(notes: Path, path: Path) -> None:
    write_vault(notes)
    build(notes, path)
    before = dump(path)
    with opened(path) as index:
        assert isinstance(index, Index)
        assert index.complete
    assert dump(path) == before


def test_passages_in_great_number_are_not_all_held_at_once(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written before their video is indexed, and it all comes out the same."""
    write_vault(notes, folders=3, notes=5)
    whole = fresh_dump(notes, path.parent / "whole.db")
    monkeypatch.setattr(writing, "MOST_HELD", 3)
    build(notes, path)
    assert_whole(path)
    assert dump(path) == whole
    write_vault(notes, folders=3, notes=5, version="new")
    build(notes, path)
    assert_whole(path)
    assert dump(path) == fresh_dump(notes, path.parent / "new.db")


def test_a_great_update_writes_several_segments(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_vault(notes, folders=3, notes=5)
    whole = fresh_dump(notes, path.parent / "whole.db")
    monkeypatch.setattr(videos, "FULL_SEGMENT", 5)
    build(notes, path)
    assert_whole(path)
    assert dump(path) == whole
    with reader(path) as database:
        assert database.execute("select count(*) from segments").fetchone()[0] > 2


def test_an_index_changed_very_often_does_not_grow(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each update gives new numbers to a video's moments; when most are dead, all get new ones."""
    monkeypatch.setattr(postings, "WORN_FROM", 40)
    monkeypatch.setattr(postings, "MOST_SEGMENTS", 4)
    write_vault(notes, folders=2, notes=3)
    for version in range(12):
        write_note(notes, "channel00/topic_0.md", "Topic 0", "v0000-0000x", f"V{version} {cite(9)}")
        build(notes, path)
        assert_whole(path)
        with reader(path) as database:
            given = database.execute("select value from meta where name = 'next_moment'")
            assert given.fetchone()[0] < 60
            (hit,) = search(database, Memory(), parse_query(f"v{version}"), 5).hits
            assert hit.moment.start == 9
            assert not search(database, Memory(), parse_query(f'"v{version - 1}"'), 5).hits
    assert dump(path) == fresh_dump(notes, path.parent / "fresh.db")


def test_a_word_that_is_no_longer_said_is_no_spelling_of_another(notes: Path, path: Path) -> None:
    write_note(notes, "a.md", body=f"Volcanos erupt {cite(10)}.")
    write_note(notes, "b.md", body=f"Hens flee {cite(10)}. Volcanic ash {cite(90)}.")
    build(notes, path)
    write_note(notes, "a.md", body=f"Cows sleep {cite(10)}.")
    build(notes, path)
    with reader(path) as database:
        assert search(database, Memory(), parse_query("volcanoz"), 5).mended == (
            ("volcanoz", "volcanic"),
        )
    assert_whole(path)


def test_what_another_process_indexed_is_known(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    ours, theirs = Index.open(path), Index.open(path)
    assert ours.files() == {}
    theirs.apply([ParsedFile("a.txt", Signature(1, 2, 3), b"hash")])
    assert ours.files() == {"a.txt": (Signature(1, 2, 3), b"hash")}
    ours.apply([ParsedFile("b.txt", Signature(4, 5, 6), b"more")], remove=["a.txt"])
    assert ours.files() == theirs.files() == {"b.txt": (Signature(4, 5, 6), b"more")}
    ours.close()
    theirs.close()
