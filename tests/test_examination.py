"""`tubenotes doctor` from end to end, beside a Bot API server on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Group, Line
from bot.examination import examination
from bot.examined import loaded
from bot.settings_faults import PREFIX
from storage.lock import Lock
from storage.state import State
from tests.botapi import BotApiServer
from tests.command import environment, video_id, write_notes
from tests.examining import taken_port, telling

__all__ = ["taken_port"]


@pytest.fixture
def chosen(
    api: BotApiServer, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Settings with which all is well, by the names of their fields; a test may spoil one."""
    for name in (name for name in os.environ if name.startswith(PREFIX)):
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    write_notes(folder / "notes", 3)
    (folder / "token").write_text(api.token, "utf-8")
    (folder / "token").chmod(0o600)
    (folder / "data").mkdir()
    State.open(folder / "data" / "state.db").close()
    (folder / "data" / "backups").mkdir()
    shutil.copy(folder / "data" / "state.db", folder / "data" / "backups" / "state-1.db")
    monkeypatch.chdir(folder)
    return {
        "notes": str(folder / "notes"),
        "data": str(folder / "data"),
        "telegram_token_file": str(folder / "token"),
        "telegram_api_url": api.url,
        "admins": "41",
        "health_listen": f"127.0.0.1:{port}",
    }


async def examine(chosen: dict[str, str]) -> dict[str, list[Line]]:
    """Every line by what it is about; those that are not ok under their state too."""
    groups: list[Group] = await asyncio.to_thread(lambda: [*examination(loaded(chosen), 0)])
    told: dict[str, list[Line]] = {}
    for line in (line for group in groups for line in group.lines):
        told.setdefault(line.about, []).append(line)
        told.setdefault(line.state, []).append(line)
    return told


def tree(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


async def test_where_all_is_well_every_line_says_so_and_nothing_changes(
    api: BotApiServer, chosen: dict[str, str], tmp_path: Path
) -> None:
    before = tree(tmp_path)
    told = await examine(chosen)
    assert told.keys() & {"fix", "hint"} == set(), told
    assert [line.about for line in told["ok"]] == [
        *("python", "sqlite", "settings", "admins", "notes", "problems"),
        *("data", "room", "index", "state", "backup", "running"),
        *("token", "bot", "inline mode", "inline feedback", "guest mode", "groups", "privacy"),
        *("updates", "polling", "clock", "health port"),
    ]
    assert tree(tmp_path) == before
    assert all(method.startswith("get") for method, _ in api.calls)


async def test_a_broken_note_is_a_hint(chosen: dict[str, str]) -> None:
    note = Path(chosen["notes"]) / "kettle" / "grind_size_0.md"
    note.write_text(note.read_text("utf-8").replace(video_id(0), "none"), "utf-8")
    (line,) = (await examine(chosen))["hint"]
    assert line.about == "problems"
    assert "kettle/grind_size_0.md:1: rejected:" in line.says


async def test_a_folder_without_notes(chosen: dict[str, str]) -> None:
    shutil.rmtree(Path(chosen["notes"]) / "kettle")
    (line,) = (await examine(chosen))["fix"]
    assert line.about == "notes"


async def test_a_damaged_state_is_left_as_it_is(chosen: dict[str, str]) -> None:
    path = Path(chosen["data"]) / "state.db"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)
    before = tree(path.parent)
    (line,) = (await examine(chosen))["fix"]
    assert line.about == "state"
    assert tree(path.parent) == before


async def test_faults_in_settings_leave_out_what_depends_on_them_alone(
    chosen: dict[str, str],
) -> None:
    told = await examine(chosen | {"notes": "/no/such/folder", "health_listen": "here"})
    assert [line.about for line in told["fix"]] == ["--notes", "--health_listen"]
    assert not told.keys() & {"notes", "problems", "health port"}
    assert {"state", "bot", "clock"} <= told.keys()


async def test_without_a_data_folder_telegram_is_asked_all_the_same(chosen: dict[str, str]) -> None:
    told = await examine(chosen | {"data": f"{chosen['notes']}/kettle/grind_size_0.md"})
    assert [line.about for line in told["fix"]] == ["--data"]
    assert "bot" in told


async def test_a_wrong_token_file_asks_nobody(api: BotApiServer, chosen: dict[str, str]) -> None:
    told = await examine(chosen | {"telegram_token_file": f"{chosen['data']}/state.db"})
    assert [line.about for line in told["fix"]] == ["--telegram_token_file"]
    assert api.calls == []


async def test_no_token_at_all_asks_nobody(api: BotApiServer, chosen: dict[str, str]) -> None:
    del chosen["telegram_token_file"]
    told = await examine(chosen)
    assert [line.about for line in told["fix"]] == ["token"]
    assert api.calls == []


async def test_no_network_is_one_line_and_the_rest_is_told(
    api: BotApiServer, chosen: dict[str, str]
) -> None:
    api.offline()
    told = await examine(chosen)
    assert [line.about for line in told["fix"]] == ["network"]
    assert {"notes", "state", "health port"} <= told.keys()


async def test_the_bots_own_ports_and_polls_are_left_alone_while_it_runs(
    api: BotApiServer, chosen: dict[str, str]
) -> None:
    lock = Lock.take(Path(chosen["data"]) / "run.lock")
    with telling(503, "The disk is nearly full.") as port:
        told = await examine(chosen | {"health_listen": f"127.0.0.1:{port}"})
    lock.release()
    assert [line.about for line in told["fix"]] == ["health"]
    assert "The disk is nearly full." in told["health"][0].says
    assert f"process {os.getpid()}" in told["running"][0].says
    assert not api.called("getUpdates")


async def test_a_port_that_is_taken(chosen: dict[str, str], taken_port: int) -> None:
    told = await examine(chosen | {"health_listen": f"127.0.0.1:{taken_port}"})
    assert [line.about for line in told["fix"]] == ["health port"]


async def test_a_webhook_that_cannot_be_reached(
    api: BotApiServer, chosen: dict[str, str], taken_port: int
) -> None:
    hooked = chosen | {
        "webhook_url": "https://bot.example.org/hook",
        "webhook_listen": f"127.0.0.1:{taken_port}",
    }
    settings = loaded(hooked).settings
    api.webhook.public["https://bot.example.org"] = "http://127.0.0.1:1"  # where nobody listens
    api.say("hello")
    api.world.updates.webhook = {"url": settings.hook}
    assert await api.until(lambda: "last_error_date" in api.world.updates.webhook)
    lock = Lock.take(Path(chosen["data"]) / "run.lock")
    told = await examine(hooked)
    lock.release()
    assert [line.about for line in told["fix"]] == ["webhook"]
    assert settings.hook
    assert settings.hook.rpartition("/")[2] not in str(told)


async def doctor(chosen: dict[str, str], *args: str) -> tuple[int, str, str]:
    """A whole run of the command: exit code, standard output and error."""
    given = {f"TUBENOTES_{name.upper()}": value for name, value in chosen.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", *args),
        env=environment(Path(chosen["data"]), **given),
        cwd=Path(chosen["notes"]).parent,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


async def test_the_command_tells_scripts_and_ends_with_1_where_something_is_to_be_fixed(
    api: BotApiServer, chosen: dict[str, str]
) -> None:
    api.world.updates.webhook = {"url": "https://other.example.org/x"}
    code, out, errors = await doctor(chosen | {"admins": "bob"}, "--json")
    told: dict[str, Any] = json.loads(out)
    assert (code, errors, told["ok"]) == (1, "", False)
    fixes = [line for line in told["lines"] if line["state"] == "fix"]
    assert [line["about"] for line in fixes] == ["TUBENOTES_ADMINS"]
    assert fixes[0].keys() == {"about", "state", "says", "do"}
    assert api.token not in out


async def test_the_command_tells_people_in_words_and_ends_with_0(
    api: BotApiServer, chosen: dict[str, str]
) -> None:
    del chosen["health_listen"]
    api.world.updates.webhook = {"url": "https://other.example.org/x"}
    code, out, errors = await doctor(chosen)
    assert (code, errors) == (0, "")
    assert "\n  ok    The token is that of @tubenotes_bot.\n" in out
    assert "\n  hint  A webhook is set at https://other.example.org" in out
    assert out.endswith("\n2 hints. Nothing stops the bot from serving.\n")
    assert "\x1b" not in out
    assert all(len(line) <= 80 for line in out.splitlines() if str(Path.cwd()) not in line)
