"""The service: a fresh index beside everything else, an end in good order, faults told once."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from bot.app import keep_fresh, until_stopped
from bot.errors import SettingsError
from bot.library import Changes
from storage.errors import FolderError
from tests.command import run, write_notes


class Folder:
    """A library whose folder comes and goes: each reload does the next thing."""

    def __init__(self, *things: Exception | int) -> None:
        self._things = list(things)
        self.all_done = asyncio.Event()

    async def reload(self) -> Changes:
        if not self._things:
            self.all_done.set()
            await asyncio.Event().wait()
        thing = self._things.pop(0)
        if isinstance(thing, Exception):
            raise thing
        return Changes(added=thing)


async def _reload_all(folder: Folder) -> None:
    task = asyncio.create_task(keep_fresh(folder, every=0))
    async with asyncio.timeout(5):
        await folder.all_done.wait()
    task.cancel()


async def test_a_folder_that_vanished_is_told_once_and_its_return_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    gone = FolderError("the folder is gone")
    await _reload_all(Folder(3, 0, gone, gone, gone, 0, 0, gone))
    said = [record.getMessage() for record in caplog.records if record.name == "bot.app"]
    assert [line.partition(":")[0] for line in said] == [
        "the index is up to date",
        "the index stays as it is",
        "the index is up to date",
        "the index stays as it is",
    ]


async def test_a_fault_of_ours_does_not_end_the_reloads(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await _reload_all(Folder(ZeroDivisionError(), 5))
    assert "ZeroDivisionError" in caplog.text
    assert "5 notes added" in caplog.text


async def test_a_stop_ends_every_service_after_its_last_work() -> None:
    stop, ended = asyncio.Event(), list[str]()

    async def service(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    asyncio.get_running_loop().call_soon(stop.set)
    await until_stopped(stop, service("telegram"), service("index"))
    assert sorted(ended) == ["index", "telegram"]


async def test_a_service_that_fails_ends_the_others_with_its_error() -> None:
    async def fails() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(deeper())

    async def deeper() -> None:
        raise SettingsError("the token was revoked")

    async def waits() -> None:
        await asyncio.Event().wait()

    with pytest.raises(SettingsError, match="revoked"):
        await until_stopped(asyncio.Event(), waits(), fails())


def test_without_a_token_the_command_says_how_to_get_one(tmp_path: Path) -> None:
    code, _, errors = run(tmp_path, "run", "--notes", str(write_notes(tmp_path / "notes", 1)))
    assert code == 2
    assert "TUBENOTES_TELEGRAM_TOKEN" in errors
    assert "@BotFather" in errors
