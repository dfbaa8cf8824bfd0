"""The progress bar of the index, on a real terminal and where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.command import environment
from tests.pseudo_terminal import PseudoTerminal

SHOW = (
    "from bot import progress; progress.PATIENCE = {patience}\nwith progress.Bar() as bar: {what}"
)


def show(what: str, patience: float = 0) -> str:
    return SHOW.format(what=what, patience=patience)


def test_a_terminal_gets_a_bar_with_the_number_of_notes(tmp_path: Path) -> None:
    with PseudoTerminal(["-c", show("bar(50, 200); input()")], environment(tmp_path)) as terminal:
        assert "Indexing" in terminal.read_until("50/200 notes")
        terminal.press("\r")
        assert terminal.wait() == 0
        assert "\x1b[?25h" in terminal.raw  # the cursor is back


def test_what_is_done_at_once_shows_nothing(tmp_path: Path) -> None:
    with PseudoTerminal(["-c", show("bar(1, 2)", patience=60)], environment(tmp_path)) as terminal:
        assert terminal.wait() == 0
        assert terminal.raw == ""


def test_a_log_file_gets_no_bar(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", show("bar(50, 200)")],
        env=environment(tmp_path),
        capture_output=True,
        check=True,
    )
    assert (ended.stdout, ended.stderr) == (b"", b"")
