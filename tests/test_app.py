"""The service: all of it side by side, an end in good order, an error of any as its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import until_stopped
from bot.errors import SettingsError
from tests.command import run, write_notes


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
