"""`sudo tubenotes`, as the installer puts it in place: any command as the service runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.machine import TOKEN, Machine, among
from tests.proxies import DEPLOY


@pytest.fixture
def installed(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    code, _ = machine.install()
    assert code == 0
    return machine


def test_a_command_has_what_the_service_has_and_nothing_of_ones_own(installed: Machine) -> None:
    own = {
        "TUBENOTES_DATA": "/mine",
        "TUBENOTES_TELEGRAM_TOKEN": "1:mine",
        "TUBENOTES_LOG_LEVEL": "debug",
    }
    data = installed.root / "var/lib/tubenotes"
    _, calls = installed.tubenotes("doctor", "--json", **own)
    assert calls[-3].endswith("/tubenotes doctor --json")
    assert calls[-2].endswith(f"the token ends {TOKEN[-4:]}")
    assert calls[-1] == f"data {data}, log level , home {data}"


@pytest.mark.parametrize("name", ["TUBENOTES_TELEGRAM_TOKEN", "TUBENOTES_TELEGRAM_TOKEN_FILE"])
def test_what_the_settings_file_sets_is_left_to_it(installed: Machine, name: str) -> None:
    installed.settings.write_text(f"TUBENOTES_DATA=/big\n{name}=x\n", "utf-8")
    _, calls = installed.tubenotes("doctor")
    assert calls[-2].endswith("the token ends ")
    assert calls[-1].startswith("data ,")


@pytest.mark.parametrize(
    "line",
    [
        "TUBENOTES_ADMINS=123 # me",
        "TUBENOTES_ADMINS=\t# nobody",
        ' TUBENOTES_NOTES="/srv/my notes"  # here',
        "export TUBENOTES_ADMINS=123",
    ],
)
def test_a_line_that_the_service_reads_otherwise_is_refused(installed: Machine, line: str) -> None:
    installed.settings.write_text(f"# Mine.\n{line}\n", "utf-8")
    code, calls = installed.tubenotes("doctor")
    assert code == 2
    assert not among(calls, "runuser")
    assert f"line 2 of {installed.settings}: write NAME=value" in installed.told


@pytest.mark.parametrize(
    "text",
    [
        (DEPLOY / "tubenotes.env.example").read_text("utf-8"),
        "TUBENOTES_NOTES=/srv/#1\n",
        "TUBENOTES_NOTES='/srv/ # 1'\n",
        "  # TUBENOTES_ADMINS=1 # me\n",
        "TUBENOTES_WEBHOOK_URL=https://bot.example.org/a#b\n",
    ],
)
def test_other_settings_files_are_taken(installed: Machine, text: str) -> None:
    installed.settings.write_text(text, "utf-8")
    code, _ = installed.tubenotes("doctor")
    assert code == 0


@pytest.mark.parametrize(
    ("words", "passed_on"),
    [
        ("backup my.db", "backup {here}/my.db"),
        ("restore ../my.db --data /tmp/x", "restore {here}/../my.db --data /tmp/x"),
        ("check --json notes", "check --json {here}/notes"),
        ("check --kind rejected --folder cooking", "check --kind rejected --folder cooking"),
        ("index --notes notes", "index --notes {here}/notes"),
        ("index --notes=notes --data=/tmp/x", "index --notes={here}/notes --data=/tmp/x"),
        ("--version", "--version"),
    ],
)
def test_a_file_is_meant_from_where_one_is(installed: Machine, words: str, passed_on: str) -> None:
    _, calls = installed.tubenotes(*words.split())
    expected = passed_on.format(here=installed.root.parent)
    assert calls[-3].endswith(f"/venv/bin/tubenotes {expected}")


def test_a_file_may_have_spaces_in_its_name(installed: Machine) -> None:
    _, calls = installed.tubenotes("backup", "my own.db")
    assert calls[-3].endswith(f"/tubenotes backup {installed.root.parent}/my own.db")
