"""A note as rows: every column is there, and nothing of the note is lost on the way."""

from pathlib import Path

from storage.index import Index
from storage.model import Moment, Note, Trust
from storage.names import short_hash
from storage.record import NOTE_COLUMNS, PASSAGE_COLUMNS, NoteRecord, PassageRecord, record_of
from tests.small_notes import ID, read


def note_of(body: str) -> tuple[Note, NoteRecord]:
    note = read(body)
    return note, record_of(note)


def test_a_notes_rows_say_what_the_note_says() -> None:
    note, rows = note_of(
        "# The crust\nBread browns @ and [[rye_bread|rye]] does not @.\n\nUncited."
    )
    assert (rows.key, rows.ref, rows.name) == (note.key, short_hash(note.key), "bread")
    assert (rows.title, rows.channel, rows.video_id) == ("Bread", note.channel, ID)
    assert (rows.headings, "Uncited" in rows.rest) == ("The crust", True)
    assert rows.found == note.tally.found == 2
    assert rows.links == (("rye_bread", "rye_bread", "rye"),)
    assert [(row.text, row.line, row.heading) for row in rows.passages] == [
        (passage.text, passage.line, "\n".join(passage.heading)) for passage in note.passages
    ]


def test_only_lost_problems_are_kept() -> None:
    note, rows = note_of("Bread browns @.")
    assert [row[2] for row in rows.problems] == [p.kind for p in note.problems if p.lost]


def test_the_words_of_a_passage_travel_folded_and_without_stop_words() -> None:
    _, rows = note_of("The Café’s bread, and Хлеб @.")
    assert rows.passages[0].words == "cafes bread khleb"


def test_further_moments_are_kept_with_their_trust() -> None:
    passage = Moment(ID, 5, Trust.EXACT), Moment(ID, 9, Trust.NEAR)
    note, _ = note_of("Bread browns @.")
    (first,) = note.passages
    whole = Note(note.key, "t", "c", ID, (type(first)("x", passage, 1),))
    (row,) = record_of(whole).passages
    assert (row.start, row.trust, row.more) == (5, 0, "[[9, 1]]")


def test_every_column_has_its_value_in_the_tables_order(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "index.db")
    try:
        for table, columns, record, more in (
            ("notes", NOTE_COLUMNS, NoteRecord, 3),
            ("passages", PASSAGE_COLUMNS, PassageRecord, 1),
        ):
            named = columns.split(", ")
            info = index.database.execute(f"select name from pragma_table_info('{table}')")
            assert {row[0] for row in info} >= set(named)
            assert len(named) == len(record._fields) - more
    finally:
        index.close()
