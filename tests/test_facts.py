"""What subscriptions need to know of notes, from a real index."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage import interest
from storage.facts import marked, new_notes, would_have_matched
from storage.interest import Interest, matches
from storage.memory import Memory
from storage.reading import generation
from tests.subscriptions_fixture import saved
from tests.vaults import OTHER, VIDEO, build, cite, reader, write_note

TIDES = (
    f"## Spring tides\n\nThe moon pulls {cite(5)}, and the sun helps {cite(9)}.\n\n"
    f"It takes two:\n\n* See [[cold_frame|cold frames]] and [[Neap tides#why]] {cite(30)}\n"
    f"* Nested:\n    * deeply {cite(40)}\n\n"
    "Nobody cites the harbour."
)
KEYS = ("seas/tides.md", "seas/waves.md", "gardens/compost.md")
SECONDS = 1_700_000_000


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Three notes; the tides are the newest, the compost is the oldest."""
    root = tmp_path / "notes"
    write_note(root, KEYS[0], "Tides of the sea", VIDEO, TIDES)
    write_note(root, KEYS[1], "Waves", OTHER)
    write_note(root, KEYS[2], "Compost", OTHER, f"Compost warms the tide of spring {cite(4)}.")
    for key, age in zip(KEYS, (0, 1, 2), strict=True):
        os.utime(root / key, (SECONDS - age, SECONDS - age))
    build(root, tmp_path / "index.db")
    return root


@pytest.fixture
def database(notes: Path) -> Iterator[Database]:
    with reader(notes.parent / "index.db") as database:
        yield database


def test_notes_come_as_they_are_asked_for_without_those_that_are_gone(database: Database) -> None:
    found = new_notes(database, [KEYS[1], "seas/gone.md", KEYS[0], KEYS[1]])
    assert [(note.key, note.title, note.channel, note.video_id) for note in found] == [
        (KEYS[1], "Waves", "seas", OTHER),
        (KEYS[0], "Tides of the sea", "seas", VIDEO),
    ]
    assert new_notes(database, []) == []


def test_many_notes_come_at_once(tmp_path: Path) -> None:
    keys = [f"seas/n{number}.md" for number in range(250)]
    for key in keys:
        write_note(tmp_path / "notes", key)
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        assert [note.key for note in new_notes(database, keys)] == keys
        assert [note.key for note in marked(database)] == sorted(keys)


def test_a_note_is_named_by_title_file_and_links(database: Database) -> None:
    (note,) = new_notes(database, [KEYS[0]])
    assert note.names == {"tides_of_the_sea", "tides", "cold_frame", "neap_tides"}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('"tides of the sea"', True),
        ('"spring tides"', True),
        ('"the moon pulls"', True),
        ('"moon pulls and the sun"', True),
        ('"nobody cites the harbour"', True),
        ('"it takes two"', True),
        ("cold frames nested", True),
        ('"takes two nested"', False),
        ('"the sea spring"', False),
        ('"sun helps it takes"', False),
        ("compost", False),
    ],
)
def test_every_word_of_a_note_can_be_asked_for_a_phrase_in_one_piece_of_it(
    database: Database, text: str, fits: bool
) -> None:
    (note,) = new_notes(database, [KEYS[0]])
    assert matches(saved(text), note) is fits


ASKED: list[tuple[Interest, list[str]]] = [
    (interest.everything(), [KEYS[0], KEYS[1], KEYS[2]]),
    (interest.channel("Seas"), [KEYS[0], KEYS[1]]),
    (interest.topic("Cold frame"), [KEYS[0]]),
    (interest.topic("Nothing"), []),
    (saved("tide"), [KEYS[0], KEYS[2]]),
    (saved("tide -moon"), [KEYS[2]]),
    (saved('"tide of spring"'), [KEYS[2]]),
    (saved("spring channel:seas"), [KEYS[0]]),
    (saved("harbour compost"), []),
    (saved("of"), [KEYS[0], KEYS[1], KEYS[2]]),
]


@pytest.mark.parametrize(("wanted", "keys"), ASKED)
def test_a_preview_counts_what_would_have_matched_the_newest_first(
    database: Database, wanted: Interest, keys: list[str]
) -> None:
    count, total, shown = would_have_matched(database, Memory(), wanted)
    assert (count, total, [info.key for info in shown]) == (len(keys), 3, keys)


def test_a_preview_is_of_the_newest_notes_only(database: Database) -> None:
    memory = Memory()
    assert would_have_matched(database, memory, interest.channel("seas"), 2)[:2] == (2, 2)
    assert would_have_matched(database, memory, saved("compost"), 2)[:2] == (0, 2)
    assert would_have_matched(database, memory, saved("compost"))[:2] == (1, 3)


def test_a_preview_names_three_of_many(tmp_path: Path) -> None:
    for number in range(5):
        write_note(tmp_path / "notes", f"seas/n{number}.md")
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        count, total, shown = would_have_matched(database, Memory(), saved("fox"))
        assert (count, total, len(shown)) == (5, 5, 3)


def test_a_preview_knows_a_changed_note(notes: Path) -> None:
    memory = Memory()
    path = notes.parent / "index.db"
    for body, count in (("", 0), (f"A whale sings {cite(3)}.", 1)):
        write_note(notes, KEYS[1], "Waves", OTHER, body)
        build(notes, path)
        with reader(path) as database, memory.at(generation(database)):
            assert would_have_matched(database, memory, saved("whale"))[0] == count


def test_marks_tell_a_note_by_name_by_content_and_by_its_video(
    notes: Path, database: Database
) -> None:
    before = {note.key: set(note.marks) for note in marked(database)}
    assert [note.key for note in marked(database, [KEYS[1], "seas/gone.md"])] == [KEYS[1]]
    assert list(before) == sorted(KEYS)
    moved = notes / "seas" / "moved.md"
    (notes / KEYS[0]).rename(moved)
    build(notes, notes.parent / "index.db")
    with reader(notes.parent / "index.db") as after:
        (note,) = marked(after, ["seas/moved.md"])
    assert len(before[KEYS[0]] & set(note.marks)) == 2
    assert before[KEYS[1]].isdisjoint(note.marks)
