"""What is said of the data folder: well, and each thing that is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Line
from bot.doctor_data import Data, data_group
from bot.doctor_here import Vault
from storage.check import Report
from storage.examine import Examined, Standing
from storage.model import Tally
from storage.schema import LAYOUT, READINGS

WHOLE = Examined("whole", 3, 50_000_000)
MISSING = Examined("missing")
DATA = Data(Path("/data"), disk=10**11, free=5 * 10**10, index=WHOLE, state=WHOLE, backup_age=60)
REPORT = Report(files=3, notes=2, pages=1, problems=(), tally=Tally(), size=10**9)
VAULT = Vault(Path("/notes"), REPORT, seconds=10.0)


def line(about: str, data: Data, vault: Vault = VAULT) -> Line:
    (found,) = (one for one in data_group(data, vault).lines if one.about == about)
    return found


def test_a_data_folder_that_is_well() -> None:
    lines = data_group(DATA, VAULT).lines
    assert [one.about for one in lines] == ["data", "room", "index", "state", "backup", "running"]
    assert {one.state for one in lines} == {"ok"}


def test_a_new_data_folder_is_well_too() -> None:
    data = replace(DATA, index=MISSING, state=MISSING, is_there=False)
    lines = data_group(data, VAULT).lines
    assert {one.state for one in lines} == {"ok"}
    assert lines[0].says == "/data is not there yet; the first start makes it."
    assert "the first start builds it, in about 16 s" in line("index", data).says


def test_a_folder_that_cannot_be_written() -> None:
    told = line("data", replace(DATA, wrong="no right to write in /data"))
    assert told.state == "fix"
    assert "no right to write in /data" in told.says
    assert "chown" in told.do


def test_a_disk_with_too_little_room() -> None:
    told = line("room", replace(DATA, free=100_000_000))
    assert told.state == "fix"
    assert "Only 100 MB are free" in told.says


def test_an_index_that_is_still_to_be_built_needs_room() -> None:
    data = replace(DATA, free=3_500_000_000)
    assert line("room", data).state != "fix"
    assert line("room", replace(data, index=MISSING)).state == "fix"


def assert_told(about: str, file: Examined, state: str, words: str) -> None:
    """What is said of a database; where not all is well, what to do as well."""
    held = replace(DATA, index=file) if about == "index" else replace(DATA, state=file)
    told = line(about, held)
    assert told.state == state
    assert words in told.says
    assert bool(told.do) == (state != "ok")


def test_a_disk_that_fills_up_is_a_hint() -> None:
    told = line("room", replace(DATA, free=2_500_000_000))
    assert told.state == "hint"
    assert "2,500 MB" in told.says


@pytest.mark.parametrize(
    ("standing", "state", "words"),
    [
        ("older", "ok", "another version; the next start builds it anew, in about 16 s"),
        ("newer", "ok", "another version"),
        ("damaged", "hint", "is damaged (row missing); the next start builds it anew"),
        ("foreign", "fix", "/data/index.db belongs to another program"),
        ("unreadable", "fix", "/data/index.db cannot be read (row missing)"),
    ],
)
def test_an_index_that_is_not_whole(standing: Standing, state: str, words: str) -> None:
    assert_told("index", Examined(standing, 9, wrong="row missing"), state, words)


def test_an_index_that_was_only_read_in_another_way_answers_until_the_new_one_is_whole() -> None:
    index = Examined("newer", LAYOUT * READINGS + READINGS - 1)
    told = line("index", replace(DATA, index=index))
    assert "answers from it while a new one is built beside it, in about 16 s" in told.says


@pytest.mark.parametrize(
    ("standing", "state", "words"),
    [
        ("older", "ok", "of version 2; the next start brings it to"),
        ("newer", "fix", "written by a newer Tubenotes (version 2; this one knows"),
        ("damaged", "fix", "/data/state.db is damaged (row missing)"),
        ("foreign", "fix", "/data/state.db belongs to another program"),
        ("unreadable", "fix", "/data/state.db cannot be read (row missing)"),
    ],
)
def test_a_state_that_is_not_whole(standing: Standing, state: str, words: str) -> None:
    assert_told("state", Examined(standing, 2, wrong="row missing"), state, words)


@pytest.mark.parametrize(
    ("age", "state", "words"),
    [
        (60.0, "ok", "was backed up today"),
        (-60.0, "ok", "was backed up today"),
        (2 * 86_400.0, "ok", "was backed up 2 days ago"),
        (8 * 86_400.0, "hint", "The last backup of state.db was made 8 days ago"),
        (None, "hint", "There is no backup of state.db"),
    ],
)
def test_a_state_without_a_young_backup_is_a_hint(
    age: float | None, state: str, words: str
) -> None:
    told = line("backup", replace(DATA, backup_age=age))
    assert told.state == state
    assert words in told.says


def test_a_state_that_is_not_there_needs_no_backup() -> None:
    told = data_group(replace(DATA, state=MISSING, backup_age=None), VAULT).lines
    assert "backup" not in [one.about for one in told]


def test_who_runs_on_the_folder_is_told() -> None:
    assert line("running", DATA).says == "No bot runs on this data folder now."
    assert "now (process 42)." in line("running", replace(DATA, running=42)).says
    assert "runs on this data folder now." in line("running", replace(DATA, running=0)).says


def test_notes_that_were_not_read_tell_no_time() -> None:
    told = line("index", replace(DATA, index=MISSING), Vault(Path("/notes")))
    assert told.says == "index.db is not there yet; the first start builds it."
