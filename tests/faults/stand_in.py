"""`tubenotes run` on a machine of which a test decides when the disk is full, or a database locked.

It is the same command, in a process of its own; only waits are shorter, and what SQLite meets when
it writes to a file or takes a lock is what the test ordered. `python -c` runs SCRIPT.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import functools
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bot.deliver
import bot.library
import bot.pace
import bot.patience
import bot.reload
import bot.telegram.client
import bot.telegram.network
import storage.database
from bot.__main__ import main as command

SCRIPT = "from tests.faults.stand_in import main; main()"
SETTINGS = "STAND_IN"
"""The variable that holds the settings of `main`, as JSON."""
FULL, LOCK, HELD = "full", "lock", "held"
"""Files in the control folder. The first two hold an order: a file's name and a number n."""
_HELD_WITHIN = 10.0
_CALLS = ("pwrite", "pwrite64", "write")


class _Vfs(ctypes.Structure):
    """sqlite3_vfs of sqlite3.h, of which all but the last field is stepped over."""

    _fields_ = (
        ("numbers", ctypes.c_int * 3),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("methods", ctypes.c_void_p * 13),
        (
            "set_system_call",
            ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p),
        ),
    )


class _Order:
    """The n-th of something, as a file in the control folder says while it is there."""

    def __init__(self, path: Path) -> None:
        self._path, self._text, self._left = path, "", 0
        self.struck = self.now = False

    def strikes(self, name: str) -> bool:
        """Whether this is the n-th one of that name (`now`), or one after it."""
        self.now = False
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            self._text, self.struck = "", False
            return False
        if text != self._text:
            self._text, self.struck = text, False
            self._left = int(text.split()[1])
        if name.startswith(text.split()[0]):
            self._left -= 1
            if self._left <= 0 and not self.struck:
                self.struck = self.now = True
                os.write(sys.stdout.fileno(), f"struck by {self._path.name} {text}\n".encode())
        return self.struck


def _fill_disk(control: Path) -> list[Callable[..., int]]:
    """From the n-th write to a database on, no database can be written: the disk is full."""
    order, vfs = _Order(control / FULL), find_vfs()
    return [_replaced(vfs, name, order) for name in _CALLS] if vfs else []


def find_vfs() -> Any:
    """SQLite's own table of what it calls of the system; None where Python hides it."""
    try:
        find = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
    except (AttributeError, OSError):
        return None
    find.restype, find.argtypes = ctypes.POINTER(_Vfs), (ctypes.c_char_p,)
    return find(None)


def _replaced(vfs: Any, name: str, order: _Order) -> Callable[..., int]:
    """One of SQLite's own calls of the system; it has to be kept alive."""
    sizes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
    sizes += () if name == "write" else (ctypes.c_int64,)  # type: ignore[assignment]
    real = getattr(ctypes.CDLL(None, use_errno=True), name)
    real.restype, real.argtypes = ctypes.c_ssize_t, sizes

    def call(descriptor: int, *args: int) -> int:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if order.strikes(path.name):
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return int(real(descriptor, *args))

    wrapped = ctypes.CFUNCTYPE(ctypes.c_ssize_t, *sizes, use_errno=True)(call)
    assert not vfs.contents.set_system_call(
        vfs, name.encode(), ctypes.cast(wrapped, ctypes.c_void_p)
    )
    return wrapped


def _share_locks(control: Path, connect: Callable[..., sqlite3.Connection]) -> None:
    """Before the n-th transaction of a database the test has the time to lock it."""
    order, held = _Order(control / LOCK), control / HELD

    class Connection(sqlite3.Connection):
        name = ""

        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
            if sql == "begin immediate" and order.strikes(self.name) and order.now:
                until = time.monotonic() + _HELD_WITHIN
                while not held.exists() and time.monotonic() < until:
                    time.sleep(0.002)
            return super().execute(sql, *args)

    def opened(path: Path | str, *args: Any, **more: Any) -> sqlite3.Connection:
        made = connect(path, *args, **({"factory": Connection} | more))
        if isinstance(made, Connection):
            made.name = Path(path).name
        return made

    sqlite3.connect = opened  # type: ignore[assignment]


def main() -> None:
    """Run the command with the settings of the test."""
    settings: Mapping[str, Any] = json.loads(os.environ.pop(SETTINGS))
    storage.database.BUSY_SECONDS = settings["busy"]
    bot.patience.FIRST_WAIT = bot.patience.MOST_WAIT = settings["patience"]
    bot.deliver._MISSING_WAIT = settings["patience"]
    bot.reload.SCAN_EVERY, bot.reload._IDLE = settings["scan_every"], 1
    bot.library.SETTLE = settings["settle"]
    bot.pace.PER_CHAT = settings["per_chat"]
    _answer_within(settings["read_timeout"])
    control = Path(settings["control"])
    kept = _fill_disk(control)
    _share_locks(control, sqlite3.connect)
    code = command(["run"])
    del kept
    sys.exit(code)


def _answer_within(seconds: float) -> None:
    """How long the bot waits for Telegram's answer to anything but its long question."""
    client: Any = bot.telegram.client
    real = client.HTTPXRequest

    @functools.wraps(real)
    def request(**given: Any) -> Any:
        less = {"read_timeout": seconds} if given["connection_pool_size"] > 2 else {}
        return real(**(given | less))

    client.HTTPXRequest = request
