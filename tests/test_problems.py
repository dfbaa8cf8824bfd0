"""Which files could not be notes: kept with line and reason until they are mended."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from storage.database import open_reader
from storage.index import Index
from storage.problems import rejected
from storage.update import update
from tests.service import TREES, write_trees

NO_VIDEO = b"---\ntitle: No video\n---\nWords [00:00:01].\n"


def told(data: Path) -> list[str]:
    with closing(open_reader(data / "index.db")) as reader:
        return [str(problem) for problem in rejected(reader)]


def test_a_rejected_file_is_kept_with_line_and_reason_until_it_is_mended(tmp_path: Path) -> None:
    notes, data = write_trees(tmp_path / "notes", TREES[:2]), tmp_path / "data"
    (notes / "broken.md").write_bytes(NO_VIDEO)
    with closing(Index.open(data / "index.db")) as index:
        update(index, notes)
        (problem,) = told(data)
        assert problem.startswith("broken.md:1: rejected: ")
        assert "videoId" in problem
        update(index, notes)
        assert told(data) == [problem]
        (notes / "broken.md").unlink()
        update(index, notes)
        assert told(data) == []
