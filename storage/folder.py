"""The folder of notes as it lies on disk: which files count, and reading one of them safely."""

from __future__ import annotations

import errno
import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from storage.errors import FolderError, NoteError
from storage.model import Problem
from storage.note import MOST_BYTES

SUFFIXES = (".md", ".markdown", ".txt")
_PASSED_OVER = (".", "~$", "~syncthing~")
"""How hidden files begin, and what Office and Syncthing write on the way to a file."""
_SYSTEM = ("@eadir", "#recycle", "$recycle.bin", "__macosx", "lost+found")
_TEMPORARY = tuple(f".{word}{suffix}" for word in ("tmp", "temp") for suffix in SUFFIXES)
_CONFLICT_COPY = re.compile(
    r"""(?: \.sync-conflict-\d{8}-\d{6}(?:-\w+)?         # Syncthing
          | _conflict-\d{8}-\d{6}                        # Nextcloud, ownCloud
          | [ ]\((?:[^()]*\s)?conflicted[ ]copy[^()]*\)  # Dropbox, Nextcloud, Obsidian
        ) (?:[ ]\(\d+\))? \.\w+ $""",
    re.VERBOSE | re.IGNORECASE,
)
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""Nothing is there to be read: a file just deleted, a link that leads nowhere or in circles."""
SCAN_KINDS = ("unreadable", "file-name", "not-a-file", "conflict-copy")
"""The kinds of problems that a scan finds, and nothing else does."""


class Signature(NamedTuple):
    """What `stat` says of a file: unchanged means that it need not be read again."""

    size: int
    mtime_ns: int
    inode: int


class Look(NamedTuple):
    """A signature, and when the file was last touched in any way: what tells a file in motion."""

    signature: Signature
    ctime_ns: int


@dataclass(slots=True)
class Scan:
    """Every file that may be a note, by key; what could not be looked at (folders end in "/")."""

    files: dict[str, Signature] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name, and all in it, is none of ours: not a word on it.

    Hidden ones (.git, .obsidian, .trash, .stversions), wastebaskets and other things that
    systems keep in folders, and what editors and sync tools write on the way to a note.
    """
    if name.startswith(_PASSED_OVER):
        return True
    folded = name.casefold()
    return folded in _SYSTEM or folded.endswith(_TEMPORARY)


def is_conflict_copy(name: str) -> bool:
    """Whether a sync tool made this file, of a note that was changed in two places."""
    return "conflict" in name.casefold() and _CONFLICT_COPY.search(name) is not None


def scan(root: Path, before: Scan | None = None) -> Scan:
    """Stat every candidate below `root`, in the order of their keys.

    Symbolic links are followed, each folder once, under its own name rather than a link's.
    An earlier scan makes it quicker: names that were judged then are not judged again.
    Raises FolderError where `root` is missing, is no folder or cannot be read, and where it went
    away meanwhile: what was not found then is not gone.
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
    found = _Walk(root, before.files if before else {}).scan
    if not _is_still(root, status):
        raise FolderError(f"{root} went away while it was read; it is read again when it is back")
    return found


def _is_still(root: Path, status: os.stat_result) -> bool:
    """Whether the same folder bears the name."""
    try:
        return os.path.samestat(root.stat(), status)
    except OSError:
        return False


def rescan(root: Path, before: Scan, keys: Iterable[str]) -> Scan | None:
    """The scan before, these notes looked at again: quick, where nothing else was touched.

    None where that is not all there is to it, and the whole folder has to be scanned: one of
    them is gone, no plain note, was a problem, or lies in a folder that held no notes before.
    A file that has a second name, by a link, is looked at under the name that was given alone.
    """
    files, told = dict(before.files), {problem.path for problem in before.problems}
    known = list(files)
    for key in keys:
        folder, _, name = key.rpartition("/")
        at = bisect_left(known, f"{folder}/" if folder else "")
        walked = not folder or (at < len(known) and known[at].startswith(f"{folder}/"))
        if key in told or not walked or is_conflict_copy(name) or not _is_utf8(key):
            return None
        seen = _regular(root, key) if key.casefold().endswith(SUFFIXES) else None
        if seen is None:
            return None
        files[key] = seen.signature
    if len(files) > len(known):
        files = dict(sorted(files.items()))
    return Scan(files, before.problems, before.unread)


def _regular(root: Path, key: str) -> Look | None:
    try:
        status = os.stat(root / key)  # noqa: PTH116
    except OSError:
        return None
    return _look(status) if stat.S_ISREG(status.st_mode) else None


class _Walk:
    """One walk through the folder. No recursion: folders may be nested as deep as paths go."""

    def __init__(self, root: Path, known: Mapping[str, Signature]) -> None:
        self.scan = Scan()
        self._known = known
        self._seen: set[tuple[int, int]] = set()
        self._linked: list[tuple[str, str]] = []
        folders = [("", str(root))]
        while folders or self._linked:
            # Links come last, in order: which of two names a folder gets is never left to chance.
            prefix, path = folders.pop() if folders else self._linked.pop(0)
            folders += self._folder(prefix, path)
        self.scan.files = dict(sorted(self.scan.files.items()))
        self.scan.problems.sort(key=lambda problem: problem.path)

    def _folder(self, prefix: str, path: str) -> list[tuple[str, str]]:
        """Take in one folder's files; the folders in it."""
        folders: list[tuple[str, str]] = []
        linked: list[tuple[str, str]] = []
        try:
            status = os.stat(path)  # noqa: PTH116 (a Path for each costs more than the call)
            if (status.st_dev, status.st_ino) in self._seen:
                return []
            self._seen.add((status.st_dev, status.st_ino))
            with os.scandir(path) as entries:
                shown = [entry for entry in entries if not self._is_known(entry, prefix)]
        except OSError as error:
            self._unread(prefix, error, "the folder cannot be read")
            return []
        for entry in shown:
            if self._is_folder(entry, prefix):
                found = linked if entry.is_symlink() else folders
                found.append((f"{prefix}{entry.name}/", entry.path))
        self._linked += sorted(linked)
        return sorted(folders)

    def _is_known(self, entry: os.DirEntry[str], prefix: str) -> bool:
        """True where nothing more is to be done about it. Nearly all files go this way alone."""
        key = prefix + entry.name
        known = self._known.get(key)
        if known is None:
            return is_passed_over(entry.name)
        try:
            status = entry.stat()
        except OSError:
            return False
        if not stat.S_ISREG(status.st_mode):
            return False
        signature = (status.st_size, status.st_mtime_ns, status.st_ino)
        self.scan.files[key] = known if known == signature else Signature(*signature)
        return True

    def _is_folder(self, entry: os.DirEntry[str], prefix: str) -> bool:
        """Take in a file; true for a folder that is to be walked."""
        name = entry.name
        candidate = name.casefold().endswith(SUFFIXES)
        if not candidate and entry.is_file(follow_symlinks=False):
            return False
        if not name.isascii() and not _is_utf8(name):
            shown = os.fsencode(prefix + name).decode(errors="replace")
            self._tell(shown, "file-name", "the name is not UTF-8, left out; rename it", lost=True)
            return False
        try:
            status = entry.stat()
        except OSError as error:
            # A folder without the right to enter it tells names and kinds, but no more.
            if entry.is_dir(follow_symlinks=False):
                self._unread(f"{prefix}{name}/", error, "the folder cannot be read")
            elif candidate:
                self._unread(prefix + name, error, "cannot be read")
            return False
        if stat.S_ISDIR(status.st_mode):
            return True
        if candidate:
            self._candidate(prefix, name, status)
        return False

    def _candidate(self, prefix: str, name: str, status: os.stat_result) -> None:
        key = prefix + name
        if not stat.S_ISREG(status.st_mode):
            what = "not a regular file (a pipe, socket or device), left out"
            self._tell(key, "not-a-file", what)
        elif is_conflict_copy(name):
            what = (
                "a sync tool's copy of a note that was changed in two places, left out; "
                "take over what the note lacks, then delete the copy"
            )
            self._tell(key, "conflict-copy", what)
        else:
            self.scan.files[key] = Signature(status.st_size, status.st_mtime_ns, status.st_ino)

    def _unread(self, key: str, error: OSError, what: str) -> None:
        """Report it; what is there but cannot be seen keeps its place in the index."""
        gone = error.errno in _GONE
        if not gone:
            self.scan.unread.append(key)
        done = "left out" if gone else "its notes stay as they were"
        self._tell(key, "unreadable", f"{what} ({error.strerror}); {done}", lost=True)

    def _tell(self, key: str, kind: str, message: str, *, lost: bool = False) -> None:
        self.scan.problems.append(Problem(key, 1, kind, message, lost))


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def look(root: Path, key: str) -> Look | None:
    """A candidate as it is now; None where it cannot be looked at."""
    try:
        return _look(os.stat(root / key))  # noqa: PTH116
    except OSError:
        return None


def _look(status: os.stat_result) -> Look:
    signature = Signature(status.st_size, status.st_mtime_ns, status.st_ino)
    return Look(signature, status.st_ctime_ns)


def may_read(root: Path, key: str) -> bool:
    """Whether we have the right to read a file; one that is not there counts as readable."""
    return os.access(root / key, os.R_OK) or not os.access(root / key, os.F_OK)


def read_file(root: Path, key: str) -> bytes:
    """The bytes of a candidate. Raises NoteError where it cannot be read or is too large."""
    return _read(root, key)[0]


def read_still(root: Path, key: str, expected: Look) -> bytes | None:
    """The same; None where the file is gone, or is not just as `expected` before and after."""
    try:
        data, *looks = _read(root, key)
    except NoteError:
        if look(root, key) is None:
            return None
        raise
    return data if all(one == expected for one in looks) else None


def _read(root: Path, key: str) -> tuple[bytes, Look, Look]:
    try:
        handle = os.open(root / key, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise NoteError(key, 1, "not a regular file")
            with os.fdopen(handle, "rb", closefd=False) as file:
                data = file.read(MOST_BYTES + 1)
            return data, _look(before), _look(os.fstat(handle))
        finally:
            os.close(handle)
    except OSError as error:
        raise NoteError(key, 1, f"cannot be read: {error.strerror}") from error
