"""What systemd hears through a real socket: ready, alive, how things stand; never a lie."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.systemd import Systemd, watch_over
from tests.tasks import stop

Said = dict[str, str]
SOON = 0.02
"""Seconds of a watchdog that wants to hear at once."""


class Manager:
    """Stands in for systemd: a datagram socket of this name, which is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(name.replace("@", "\0", 1))
        self._socket.setblocking(False)

    def close(self) -> None:
        self._socket.close()

    def heard(self) -> list[Said]:
        """All messages that came so far."""
        found = []
        with suppress(BlockingIOError):
            while True:
                found.append(_read(self._socket.recv(4096)))
        return found

    async def next(self) -> Said:
        """The next message."""
        async with asyncio.timeout(20):
            return _read(await asyncio.get_running_loop().sock_recv(self._socket, 4096))

    async def until(self, name: str) -> Said:
        """The next message that says this."""
        while name not in (said := await self.next()):
            pass
        return said


class Away(NamedTuple):
    """A manager that nothing gets through to."""

    name: str


def _read(message: bytes) -> Said:
    return dict(line.split("=", 1) for line in message.decode().splitlines())


@pytest.fixture
def tmp_path(short_path: Path) -> Path:
    return short_path


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Manager]:
    with closing(Manager(str(tmp_path / "notify"))) as listening:
        yield listening


class Watched:
    """Alive while its clock goes, with what a test says is wrong."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}
        self.building = False
        self.hangs = False
        self._alive = asyncio.get_running_loop().time()
        self.looks = 0
        self.looked = asyncio.Event()

    @property
    def alive(self) -> float:
        return self._alive

    async def look(self) -> Mapping[str, str]:
        self.looks += 1
        self.looked.set()
        if not self.hangs:
            self._alive = asyncio.get_running_loop().time()
        return self.wrong


class Watch:
    """The watch at work."""

    def __init__(self, listening: Manager | Away | None, **more: str) -> None:
        environment = ({"NOTIFY_SOCKET": listening.name} if listening else {}) | more
        self.watched, self.reached = Watched(), asyncio.Event()
        work = watch_over(self.watched, Systemd(environment), self.reached)
        self._task = asyncio.create_task(work)

    async def __aenter__(self) -> Watch:
        return self

    async def __aexit__(self, *_: object) -> None:
        await stop(self._task)

    async def looks(self, count: int) -> None:
        """Wait for so many more looks."""
        for _ in range(count):
            self.watched.looked.clear()
            async with asyncio.timeout(20):
                await self.watched.looked.wait()


def often(seconds: float = SOON) -> dict[str, Any]:
    return {"WATCHDOG_USEC": str(int(seconds * 1_000_000))}


@pytest.mark.parametrize("name", ["path", "abstract"])
def test_it_is_told_through_both_kinds_of_socket(name: str, tmp_path: Path) -> None:
    where = str(tmp_path / "notify") if name == "path" else f"@tubenotes-{os.getpid()}"
    with closing(Manager(where)) as listening:
        Systemd({"NOTIFY_SOCKET": where}).tell(READY=1, STATUS="all\nis well")
        assert listening.heard() == [{"READY": "1", "STATUS": "all is well"}]


def test_without_systemd_nothing_is_told() -> None:
    systemd = Systemd({"WATCHDOG_USEC": "1000000"})
    systemd.tell(READY=1)
    assert systemd.watchdog is None


def test_a_socket_where_nobody_listens_does_no_harm(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(READY=1)


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ({"WATCHDOG_USEC": "90000000"}, 90.0),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getpid())}, 90.0),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getppid())}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_fed_where_it_is_meant_for_us(
    more: dict[str, str], seconds: float | None
) -> None:
    assert Systemd({"NOTIFY_SOCKET": "/x", **more}).watchdog == seconds


async def test_ready_comes_once_telegram_was_reached_and_the_databases_answer(
    systemd: Manager,
) -> None:
    async with Watch(systemd, **often()) as watch:
        await watch.looks(2)
        early = systemd.heard()
        assert all("READY" not in said and "EXTEND_TIMEOUT_USEC" in said for said in early)
        assert early[0]["STATUS"] == "Telegram has not been reached yet."
        watch.reached.set()
        said = await systemd.until("READY")
        assert said["STATUS"] == "ok"
        assert "EXTEND_TIMEOUT_USEC" not in said


async def test_a_ready_that_is_lost_is_said_again(tmp_path: Path) -> None:
    name = str(tmp_path / "notify")
    async with Watch(Away(name), **often()) as watch:
        watch.reached.set()
        await watch.looks(3)  # all that is said so far gets lost
        with closing(Manager(name)) as listening:
            async with asyncio.timeout(20):
                said = await listening.until("READY")
            assert "EXTEND_TIMEOUT_USEC" not in said


async def test_the_watchdog_is_fed_until_a_database_hangs(systemd: Manager) -> None:
    async with Watch(systemd, **often()) as watch:
        watch.reached.set()
        for _ in range(3):
            await systemd.until("WATCHDOG")
        watch.watched.hangs = True
        async with asyncio.timeout(20):
            while "WATCHDOG" in await systemd.next():
                pass
        await watch.looks(3)
        assert all("WATCHDOG" not in said for said in systemd.heard())


async def test_the_status_tells_what_is_wrong_in_a_line(systemd: Manager) -> None:
    async with Watch(systemd, **often()) as watch:
        watch.reached.set()
        watch.watched.building = True
        async with asyncio.timeout(20):
            while (await systemd.next())["STATUS"] != "The first index is being built.":
                pass
            watch.watched.wrong = {"deaf": "Nothing was heard.", "full": "The disk is full."}
            while (await systemd.next())["STATUS"] != "Nothing was heard. The disk is full.":
                pass


async def test_things_are_looked_after_without_systemd_too() -> None:
    async with Watch(None) as watch:
        await watch.looks(1)
        watch.reached.set()
        await watch.looks(1)
