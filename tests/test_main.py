"""The command line: help, exit codes, and errors of one line."""

from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.__main__ import exit_code, guarded, main
from bot.errors import BotError, SettingsError
from storage.errors import BusyError, CorruptError, FolderError, FullError, StorageError
from tests.command import HOUSE, environment, run, start, video_id, write_notes
from tests.pseudo_terminal import PseudoTerminal

COMMANDS = ("chat", "run", "index", "check", "doctor", "backup", "restore")
# The command with a bar from the first files on: a fast machine is done before it appears.
WITH_BAR = """
import sys
from bot import progress
from bot.__main__ import main

progress.PATIENCE = 0.0
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example_and_the_options_that_all_take(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert re.search(rf"example:\n  .*tubenotes {command}", shown)
    assert {"--notes", "--data", "--help", "--version"} <= set(re.findall(r"--\w+", shown))


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {command} " in shown for command in COMMANDS)


@pytest.mark.parametrize("args", [["--version"], *([name, "--version"] for name in COMMANDS)])
def test_the_version_is_told(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 0
    assert re.fullmatch(r"tubenotes \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "args",
    [
        *([], ["dance"], ["chat", "--loud"], ["chat", "a", "--notes", "b"], ["run", "a"]),
        *(["doctor", "a"], ["restore"], ["restore", "a", "b"], ["check", "--kind"]),
    ],
)
def test_wrong_usage_is_exit_code_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 2
    assert "usage: tubenotes" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["chat", "index", "check"])
def test_a_folder_that_is_not_there_is_one_line_and_exit_code_2(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path / "gone"), "--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("tubenotes: ")
    assert told.count("\n") == 1
    assert str(tmp_path / "gone") in told


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("TUBENOTES_DATA holds …"), 2),
        (FolderError("there is no such folder"), 2),
        (BusyError("held by another process"), 75),
        (FullError("no room"), 75),
        (CorruptError("damaged"), 70),
        (StorageError("else"), 70),
        (BotError("else"), 70),
        (OSError(errno.ENOSPC, "no room"), 75),
        (OSError(errno.EIO, "else"), 70),
    ],
)
def test_an_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert exit_code(error) == code


def failing(error: BaseException) -> int:
    raise error


def test_a_fault_of_ours_is_one_line_without_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: failing(KeyError("oops"))) == 70
    assert capsys.readouterr().err == "tubenotes: a fault in Tubenotes: KeyError: 'oops'\n"


def test_every_wrong_setting_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: failing(SettingsError("one", "two"))) == 2
    assert capsys.readouterr().err == "tubenotes: one\ntubenotes: two\n"


def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: failing(KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("", "")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notes(tmp_path_factory.mktemp("notes"), 5)


def test_index_tells_what_it_did_and_does_it_once(notes: Path, tmp_path: Path) -> None:
    code, out, errors = run(tmp_path / "data", "index", str(notes))
    assert (code, errors) == (0, "")
    assert out.startswith("added 5, changed 0, removed 0, rejected 0\n5 notes of 1 channel, ")
    assert run(tmp_path / "data", "index", str(notes))[1].startswith("added 0, changed 0, ")


def test_check_ends_with_1_only_if_something_was_lost(tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes", 3)
    assert run(tmp_path / "data", "check", str(folder))[0] == 0
    text = (folder / "kettle" / "grind_size_0.md").read_text("utf-8")
    (folder / "kettle" / "broken.md").write_text(text.replace(video_id(0), "no id at all"))
    code, out, _ = run(tmp_path / "data", "check", "--json", str(folder))
    report = json.loads(out)
    assert code == 1
    assert report["notes"] == 3
    assert report["citations"] == {"found": 4, "exact": 3, "near": 0, "start": 0, "lost": 1}
    assert [(p["path"], p["lost"]) for p in report["problems"]] == [("kettle/broken.md", True)]


def test_check_may_be_limited_to_a_folder_and_a_kind(tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes", 2)
    text = (folder / "kettle" / "grind_size_0.md").read_bytes()
    (folder / "tea").mkdir()
    for path in ("tea/odd.md", "kettle/odd.md"):
        (folder / path).write_bytes(text.replace(b"Grind size 0", b"Grind \xff size"))
    (folder / "tea" / "lost.md").write_bytes(text.replace(video_id(0).encode(), b"none"))
    only = ("--folder", "tea", "--kind", "encoding")
    code, out, errors = run(tmp_path / "data", "check", str(folder), *only)
    assert (code, errors) == (0, "")
    assert [line.partition(": ")[0] for line in out.split("\n\n")[0].splitlines()] == [
        "tea/odd.md:2"
    ]


def test_ctrl_c_ends_an_index_half_way_and_the_next_run_completes_it(tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes", 1500)
    args = ["-c", WITH_BAR, "index", str(folder)]
    with PseudoTerminal(args, environment(tmp_path / "data")) as terminal:
        terminal.read_until("Indexing")
        terminal.press("\x03")
        assert terminal.wait() == 130
        assert "Traceback" not in terminal.words
        assert "added" not in terminal.words
    code, out, _ = run(tmp_path / "data", "index", str(folder))
    assert code == 0
    assert "1,500 notes of 1 channel," in out


def test_a_reader_that_has_had_enough_is_no_error(notes: Path, tmp_path: Path) -> None:
    with start(tmp_path / "data", "chat", str(notes)) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.write(b"grind\n" * 3)
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_output_that_finds_no_room_is_one_line_and_exit_code_75(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "check"],
            env=environment(tmp_path),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 75
    assert ended.stderr.count("\n") == 1
    assert "No space left" in ended.stderr


def test_an_answer_waits_for_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys, bot.__main__, bot.config, bot.terminal\n"
        "print({'telegram', 'rich', 'prompt_toolkit', 'httpx'} & {*sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "set()\n"


def test_the_console_script_calls_main() -> None:
    scripts = (HOUSE / "pyproject.toml").read_text("utf-8")
    assert 'tubenotes = "bot.__main__:main"' in scripts
    assert command_line.main is main
