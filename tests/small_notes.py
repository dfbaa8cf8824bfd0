"""Notes of our own as bytes, read and checked, for tests."""

from storage.model import Note
from storage.note import parse_note
from tests.hostile import CITE

ID = "dQw4w9WgXcQ"
A = '<a class="yt-timestamp" data-t="{0}">[{0}]</a>'
HEAD = f"---\ntitle: Bread\nvideoId: {ID}\n---\n\nFrom: [[bakers]] <br/> \n"
FIRST_LINE = 7


def parse(text: str, key: str = "bakers/bread.md") -> Note:
    note = parse_note(key, text.encode())
    assert isinstance(note, Note)
    check(note)
    return note


def read(body: str) -> Note:
    return parse(HEAD + body.replace("@", CITE))


def check_sums(note: Note) -> None:
    """What holds for every note: sums add up, losses are told, passages have words and moments."""
    tally = note.tally
    assert tally.found == tally.exact + tally.near + tally.start + tally.lost
    assert tally.lost == sum(problem.lost for problem in note.problems)
    for passage in note.passages:
        assert passage.moments
        assert passage.text.strip()


def check(note: Note) -> None:
    """The same, and nothing of the markup is shown, where the note has it as markup only."""
    check_sums(note)
    for passage in note.passages:
        for shown in (passage.sentence, passage.context, *passage.heading):
            assert "<a " not in shown
            assert "yt-timestamp" not in shown
            assert not any("\U000f0000" <= char <= "\U000ffffd" for char in shown)


def told(note: Note) -> list[tuple[str, list[int]]]:
    return [(p.text, [moment.start for moment in p.moments]) for p in note.passages]
