"""One update in a process of its own, perhaps with fewer rights or less room: `python -m`.

Prints one line of JSON: what changed, or the error's kind and message; and the folder's problems.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage import intake
from storage.errors import StorageError
from storage.examine import cannot_write
from storage.index import Index
from storage.note import parse_note
from storage.state import State
from storage.update import update

NOBODY = 65534
_COUNTS = ("added", "changed", "removed", "rejected")


def run(notes: Path, data: Path, *options: str) -> dict[str, Any]:
    """What an update in a new process says. Skips the test where nobody cannot be had."""
    command = [sys.executable, "-m", "tests.faults.child", str(notes), str(data), *options]
    place = Path(__file__).parents[2]
    done = subprocess.run(
        command, cwd=place, capture_output=True, text=True, timeout=60, check=False
    )
    if "cannot become nobody" in done.stderr:
        pytest.skip("no right to start a process without rights")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("notes", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--nobody", action="store_true")
    parser.add_argument("--state", action="store_true")
    parser.add_argument("--look", action="store_true")
    parser.add_argument("--file-size", type=int)
    parser.add_argument("--processes", action="store_true")
    options = parser.parse_args()
    if options.nobody and os.geteuid() == 0:
        _become_nobody()
    if options.file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.file_size, resource.RLIM_INFINITY))
    if options.processes:
        intake.MANY_FILES = 1
    try:
        said = _said(options)
    except StorageError as error:
        said = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(said))


def _said(options: argparse.Namespace) -> dict[str, object]:
    if options.look:
        return {"wrong": cannot_write(options.data)}
    return _state(options.data) if options.state else _update(options.notes, options.data)


def _update(notes: Path, data: Path) -> dict[str, object]:
    with closing(Index.open(data / "index.db")) as index:
        changes = update(index, notes)
        problems = index.database.execute("select key, kind, message from problems order by 1")
        counts = {name: getattr(changes, name) for name in _COUNTS}
        return {"changes": counts, "problems": [list(row) for row in problems]}


def _state(data: Path) -> dict[str, object]:
    with closing(State.open(data / "state.db")) as state:
        state.keep_request("k", "x" * 100_000)
        return {"kept": True}


def _become_nobody() -> None:
    # Python loads some of its parts when they are first used; nobody may not read them.
    parse_note("x.md", b"---\nvideoId: video-one-1\n---\nWords [00:00:01].")
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    except OSError:
        sys.exit("cannot become nobody")


if __name__ == "__main__":
    main()
