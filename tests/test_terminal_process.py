"""`tubenotes chat` as people and scripts meet it: a real process, on pipes and on a terminal."""

from __future__ import annotations

import json
import re
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.command import add_note, environment, run, start, talk, video_id, write_notes
from tests.pseudo_terminal import PseudoTerminal

NOTES = 30
READY = "\n>"
STOP = "\x03"
END = "\x04"

# An index that never gets done; all else is the real thing.
ENDLESS_INDEX = """
import asyncio
from bot import terminal_prompt
from bot.config import Settings

async def reload(library, on_progress=None):
    on_progress(50, 200)
    await asyncio.Event().wait()

terminal_prompt.Library.reload = reload
terminal_prompt.FIRST_WAIT = 0.01
raise SystemExit(terminal_prompt.converse(Settings.load()))
"""

# The command on a machine that may be busy: an answer waits for a new note however long it takes.
PATIENT = """
import sys
from bot import terminal_prompt
from bot.__main__ import main

terminal_prompt.FIRST_WAIT = terminal_prompt.NEXT_WAIT = 60.0
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notes(tmp_path_factory.mktemp("notes"), NOTES)


@pytest.fixture
def terminal(notes: Path, tmp_path: Path) -> Iterator[PseudoTerminal]:
    with chat_on_terminal(notes, tmp_path / "data") as terminal:
        yield terminal


def chat_on_terminal(notes: Path, data: Path, **env: str) -> PseudoTerminal:
    return PseudoTerminal(["-c", PATIENT, "chat", str(notes)], environment(data, **env))


def test_a_script_talks_line_by_line_until_ctrl_c(notes: Path, tmp_path: Path) -> None:
    with start(tmp_path / "data", "chat", "--json", str(notes)) as process:
        assert process.stderr
        for number, line in enumerate([b'/search "batch 7"', b"\xff\x00", b"", b"/source 7"]):
            answer = json.loads(talk(process, line))
            assert answer["request"] == line.decode("utf-8", "replace")
            assert answer["text"]
            if number == 0:
                moments = {moment["url"] for moment in answer["moments"]}
                assert f"https://youtu.be/{video_id(7)}?t=427" in moments
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


def test_a_script_of_plain_lines_gets_plain_answers(notes: Path, tmp_path: Path) -> None:
    lines = b"/search grind size\n\n/quit\n/search never\n"
    code, out, errors = run(tmp_path / "data", "chat", "--notes", str(notes), lines=lines)
    assert (code, errors) == (0, "")
    assert "https://youtu.be/Kettle_" in out
    assert "[1] " in out
    assert "\x1b" not in out
    assert "never" not in out


def test_a_conversation_on_a_terminal(tmp_path: Path) -> None:
    notes = write_notes(tmp_path / "notes", NOTES)
    with chat_on_terminal(notes, tmp_path / "data") as terminal:
        greeting = terminal.read_until(READY)
        assert "/help" in greeting
        assert "/quit" in greeting

        terminal.press("grind size\r")
        first = terminal.read_until(READY)
        link = r"\x1b]8;id=\d+;https://youtu\.be/Kettle_\d{4}\?t=\d+\x1b\\"
        assert re.search(link, terminal.raw)
        more = re.search(r"\[(\d+)\] ([^\[\r\n]*▶[^\[\r\n]*)", first)
        assert more

        terminal.press(f"{more[1]}\r")
        second = terminal.read_until(READY)
        assert more[2].strip() in second
        batches = [set(re.findall(r"batch (\d+)", page)) for page in (first, second)]
        assert all(batches)
        assert not batches[0] & batches[1]

        add_note(notes, 77)
        terminal.press('/search "batch 77"\r')
        terminal.read_until("batch 77 decides")
        terminal.press("/quit\r")
        assert terminal.wait() == 0
    history = tmp_path / "data" / "terminal_history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert "grind size" in history.read_text()


def test_ctrl_c_leaves_quietly(terminal: PseudoTerminal) -> None:
    terminal.read_until(READY)
    terminal.press("half a quest")
    terminal.press(STOP)
    assert terminal.wait() == 130
    assert "Traceback" not in terminal.words


def test_a_terminal_made_narrow_without_colours_still_tells_every_address(
    notes: Path, tmp_path: Path
) -> None:
    with chat_on_terminal(notes, tmp_path / "data", NO_COLOR="1") as terminal:
        terminal.read_until(READY)
        terminal.resize(40)
        terminal.press('/search "batch 7"\r')
        answer = terminal.read_until(READY).partition('"batch 7"')[2]
        assert f"(https://youtu.be/{video_id(7)}?t=427)" in answer.replace("\r\n", "")
        assert max(cell_len(line.strip("\r")) for line in answer.split("\n")) <= 40
        assert "\x1b]8;" not in terminal.raw
        terminal.press(END)
        assert terminal.wait() == 0


def test_one_can_talk_while_a_first_index_is_built(notes: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "data", TUBENOTES_NOTES=str(notes))
    with PseudoTerminal(["-c", ENDLESS_INDEX], env) as terminal:
        terminal.read_until("Indexing [####............] 50 of 200 notes")
        terminal.read_until(READY)
        terminal.press("/help\r")
        terminal.read_until("/search")
        terminal.read_until(READY)
        terminal.press(END)
        assert terminal.wait() == 0


def test_a_data_folder_that_cannot_be_is_one_clear_line(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with chat_on_terminal(notes, tmp_path / "file" / "data") as terminal:
        assert terminal.wait() in {2, 70, 75}
        assert len(terminal.words.strip().splitlines()) == 1
        assert str(tmp_path / "file") in terminal.words
