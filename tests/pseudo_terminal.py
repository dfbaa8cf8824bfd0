"""A real process on a real pseudo-terminal, for tests to type at and read from."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

_ESCAPES = re.compile(r"\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[=>]")
# Only a process can make a terminal its own; Ctrl-C reaches it through that.
_ADOPT = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


class PseudoTerminal:
    """Runs `python ARGS` on a terminal of the given size."""

    def __init__(
        self, args: list[str], env: Mapping[str, str], *, columns: int = 80, rows: int = 40
    ) -> None:
        self._master, slave = os.openpty()
        self.resize(columns, rows)
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _ADOPT, *args],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(env),
            start_new_session=True,
        )
        os.close(slave)
        self.raw = ""
        self._mark = 0

    @property
    def words(self) -> str:
        """All that was drawn so far, without escape sequences."""
        return _ESCAPES.sub("", self.raw)

    def read_until(self, marker: str, seconds: float = 60) -> str:
        """What was drawn from the last marker on until `marker` came; fails where it does not."""
        deadline = time.monotonic() + seconds
        while (at := self.words.find(marker, self._mark)) < 0:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"no {marker!r} in {self.words[self._mark :]!r}")
        start, self._mark = self._mark, at + len(marker)
        return self.words[start : self._mark]

    def resize(self, columns: int, rows: int = 40) -> None:
        """Drag the window to another size; the process gets its SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, text: str) -> None:
        """Press the keys of `text`."""
        os.write(self._master, text.encode())

    def wait(self, seconds: float = 60) -> int:
        """The exit code, once the process has ended and all that it drew was read."""
        deadline = time.monotonic() + seconds
        while self._read(deadline - time.monotonic()):
            pass
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], max(0, seconds))[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux: the other end is closed
            return False
        self.raw += data.decode("utf-8", "replace")
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)
