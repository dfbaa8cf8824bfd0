"""What lies in the data folder, by name; the lock of its bot is in storage.lock."""

from __future__ import annotations

from pathlib import Path

INDEX, STATE, BACKUPS = "index.db", "state.db", "backups"


def backups(data: Path) -> list[Path]:
    """The backups of state.db that were made there, the oldest first."""
    return sorted((data / BACKUPS).glob("state-*.db"))
