"""Videos by their titles."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.memory import Memory
from storage.video_titles import videos_titled
from tests.vaults import OTHER, THIRD, VIDEO, build, reader, write_file, write_note

TITLES = {VIDEO: "Solving word games by theory", OTHER: "How to solve a maze", THIRD: "Not noted"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    place = tmp_path_factory.mktemp("titles")
    write_note(place / "notes", "c/a.md", "A", VIDEO)
    write_note(place / "notes", "c/b.md", "B", OTHER)
    page = "".join(f"### [{t}](https://youtu.be/{v})\n" for v, t in TITLES.items())
    write_file(place / "notes", "c/c.md", f"---\ntitle: c\n---\n\n{page}")
    build(place / "notes", place / "index.db")
    with reader(place / "index.db") as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "video"),
    [
        ("Solving word games by theory", VIDEO),
        ("word games", VIDEO),
        ("how to slove a maze", OTHER),
        ("Not noted", None),
        ("the", None),
        ("", None),
        ("cooking pasta", None),
    ],
)
def test_a_title_as_somebody_remembers_it_finds_a_video_with_notes(
    database: Database, typed: str, video: str | None
) -> None:
    found = videos_titled(database, Memory(), typed, 1)
    assert found == (((video, TITLES[video]),) if video else ())


def test_an_empty_index_has_no_titles(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as empty:
        assert videos_titled(empty, Memory(), "word games", 3) == ()
