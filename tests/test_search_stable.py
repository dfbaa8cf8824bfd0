"""What stays as it is while notes come and go, and what a reader sees meanwhile."""

import tempfile
import threading
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.database import snapshot
from storage.memory import Memory
from storage.query import parse_query
from storage.reading import counts
from storage.search import search
from storage.update import update
from tests.vaults import VIDEO, build, cite, opened, reader, write_note

NOUNS = ("fox", "dog", "hen", "cow", "owl")
CLAIMS = st.lists(
    st.tuples(st.lists(st.sampled_from(NOUNS), min_size=1, max_size=6), st.integers(0, 40)),
    max_size=6,
)


def body_of(claims: list[tuple[list[str], int]]) -> str:
    return " ".join(f"{' '.join(words)} {cite(21 * at + 1)}." for words, at in claims) or "Nothing."


def first(path: Path, text: str) -> tuple[str, int, str] | None:
    with reader(path) as database:
        hits = search(database, Memory(), parse_query(text), 1).hits
    return (hits[0].moment.video_id, hits[0].moment.start, hits[0].passage.text) if hits else None


@given(CLAIMS, CLAIMS)
@settings(max_examples=40, deadline=None)
def test_another_note_never_takes_the_first_place_of_an_exact_match(
    claims: list[tuple[list[str], int]], others: list[tuple[list[str], int]]
) -> None:
    """One passage says the phrase, whatever else is said and however often."""
    with tempfile.TemporaryDirectory() as place:
        notes, path = Path(place, "notes"), Path(place, "index.db")
        write_note(notes, "a.md", body=f"The red goat met a fox and a dog {cite(5000)}.")
        write_note(notes, "b.md", "B", "video-other", body_of(claims))
        build(notes, path)
        exact = [first(path, text) for text in ("red goat met", "goat", '"fox and a dog"')]
        assert {one and one[1] for one in exact} == {5000}
        write_note(notes, "c.md", "C", "video-third", body_of(others))
        write_note(notes, "d.md", "D", "video-fourth", f"Red red goats; met met met {cite(7)}.")
        build(notes, path)
        assert [first(path, text) for text in ("red goat met", '"fox and a dog"')] == [
            exact[0],
            exact[2],
        ]


def test_a_moment_with_all_words_stands_above_those_with_some(tmp_path: Path) -> None:
    """However long it is, and however near to each other the others have the words."""
    long = " ".join(f"word{number}" for number in range(90))
    body = " ".join(
        f"Stone, stone {cite(61 * at + 1)}. Temple {cite(61 * at + 9)}." for at in range(30)
    )
    write_note(tmp_path / "notes", "a.md", body=body)
    write_note(tmp_path / "notes", "b.md", "B", "video-other", f"Stone {long} temple {cite(7)}.")
    filler = " ".join(f"Hens {number} {cite(61 * number + 1)}." for number in range(90))
    write_note(tmp_path / "notes", "c.md", "C", "video-third", filler)
    build(tmp_path / "notes", tmp_path / "index.db")
    for text in ("stone temple", "temple stone"):
        found = first(tmp_path / "index.db", text)
        assert found is not None
        assert found[:2] == ("video-other", 7)


def test_the_same_question_has_the_same_answer_after_any_restart(tmp_path: Path) -> None:
    """Also where hundreds of moments are equally good: which come first is never left to chance."""
    notes = tmp_path / "notes"
    for number in range(40):
        body = " ".join(f"A fox jumps {cite(31 * at + 1)}." for at in range(10))
        write_note(notes, f"{number:02}.md", f"N{number}", f"video-{number:05}", body)
    build(notes, tmp_path / "one.db")
    for number in (3, 17, 39):  # indexed again: their moments get other numbers
        write_note(notes, f"{number:02}.md", "Other", f"video-{number:05}", f"Hen {cite(5)}.")
        build(notes, tmp_path / "one.db")
        body = " ".join(f"A fox jumps {cite(31 * at + 1)}." for at in range(10))
        write_note(notes, f"{number:02}.md", f"N{number}", f"video-{number:05}", body)
        build(notes, tmp_path / "one.db")
    build(notes, tmp_path / "two.db")
    with reader(tmp_path / "one.db") as one, reader(tmp_path / "two.db") as two:
        for text in ("fox", "fox jumps", "jupms", "hen fox"):
            query = parse_query(text)
            assert search(one, Memory(), query, 300) == search(two, Memory(), query, 300)


def test_a_reader_sees_the_old_vault_or_the_new_one(tmp_path: Path) -> None:
    """Every answer is of one version, though a writer replaces all notes again and again."""
    notes, path = tmp_path / "notes", tmp_path / "index.db"

    def write(version: int) -> None:
        for number in range(6):
            body = "".join(f"Ash v{version} fell {cite(10 * at)}. " for at in range(version + 1))
            write_note(notes, f"c/{number}.md", f"Title v{version}", VIDEO, body)

    write(0)
    build(notes, path)
    begun, done = threading.Event(), threading.Event()

    def keep_writing() -> None:
        try:
            assert begun.wait(60)
            with opened(path) as index:
                for version in range(1, 12):
                    write(version)
                    update(index, notes)
        finally:
            done.set()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    seen, last = set(), False
    with reader(path) as database:
        while not last:  # at least once before the first change, and once after the last
            last = done.is_set()
            with snapshot(database):
                hits = search(database, Memory(), parse_query("ash"), 50).hits
                seen.add(_version(hits[0].passage.text))
                versions = {_version(hit.passage.text) for hit in hits}
                versions |= {_version(note.title) for hit in hits for note in hit.notes}
                assert versions == {len(hits) - 1}
                assert counts(database).moments == len(hits)
            begun.set()
    writer.join()
    assert len(seen) > 1


def _version(text: str) -> int:
    return int(next(word for word in text.split() if word.startswith("v"))[1:])
