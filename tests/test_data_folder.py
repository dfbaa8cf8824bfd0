"""What lies in the data folder."""

from __future__ import annotations

from pathlib import Path

from storage.data_folder import BACKUPS, backups


def test_backups_come_oldest_first_and_nothing_else_is_one(tmp_path: Path) -> None:
    folder = tmp_path / BACKUPS
    assert backups(tmp_path) == []
    folder.mkdir()
    made = [folder / f"state-2026112{day}T000000Z.db" for day in (1, 2, 3)]
    for path in (*reversed(made), folder / "state-20261124T000000Z.db.part", folder / "notes.txt"):
        path.touch()
    assert backups(tmp_path) == made
