"""The installer, on a machine that is a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.machine import TOKEN, Machine, among, index_of


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def installed(machine: Machine) -> Machine:
    code, _ = machine.install()
    assert code == 0
    return machine


def test_a_dry_run_changes_nothing(machine: Machine) -> None:
    code, calls = machine.install("--dry-run", STATE="active")
    assert code == 0
    assert not machine.root.exists()
    assert {call.split()[0] for call in calls} <= {"getent", "python", "systemctl"}
    assert {call for call in calls if "systemctl" in call} == {
        "systemctl show -P ActiveState tubenotes"
    }
    assert not among(calls, "venv ")


def test_an_installation_is_examined_and_then_started(machine: Machine) -> None:
    code, calls = machine.install()
    assert code == 0
    examined = index_of(calls, "/opt/tubenotes/venv/bin/tubenotes doctor")
    assert index_of(calls, "install --quiet") < examined < index_of(calls, "systemctl enable --now")
    assert calls[examined + 1] == f"in {machine.etc} the token ends {TOKEN[-4:]}"


def test_what_is_installed_is_open_to_nobody_who_need_not_see_it(installed: Machine) -> None:
    assert (installed.etc / "token").read_text("utf-8") == f"{TOKEN}\n"
    assert installed.mode("etc/tubenotes/token") == 0o600
    assert installed.mode("etc/tubenotes/tubenotes.env") == 0o640
    assert installed.mode("var/lib/tubenotes") == 0o700
    assert "\nTUBENOTES_NOTES=/srv/my notes\n" in (installed.etc / ".env").read_text("utf-8")
    for name in ("tubenotes.service", "tubenotes-backup.service", "tubenotes-backup.timer"):
        assert (installed.units / name).is_file()
    assert os.access(installed.root / "usr/local/bin/tubenotes", os.X_OK)


@pytest.mark.parametrize("notes", ["/home/me/notes", "/home/R&D|notes"])
def test_notes_in_a_home_are_let_in(machine: Machine, notes: str) -> None:
    machine.install(NOTES=notes)
    assert f"\nTUBENOTES_NOTES={notes}\n" in machine.settings.read_text("utf-8")
    drop_in = machine.units / "tubenotes.service.d/notes-at-home.conf"
    assert "ProtectHome=read-only" in drop_in.read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "is_let_in"),
    [
        ("/home/me/notes", True),
        ('"/home/me/notes"', True),
        ("/home/me/Anna's notes", True),
        ("/srv/home/notes", False),
    ],
)
def test_notes_that_moved_into_a_home_later_are_let_in(
    installed: Machine, line: str, is_let_in: bool
) -> None:
    drop_in = installed.units / "tubenotes.service.d/notes-at-home.conf"
    assert not drop_in.exists()
    installed.settings.write_text(f"TUBENOTES_NOTES={line}\n", "utf-8")
    _, calls = installed.install(typed="")
    assert drop_in.exists() is is_let_in
    assert index_of(calls, "daemon-reload") < index_of(calls, "enable")
    assert f"The notes stay {line.strip(chr(34))}" in installed.told


def test_a_folder_that_no_settings_file_can_name_is_refused(machine: Machine) -> None:
    code, calls = machine.install(NOTES="/srv/notes #1")
    assert (code, calls) == (1, [])
    assert "/srv/notes #1: what follows a space and # is read as a comment." in machine.told


def test_installing_again_stops_the_bot_first_and_keeps_settings_and_token(
    installed: Machine,
) -> None:
    installed.settings.write_text("TUBENOTES_NOTES=/elsewhere\n", "utf-8")
    code, calls = installed.install(typed="", STATE="active")
    assert code == 0
    assert installed.settings.read_text("utf-8") == "TUBENOTES_NOTES=/elsewhere\n"
    assert (installed.etc / "token").read_text("utf-8") == f"{TOKEN}\n"
    assert index_of(calls, "systemctl stop tubenotes") < index_of(calls, "install --quiet")
    assert not among(calls, "systemctl start")


def test_a_bot_that_is_tried_again_and_again_is_stopped_too(installed: Machine) -> None:
    _, calls = installed.install(typed="", STATE="activating")
    assert index_of(calls, "systemctl stop tubenotes") < index_of(calls, "install --quiet")


@pytest.mark.parametrize("broken", ["PIP", "DOCTOR"])
def test_an_upgrade_that_fails_leaves_no_bot_stopped(installed: Machine, broken: str) -> None:
    code, calls = installed.install(typed="", STATE="active", **{broken: "1"})
    assert code == 1
    assert calls[-1] == "systemctl start --no-block tubenotes"
    assert "started again" in installed.told


def test_what_failed_and_did_not_run_before_is_not_started(installed: Machine) -> None:
    code, calls = installed.install(typed="", STATE="failed", PIP="1")
    assert code == 1
    assert not among(calls, "systemctl start")


@pytest.mark.parametrize("typed", ["", "\n", f"{TOKEN}\n"])
def test_a_standby_is_installed_and_not_started(machine: Machine, typed: str) -> None:
    code, calls = machine.install(typed=typed, START="no")
    assert code == 0
    assert "Installed, not started." in machine.told
    assert not among(calls, "enable")
    assert not among(calls, "doctor")
    assert (machine.etc / "token").exists() is (typed.strip() == TOKEN)
    assert (machine.root / "usr/local/bin/tubenotes").exists()


def test_settings_that_were_there_first_are_read_by_the_command_too(machine: Machine) -> None:
    machine.etc.mkdir(parents=True)
    machine.settings.write_text("TUBENOTES_NOTES=/mine\n", "utf-8")
    machine.install()
    assert (machine.etc / ".env").read_text("utf-8") == "TUBENOTES_NOTES=/mine\n"


def test_what_the_doctor_rejects_is_not_started(machine: Machine) -> None:
    code, calls = machine.install(DOCTOR="1")
    assert code == 1
    assert not among(calls, "enable")
    assert f"rm {machine.etc}/token, and run this script again" in machine.told


def test_without_a_token_nothing_is_started(machine: Machine) -> None:
    code, calls = machine.install(typed="")
    assert code == 1
    assert not among(calls, "enable")


@pytest.mark.parametrize("wrong", ["https://t.me/BotFather", "4242424242", "a token: 1:x"])
def test_what_is_no_token_is_asked_for_again(machine: Machine, wrong: str) -> None:
    code, _ = machine.install(typed=f"{wrong}\n  {TOKEN} \n")
    assert code == 0
    assert "That is no token." in machine.told
    assert wrong not in machine.told
    assert (machine.etc / "token").read_text("utf-8") == f"{TOKEN}\n"


def test_a_token_that_was_stored_wrongly_is_asked_for_again(machine: Machine) -> None:
    machine.etc.mkdir(parents=True)
    (machine.etc / "token").write_text("oops\n", "utf-8")
    code, _ = machine.install()
    assert code == 0
    assert (machine.etc / "token").read_text("utf-8") == f"{TOKEN}\n"
    assert machine.mode("etc/tubenotes/token") == 0o600
