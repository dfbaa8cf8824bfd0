"""One file to one note, whatever the file: no error but NoteError, no citation lost unsaid."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.errors import NoteError
from storage.marks import MOST_CITATIONS
from storage.model import Note
from storage.note import parse_note
from tests.hostile import CITE, PIECES, RUNS, deep, lines, run
from tests.small_notes import HEAD, ID, check, parse


@given(st.binary(max_size=400))
def test_any_bytes_are_a_note_nothing_or_a_note_error(data: bytes) -> None:
    for whole in (data, HEAD.encode() + data):
        try:
            note = parse_note("a/b.md", whole)
        except NoteError:
            continue
        if isinstance(note, Note):
            check(note)


@given(st.text(max_size=400))
def test_any_text_is_a_note_below_a_usual_head(text: str) -> None:
    assert isinstance(parse_note("a/b.md", (HEAD + text).encode()), Note)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("    " * 3 + CITE)
@example("    " * 40 + CITE)
def test_any_markup_keeps_every_citation_accounted_for(body: str) -> None:
    note = parse(HEAD + body)
    linked = sum(len(passage.moments) for passage in note.passages)
    assert linked <= note.tally.found


@pytest.mark.parametrize(
    "head", ["---\n{}\n---\n", f"---\nvideoId: {ID}\n{{}}\n---\n", HEAD + "{}"]
)
def test_more_citations_than_can_be_told_apart_are_a_note_error(head: str) -> None:
    data = head.format("[0:01] " * (MOST_CITATIONS + 1)).encode()
    with pytest.raises(NoteError, match="more than 30,000 citations, not read; split it"):
        parse_note("a/b.md", data)


@pytest.mark.parametrize("shape", [run, lines, deep])
@pytest.mark.parametrize("unit", RUNS)
def test_adversarial_input_of_200_kb_takes_less_than_a_second(
    shape: Callable[[str], str], unit: str
) -> None:
    data = (HEAD + shape(unit)).encode()
    started = time.process_time()
    note = parse_note("a/b.md", data)
    assert time.process_time() - started < 1
    assert isinstance(note, Note)
    check(note)
