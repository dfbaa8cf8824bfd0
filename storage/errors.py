"""What can go wrong in storage. Every message says what happened, to what, and what to do."""

from __future__ import annotations


class StorageError(Exception):
    """Base of all errors that this package raises on purpose."""


class BusyError(StorageError):
    """Another process holds the database; trying again later can succeed."""


class FullError(StorageError):
    """The disk has no room, or the data folder cannot be written."""


class CorruptError(StorageError):
    """A database file is damaged, foreign, or of a newer version."""


class SlowQueryError(StorageError):
    """A query was given up because it ran past its time limit."""


class LimitError(StorageError):
    """More was asked for than is kept; the words are for people and say what may be done."""


class ImportRefusedError(StorageError):
    """A file of subscriptions that cannot be taken in; the words are for people."""


class FolderError(StorageError):
    """The folder of notes is missing, is no folder, or cannot be read."""


class NoteError(StorageError):
    """A file that cannot be a note: which file, which line, why, and how many citations go lost."""

    def __init__(self, path: str, line: int, reason: str, citations: int = 0) -> None:
        super().__init__(path, line, reason, citations)
        self.path, self.line, self.reason, self.citations = path, line, reason, citations

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"
