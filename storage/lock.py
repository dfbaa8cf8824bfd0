"""One bot to a data folder: a lock that goes with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.database import translated
from storage.errors import BusyError

RUN_LOCK = "run.lock"
"""The lock of a bot in its data folder."""
_held: set[Path] = set()
"""The locks of this process."""


class Lock:
    """Holds a lock file until it is released, or the process is gone. Keep it alive meanwhile."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Lock:
        """Lock the file `path`; its folder is made. Raises BusyError if another process has it.

        What the file holds is for people: only the lock on it counts.
        """
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                _lock(descriptor, path)
            except BaseException:
                os.close(descriptor)
                raise
        with suppress(OSError):  # a full disk stops nobody from locking
            os.truncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        _held.add(path.resolve())
        return cls(path, descriptor)

    def release(self) -> None:
        """Let others have it; releasing twice does nothing. The file stays, as others may wait."""
        if self._descriptor >= 0:
            _held.discard(self.path.resolve())
            with suppress(OSError):
                os.truncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def alone(data: Path) -> Iterator[bool]:
    """Whether no other process is a bot on this data folder, nor becomes one before the end."""
    path = data / RUN_LOCK
    if path.resolve() in _held:
        yield True
        return
    try:
        lock = Lock.take(path)
    except BusyError:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        by = f"another tubenotes (process {holder})" if holder else "another tubenotes"
        raise BusyError(
            f"{path.parent} is in use by {by}; stop that one first, or give this one a data"
            " folder of its own"
        ) from error
