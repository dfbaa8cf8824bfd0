"""The folder of notes as it lies on disk: which files count, and reading one of them safely."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from storage.errors import FolderError, NoteError
from storage.model import Problem
from storage.note import MOST_BYTES

SUFFIXES = (".md", ".markdown", ".txt")
_HIDDEN = "."
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""Nothing is there to be read: a file just deleted, a link that leads nowhere or in circles."""
SCAN_KINDS = ("unreadable", "file-name", "not-a-file")
"""The kinds of problems that a scan finds, and nothing else does."""


class Signature(NamedTuple):
    """What `stat` says of a file: unchanged means that it need not be read again."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(slots=True)
class Scan:
    """Every file that may be a note, by key; what could not be looked at (folders end in "/")."""

    files: dict[str, Signature] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def scan(root: Path) -> Scan:
    """Stat every candidate below `root`, in the order of their keys.

    Hidden files and folders are passed over; symbolic links are followed, each folder once,
    under its own name rather than a link's. Raises FolderError where `root` is missing, is no
    folder or cannot be read.
    """
    try:
        status = root.stat()
        if not stat.S_ISDIR(status.st_mode):
            raise FolderError(f"{root} is not a folder; name the folder that holds the notes")
        os.scandir(root).close()
    except FileNotFoundError:
        raise FolderError(f"{root} does not exist; name the folder that holds the notes") from None
    except OSError as error:
        raise FolderError(f"{root} cannot be read: {error.strerror}") from error
    return _Walk(root).scan


class _Walk:
    """One walk through the folder. No recursion: folders may be nested as deep as paths go."""

    def __init__(self, root: Path) -> None:
        self.scan = Scan()
        self._seen: set[tuple[int, int]] = set()
        self._linked: list[tuple[str, str]] = []
        folders = [("", str(root))]
        while folders or self._linked:
            # Links come last, in order: which of two names a folder gets is never left to chance.
            prefix, path = folders.pop() if folders else self._linked.pop(0)
            folders += self._folder(prefix, path)
        self.scan.files = dict(sorted(self.scan.files.items()))

    def _folder(self, prefix: str, path: str) -> list[tuple[str, str]]:
        """Take in one folder's files; the folders in it."""
        try:
            status = Path(path).stat()
            if (status.st_dev, status.st_ino) in self._seen:
                return []
            self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                shown = sorted(
                    (entry for entry in entries if not entry.name.startswith(_HIDDEN)),
                    key=lambda entry: entry.name,
                )
        except OSError as error:
            self._unread(prefix, error, "the folder cannot be read")
            return []
        return [(key + "/", entry.path) for entry in shown for key in self._visit(entry, prefix)]

    def _visit(self, entry: os.DirEntry[str], prefix: str) -> Iterator[str]:
        """Take in a file; the key of a folder that is to be walked."""
        key = prefix + entry.name
        candidate = key.casefold().endswith(SUFFIXES)
        if not _is_utf8(key):
            if candidate or not entry.is_file(follow_symlinks=False):
                shown = os.fsencode(key).decode(errors="replace")
                what = "the name is not UTF-8, left out; rename it"
                self.scan.problems.append(Problem(shown, 1, "file-name", what, lost=True))
            return
        try:
            status = entry.stat()
        except OSError as error:
            # A folder without the right to enter it tells names and kinds, but no more.
            if entry.is_dir(follow_symlinks=False):
                self._unread(key + "/", error, "the folder cannot be read")
            elif candidate:
                self._unread(key, error, "cannot be read")
            return
        if stat.S_ISDIR(status.st_mode):
            if not entry.is_symlink():
                yield key
            else:
                self._linked.append((key + "/", entry.path))
        elif candidate and stat.S_ISREG(status.st_mode):
            self.scan.files[key] = Signature(status.st_size, status.st_mtime_ns, status.st_ino)
        elif candidate:
            what = "not a regular file (a pipe, socket or device), left out"
            self.scan.problems.append(Problem(key, 1, "not-a-file", what))

    def _unread(self, key: str, error: OSError, what: str) -> None:
        """Report it; what is there but cannot be seen keeps its place in the index."""
        gone = error.errno in _GONE
        if not gone:
            self.scan.unread.append(key)
        done = "left out" if gone else "its notes stay as they were"
        message = f"{what} ({error.strerror}); {done}"
        self.scan.problems.append(Problem(key, 1, "unreadable", message, lost=True))


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_file(root: Path, key: str) -> bytes:
    """The bytes of a candidate. Raises NoteError where it cannot be read or is too large."""
    try:
        handle = os.open(root / key, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NoteError(key, 1, "not a regular file")
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read(MOST_BYTES + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise NoteError(key, 1, f"cannot be read: {error.strerror}") from error
