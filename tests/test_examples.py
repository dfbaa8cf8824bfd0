"""The questions that a newcomer is shown: they must work on the notes at hand."""

from pathlib import Path

import pytest

from storage.examples import Examples, examples
from storage.memory import Memory
from storage.query import parse_claim, parse_query
from storage.search import SOURCE, evidence, search
from storage.topics import EXACT, find_topics
from tests.vaults import build, cite, reader, write_note, write_vault

LONG = "The very long story of the fox and the dog and the hen goes on and on " * 6


def examples_of(root: Path, path: Path) -> Examples:
    """Examples of a folder, each of which is tried: its first answer must be a good one."""
    build(root, path)
    with reader(path) as database:
        memory = Memory()
        made = examples(database, memory)
        if made.topic:
            found = find_topics(database, memory, made.topic.removeprefix("/topic "), 1)
            assert found[0].score == EXACT
        if made.search:
            words = parse_query(made.search.removeprefix("/search "))
            assert search(database, memory, words, 1).hits
        if made.source:
            claim = parse_claim(made.source.removeprefix("/source "))
            assert evidence(database, memory, claim, 1).strengths[0] >= SOURCE
        return made


def test_three_questions_from_the_note_that_most_link_to(tmp_path: Path) -> None:
    write_vault(tmp_path / "notes")
    for number in range(4):
        body = f"See [[hub]] and the many other things that we like to talk about {cite(5)}."
        write_note(tmp_path / "notes", f"c/{number}.md", f"Spoke {number}", "spoke-video", body)
    body = (
        f"The wheel turns round the hub, which carries the load of the cart {cite(9)}. "
        f"Grease keeps the hub from getting hot when the cart rolls downhill {cite(90)}."
    )
    write_note(tmp_path / "notes", "c/hub.md", "Hub", "hub---video", body)
    made = examples_of(tmp_path / "notes", tmp_path / "index.db")
    assert made.topic == "/topic Hub"
    assert len(list(made)) == 3
    assert "wheel" in made.source + made.search


@pytest.mark.parametrize(
    "body",
    [
        f"Short {cite(5)}.",
        f"{LONG} {cite(5)}. {LONG} again {cite(50)}.",
        f"東京は日本の首都です。 {cite(5)} 大阪も大きいです。 {cite(50)}",
        f"It is what it is {cite(5)}.",
        f"1 + 1 = 2 {cite(5)}.",
    ],
)
def test_notes_of_any_kind_make_examples_that_work(tmp_path: Path, body: str) -> None:
    write_note(tmp_path / "notes", "a.md", "A topic", body=body)
    made = examples_of(tmp_path / "notes", tmp_path / "index.db")
    assert made
    assert all(len(one) < 200 and one.split(" ", 1)[1].strip() for one in made)


def test_notes_that_cite_nothing_and_no_notes_make_none(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    assert not examples_of(tmp_path / "notes", tmp_path / "index.db")
    write_note(tmp_path / "notes", "a.md", body="Nothing is cited.")
    assert not examples_of(tmp_path / "notes", tmp_path / "index.db")
