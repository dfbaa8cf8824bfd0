"""The commands' own options and help."""

from __future__ import annotations

import pytest

from bot.command_line import parser


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        parser().parse_args([command, "--help"] if command else ["--help"])
    return capsys.readouterr().out


COMMANDS = ("chat", "run", "index", "check", "doctor", "backup", "restore")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_into_80_columns(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, help_of(command, capsys).splitlines())) <= 80


def test_the_help_of_run_tells_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert "TUBENOTES_ALLOWED_CHATS\n" in help_of("run", capsys)
    assert "TUBENOTES_ALLOWED_CHATS\n" not in help_of("chat", capsys)


def test_the_help_of_check_tells_the_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\n  time-unknown " in help_of("check", capsys)


def test_kinds_and_folders_may_be_given_again_and_again() -> None:
    given = [
        "check",
        "/n",
        "--kind",
        "rejected",
        "--kind",
        "encoding",
        "--folder",
        "a",
        "--folder",
        "b/c",
        "--json",
    ]
    args = parser().parse_args(given)
    assert (args.kind, args.within, args.json) == (["rejected", "encoding"], ["a", "b/c"], True)
    assert str(args.folder) == "/n"
    none = parser().parse_args(["check"])
    assert (none.kind, none.within, none.folder) == ([], [], None)
