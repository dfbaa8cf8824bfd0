"""What is said of machine, settings, notes, token and ports: well, and each thing that is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.addresses import Address
from bot.doctor import Group, Line
from bot.doctor_here import (
    Chosen,
    Machine,
    Port,
    Vault,
    machine_group,
    notes_group,
    ports_group,
    settings_group,
    token_line,
)
from storage.check import Report
from storage.model import Problem, Tally

MACHINE = Machine((3, 11, 4), "3.40.1")
LOST = Problem("kettle/grind.md", 7, "rejected", "no video", lost=True)
ODD = Problem("kettle/filter.md", 2, "time-repaired", "read as 1:39")
CLEAN = Report(files=3, notes=2, pages=1, problems=(), tally=Tally(5, 5), size=900)
VAULT = Vault(Path("/srv/notes"), CLEAN, seconds=2.0)
HEALTH = Port("TUBENOTES_HEALTH_LISTEN", "health", Address("127.0.0.1", 9090))


def states(group: Group) -> list[tuple[str, str]]:
    return [(line.about, line.state) for line in group.lines]


def test_a_machine_that_fits() -> None:
    assert states(machine_group(MACHINE)) == [("python", "ok"), ("sqlite", "ok")]


def test_a_python_that_is_too_old() -> None:
    line = machine_group(replace(MACHINE, python=(3, 10, 9))).lines[0]
    assert line.state == "fix"
    assert "3.10.9" in line.says
    assert "Python 3.11" in line.do


def test_a_sqlite_that_lacks_what_an_index_needs() -> None:
    line = machine_group(replace(MACHINE, lacks="no such module: fts5")).lines[1]
    assert line.state == "fix"
    assert "no such module: fts5" in line.says
    assert "FTS5" in line.do


def test_settings_that_can_be_read() -> None:
    assert states(settings_group(Chosen())) == [("settings", "ok"), ("admins", "ok")]


def test_every_fault_in_the_settings_has_its_line() -> None:
    faults = (
        "TUBENOTES_LOG_LEVEL holds 'loud'; it takes debug, info, warning or error.",
        "--notes holds '/x' (there is no such folder); it takes a folder of notes.",
    )
    group = settings_group(Chosen(faults))
    assert states(group)[:2] == [("TUBENOTES_LOG_LEVEL", "fix"), ("--notes", "fix")]
    assert group.lines[0].says == "TUBENOTES_LOG_LEVEL holds 'loud'."
    assert group.lines[0].do == "Give it debug, info, warning or error."
    assert group.lines[1].do.startswith("Give it a folder of notes. Then run the doctor again")


def test_an_env_file_that_cannot_be_read_is_a_fault() -> None:
    fault = ".env in the working folder cannot be read: it is not UTF-8 text"
    line = settings_group(Chosen((fault,))).lines[0]
    assert (line.state, line.says) == ("fix", f"{fault}.")


def test_a_misspelt_setting_is_a_hint() -> None:
    line = settings_group(Chosen(unknown=("TUBENOTES_NOTE",))).lines[1]
    assert line.state == "hint"
    assert "TUBENOTES_NOTE is no setting" in line.says


def test_that_nobody_rules_the_bot_is_a_hint() -> None:
    line = settings_group(Chosen(has_admins=False)).lines[-1]
    assert (line.about, line.state) == ("admins", "hint")
    assert "admins" not in dict(states(settings_group(Chosen(has_admins=None))))


def test_notes_that_are_well() -> None:
    group = notes_group(VAULT)
    assert states(group) == [("notes", "ok"), ("problems", "ok")]
    assert group.lines[0].says == "/srv/notes can be read: 2 notes in 3 files."


def test_notes_that_cannot_be_read() -> None:
    (line,) = notes_group(Vault(Path("/srv/notes"), wrong="/srv/notes cannot be read")).lines
    assert (line.state, line.says) == ("fix", "/srv/notes cannot be read.")


def test_a_folder_without_a_note_stops_the_bot_from_serving() -> None:
    (line,) = notes_group(replace(VAULT, report=replace(CLEAN, notes=0))).lines
    assert line.state == "fix"
    assert "holds no note" in line.says


def test_the_sample_notes_are_a_hint() -> None:
    group = notes_group(replace(VAULT, is_samples=True))
    assert states(group)[1] == ("notes", "hint")


def test_the_five_worst_problems_are_told_with_their_places() -> None:
    more = tuple(replace(ODD, path=f"kettle/{number}.md") for number in range(9))
    report = replace(CLEAN, problems=(*more, LOST), tally=Tally(5, 4, lost=1))
    line = notes_group(replace(VAULT, report=report)).lines[1]
    first, *shown = line.says.split("\n")
    assert line.state == "hint"
    assert first == "10 problems, 1 citation lost. The worst of them:"
    assert len(shown) == 5
    assert shown[0] == "kettle/grind.md:7: rejected: no video"
    assert "tubenotes check /srv/notes" in line.do


def test_a_port_that_is_free() -> None:
    assert states(ports_group([HEALTH], running=False)) == [("health port", "ok")]


def test_a_port_that_is_taken() -> None:
    port = replace(HEALTH, wrong="TUBENOTES_HEALTH_LISTEN holds 127.0.0.1:9090: another has it")
    (line,) = ports_group([port], running=False).lines
    assert (line.state, line.says) == ("fix", f"{port.wrong}.")
    assert "grep :9090" in line.do


def test_the_port_of_a_webhook_that_runs_is_its_own() -> None:
    port = replace(HEALTH, use="webhook")
    (line,) = ports_group([port], running=True).lines
    assert (line.about, line.state) == ("webhook port", "ok")
    assert "The bot that runs has port 9090" in line.says


def test_a_bot_that_runs_and_is_well() -> None:
    (line,) = ports_group([HEALTH], running=True).lines
    assert (line.about, line.state) == ("health", "ok")


def test_a_bot_that_runs_and_is_not_well_says_why() -> None:
    port = replace(HEALTH, ill=("The disk is nearly full.", "It is deaf."))
    (line,) = ports_group([port], running=True).lines
    assert (line.about, line.state) == ("health", "fix")
    assert line.says.endswith(":\nThe disk is nearly full.\nIt is deaf.")


def test_a_bot_that_runs_and_does_not_answer_is_a_hint() -> None:
    (line,) = ports_group([replace(HEALTH, ill=None)], running=True).lines
    assert (line.about, line.state) == ("health", "hint")


def test_that_nothing_watches_the_bot_is_a_hint() -> None:
    (line,) = ports_group([replace(HEALTH, address=None)], running=False).lines
    assert line.state == "hint"
    assert "TUBENOTES_HEALTH_LISTEN=127.0.0.1:9464" in line.do


@pytest.mark.parametrize(
    ("line", "state", "words"),
    [
        (token_line(given=True, file=None, is_open=False), "ok", "comes from TUBENOTES_TELEGRAM"),
        (token_line(given=True, file=Path("/t"), is_open=False), "ok", "The token is in /t"),
        (token_line(given=True, file=Path("/t"), is_open=True), "hint", "chmod 600 /t"),
        (token_line(given=False, file=None, is_open=False), "fix", "/newbot to @BotFather"),
    ],
)
def test_where_the_token_is_and_who_can_read_it(line: Line, state: str, words: str) -> None:
    assert line.state == state
    assert words in f"{line.says} {line.do}"
