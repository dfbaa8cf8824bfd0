"""What the doctor looks at on this machine: the real thing, each in a state that is wrong."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import pytest

from bot import examined
from bot.addresses import Address
from bot.config import SAMPLES, Settings
from bot.examined import Loaded, health, loaded, taken
from storage.index import Index
from storage.lock import Lock
from storage.state import State
from tests.command import write_notes
from tests.examining import taken_port, telling

__all__ = ["taken_port"]

TOKEN = "123456:ABC-def"


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own settings, in a working folder of its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TUBENOTES_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_machine_that_this_runs_on_fits() -> None:
    machine = examined.machine()
    assert machine.python == sys.version_info[:3]
    assert (machine.sqlite, machine.lacks) == (sqlite3.sqlite_version, "")


def test_settings_without_a_fault_are_taken_as_they_are(tmp_path: Path) -> None:
    found = loaded({"notes": tmp_path, "data": None})
    assert (found.settings.notes, found.faults, found.left_out) == (tmp_path, (), frozenset())


def test_every_fault_is_told_and_the_other_settings_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUBENOTES_ADMINS", "bob")
    monkeypatch.setenv("TUBENOTES_WEBHOOK_URL", "https://bot.example.org/hook")
    monkeypatch.setenv("TUBENOTES_TELEGRAM_TOKEN", TOKEN)
    found = loaded({"notes": tmp_path / "gone"})
    assert [fault.partition(" ")[0] for fault in found.faults] == [
        *("--notes", "TUBENOTES_ADMINS", "TUBENOTES_WEBHOOK_LISTEN")
    ]
    assert found.left_out == {"notes", "admins", "webhook_url", "webhook_listen"}
    assert found.settings.telegram_token is not None
    assert found.settings.webhook_url is None
    assert examined.chosen(found, {}).has_admins is None


def test_an_env_file_that_cannot_be_read_is_a_fault_and_no_more(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TUBENOTES_LOG_LEVEL=\xff\xfe")
    found = loaded({"notes": tmp_path})
    assert len(found.faults) == 1
    assert found.faults[0].startswith(".env in the working folder")
    assert found.settings.notes == tmp_path


def test_an_env_file_that_cannot_be_read_hides_no_other_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUBENOTES_ADMINS", "bob")
    monkeypatch.setenv("TUBENOTES_LOG_FORMAT", "json")
    (tmp_path / ".env").write_bytes(b"TUBENOTES_LOG_LEVEL=\xff\xfe")
    found = loaded({"notes": tmp_path})
    assert [fault.partition(" ")[0] for fault in found.faults] == [".env", "TUBENOTES_ADMINS"]
    assert found.left_out == {"admins"}
    assert (found.settings.notes, found.settings.log_format) == (tmp_path, "json")


def test_a_fault_that_only_shows_without_another_one_is_no_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TUBENOTES_TELEGRAM_API_URL", "here")
    monkeypatch.setenv("TUBENOTES_WEBHOOK_URL", "https://bot.example.org:9000")  # not Telegram's
    monkeypatch.setenv("TUBENOTES_WEBHOOK_LISTEN", ":8080")
    found = loaded({})
    assert [fault.partition(" ")[0] for fault in found.faults] == ["TUBENOTES_TELEGRAM_API_URL"]
    assert found.left_out == {"telegram_api_url", "webhook_url", "webhook_listen"}


def test_a_data_folder_that_is_wrong_by_default_is_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tubenotes").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = loaded({})
    assert [fault.partition(" ")[0] for fault in found.faults] == ["TUBENOTES_DATA"]
    assert found.left_out == {"data"}


def test_a_misspelt_variable_is_found() -> None:
    told = examined.chosen(loaded({}), {"TUBENOTES_NOTE": "x", "PATH": "y"})
    assert told.unknown == ("TUBENOTES_NOTE",)


def test_the_notes_are_read(tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes", 3)
    told: list[tuple[int, int]] = []
    vault = examined.vault(Settings.load(notes=folder), lambda *done: told.append(done))
    assert vault.report
    assert (vault.report.notes, vault.is_samples, vault.wrong) == (3, False, "")
    assert told == [(3, 3)]
    assert examined.vault(Settings.load(notes=SAMPLES), lambda *_: None).is_samples


def test_a_folder_that_went_away_is_told(tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes", 1)
    settings = Settings.load(notes=folder)
    folder.rename(tmp_path / "moved")
    vault = examined.vault(settings, lambda *_: None)
    assert vault.report is None
    assert "does not exist" in vault.wrong


def test_a_data_folder_in_use(tmp_path: Path) -> None:
    State.open(tmp_path / "state.db").close()
    Index.open(tmp_path / "index.db").close()
    lock = Lock.take(tmp_path / "run.lock")
    data = examined.data(Settings.load(data=tmp_path))
    lock.release()
    assert (data.state.standing, data.index.standing) == ("whole", "whole")
    assert (data.is_there, data.wrong, data.running is None) == (True, "", False)
    assert 0 < data.free < data.disk


def test_the_youngest_backup_tells_how_old_it_is(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    assert examined.data(settings).backup_age is None
    (tmp_path / "backups").mkdir()
    for number, name in enumerate(("state-20260101T000000Z.db", "state-20260201T000000Z.db")):
        (tmp_path / "backups" / name).touch()
        os.utime(tmp_path / "backups" / name, (0, 1_000 + number))
    assert examined.data(settings, clock=lambda: 1_031.0).backup_age == 30


def test_a_data_folder_that_is_not_there_yet_stays_so(tmp_path: Path) -> None:
    data = examined.data(Settings.load(data=tmp_path / "new"))
    assert (data.state.standing, data.index.standing, data.running) == ("missing", "missing", None)
    assert (data.is_there, data.wrong) == (False, "")
    assert not (tmp_path / "new").exists()


SETTING = "TUBENOTES_HEALTH_LISTEN"


def test_a_port_that_somebody_listens_on_is_taken(taken_port: int) -> None:
    told = taken(Address("127.0.0.1", taken_port), SETTING)
    assert told.startswith(f"{SETTING} holds 127.0.0.1:{taken_port}, where the bot cannot listen")


def test_a_free_port_is_free_after_it_was_tried(port: int) -> None:
    address = Address("127.0.0.1", port)
    assert [taken(address, SETTING) for _ in range(2)] == ["", ""]


def test_an_address_that_is_not_of_this_machine_is_told() -> None:
    assert SETTING in taken(Address("192.0.2.1", 9090), SETTING)  # RFC 5737: nobody has it


def test_the_ports_that_settings_name_are_tried(taken_port: int, port: int) -> None:
    settings = Settings.load(
        health_listen=f"127.0.0.1:{taken_port}",
        webhook_listen=f"127.0.0.1:{port}",
        webhook_url="https://bot.example.org/hook",
    )
    tried, webhook = examined.ports(Loaded(settings), running=False)
    assert (tried.use, bool(tried.wrong)) == ("health", True)
    assert (webhook.use, webhook.wrong) == ("webhook", "")
    assert webhook.variable == "TUBENOTES_WEBHOOK_LISTEN"


def test_the_ports_of_a_bot_that_runs_are_not_tried(taken_port: int) -> None:
    settings = Settings.load(
        webhook_listen=f"127.0.0.1:{taken_port}", webhook_url="https://bot.example.org/hook"
    )
    assert [port.wrong for port in examined.ports(Loaded(settings), running=True)] == ["", ""]


@pytest.mark.parametrize(
    ("status", "words", "ill"),
    [
        (200, "fine\n", ()),
        (503, "The disk is full.\nIt is deaf.\n", ("The disk is full.", "It is deaf.")),
        (404, "", ("404",)),
    ],
)
def test_a_bot_that_runs_is_asked_for_its_health(
    status: int, words: str, ill: tuple[str, ...]
) -> None:
    with telling(status, words) as port:
        settings = Settings.load(health_listen=f"0.0.0.0:{port}")
        (told,) = examined.ports(Loaded(settings), running=True)
    assert (told.ill, told.wrong) == (ill, "")


def test_a_bot_that_does_not_answer_is_not_taken_to_be_well(port: int) -> None:
    assert health(Address("127.0.0.1", port)) is None


def test_a_health_port_that_is_not_set_is_told_but_a_webhook_needs_none() -> None:
    (health,) = examined.ports(Loaded(Settings.load()), running=False)
    assert (health.use, health.address) == ("health", None)
    wrong = frozenset({"health_listen"})
    assert examined.ports(Loaded(Settings.load(), left_out=wrong), running=False) == ()


@pytest.mark.parametrize(("mode", "state"), [(0o600, "ok"), (0o640, "hint"), (0o604, "hint")])
def test_who_can_read_the_file_with_the_token(tmp_path: Path, mode: int, state: str) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN, "utf-8")
    file.chmod(mode)
    line = examined.token(Settings.load(telegram_token_file=file), {}, tmp_path / ".env")
    assert line.state == state
    assert str(file) in line.says


def test_a_token_in_an_env_file_is_as_safe_as_that_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"TUBENOTES_TELEGRAM_TOKEN={TOKEN}", "utf-8")
    file.chmod(0o644)
    line = examined.token(Settings.load(), {}, file)
    assert (line.state, line.do) == ("hint", f"Run `chmod 600 {file}`.")


def test_a_token_in_the_environment_is_in_no_file(tmp_path: Path) -> None:
    settings = Settings.load(telegram_token=TOKEN)
    line = examined.token(settings, {"TUBENOTES_TELEGRAM_TOKEN": TOKEN}, tmp_path / ".env")
    assert line.state == "ok"
    assert examined.token(Settings.load(), {}, tmp_path / ".env").state == "fix"
