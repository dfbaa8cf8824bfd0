"""The real process, watched: what a monitor, Prometheus and systemd hear of it."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.faults.serving import know, people, settled, subscribe, write_lighthouse
from tests.ports import held_port
from tests.service import TREES, Service, ask, started, write_trees

# Only limits are not the real thing here, and how often it looks.
HASTY = """
import sys
from bot import app, health, reload, systemd, vitals
from bot.config import Settings

health.LEAST_FREE = health.LEAST_PART = 0
reload.SCAN_EVERY = systemd.LOOK_EVERY = 0.2
reload._IDLE = 1
vitals.COUNT_EVERY = vitals.COUNT_PART = 0
CHANGES
sys.exit(app.run(Settings.load()))
"""
_PATIENCE = 60.0


def hasty(changes: str = "") -> str:
    """A script with these limits."""
    return HASTY.replace("CHANGES", changes)


class Monitor:
    """Asks what a monitor asks."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session, self._url = session, f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> tuple[int, str]:
        async with self._session.get(self._url + path) as got:
            return got.status, await got.text()

    async def until(self, status: int, *words: str) -> str:
        """Ask /healthz until it answers so; gives its body."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                found, body = await self.get("/healthz")
                if found == status and all(word in body for word in words):
                    return body
                await asyncio.sleep(0.05)  # it tells nobody when it changes

    async def metrics(self) -> dict[str, float]:
        """Every sample, by its name and labels."""
        status, body = await self.get("/metrics")
        assert status == 200
        return {
            sample.name + "".join(f" {label}" for label in sample.labels.values()): sample.value
            for family in text_string_to_metric_families(body)
            for sample in family.samples
        }


@asynccontextmanager
async def watched(
    api: BotApiServer, notes: Path, data: Path, script: str, **more: str
) -> AsyncIterator[tuple[Service, Monitor]]:
    """The process with a monitor beside it."""
    with held_port() as port:
        listen = {"TUBENOTES_HEALTH_LISTEN": f"127.0.0.1:{port}"} | more
        async with (
            started(api, notes, data, script, **listen) as service,
            aiohttp.ClientSession() as session,
        ):
            await service.wrote("the index is up to date")
            await api.polling(_PATIENCE)
            yield service, Monitor(session, port)


def move(folder: Path, where: Path) -> None:
    """Give a folder another name."""
    folder.rename(where)


@pytest.fixture
def tmp_path(short_path: Path) -> Path:
    return short_path


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_trees(tmp_path / "notes", TREES)


async def test_a_bot_that_serves_is_healthy_and_tells_what_it_did(
    notes: Path, tmp_path: Path
) -> None:
    async with (
        BotApiServer() as api,
        watched(api, notes, tmp_path / "data", hasty()) as (service, monitor),
    ):
        await ask(api, "/search hazel", PRIVATE)
        api.fail("sendMessage", 502)
        await ask(api, "/search nothinglikeit", PRIVATE)
        await service.wrote("update=700000002 message in chat ")
        assert await monitor.until(200) == "ok\n"
        told = await monitor.metrics()
        assert told["tubenotes_notes"] == told["tubenotes_moments"] == len(TREES)
        assert told["tubenotes_updates_total message"] == 2
        assert told["tubenotes_update_seconds_count message"] == 2
        assert told["tubenotes_queries_total search found"] == 1
        assert told["tubenotes_queries_total search nothing"] == 1
        assert told["tubenotes_telegram_errors_total NetworkError"] >= 1
        assert told["tubenotes_healthy"] == 1
        assert told["tubenotes_last_heard_timestamp_seconds"] > 1.7e9
        assert told["process_resident_memory_bytes"] > 1e7
        assert await service.stop() == 0


async def test_one_that_hears_nothing_and_does_nothing_says_so_and_why(
    notes: Path, tmp_path: Path
) -> None:
    script = hasty(
        "health.DEAF = 0.5; health.STALE, health.STALE_TIMES, reload.SCAN_EVERY = 0.3, 0, 60"
    )
    async with (
        BotApiServer() as api,
        watched(api, notes, tmp_path / "data", script) as (service, monitor),
    ):
        await monitor.until(503, "Nothing was heard from Telegram for ", "\nThe index was brought")
        await api.offline()
        await monitor.until(503, "Nothing was heard", "fetching messages", "Error")
        await service.wrote("something is wrong: Nothing was heard")
        assert (await monitor.metrics())["tubenotes_healthy"] == 0
        assert await service.stop() == 0


async def test_a_folder_that_is_gone_is_told_until_it_is_back(notes: Path, tmp_path: Path) -> None:
    hidden = notes.with_name("hidden")
    async with (
        BotApiServer() as api,
        watched(api, notes, tmp_path / "data", hasty()) as (service, monitor),
    ):
        await monitor.until(200)
        move(notes, hidden)
        assert str(notes) in await monitor.until(503, "The folder of notes cannot be read: ")
        move(hidden, notes)
        await monitor.until(200)
        await service.wrote("nothing is wrong any more")
        assert await service.stop() == 0


async def test_deliveries_that_do_not_get_out_are_told_until_they_do(
    notes: Path, tmp_path: Path
) -> None:
    data, chats = tmp_path / "data", people(1)
    data.mkdir()
    subscribe(data, *chats)
    async with BotApiServer() as api:
        know(api, chats)
        async with watched(api, notes, data, hasty("health.STUCK = 0.5")) as (service, monitor):
            await service.wrote("are known from the start")
            api.fail("sendMessage", 502, times=None)
            write_lighthouse(notes, 1)
            await monitor.until(503, "Something is owed now, and nothing was sent for ")
            told = await monitor.metrics()
            assert told["tubenotes_owed_deliveries"] == 1
            assert told["tubenotes_deliveries_total unreachable"] >= 1
            api.mend()
            await api.next_message(chats[0], timeout=_PATIENCE)
            await settled(data)
            await monitor.until(200)
            told = await monitor.metrics()
            assert told["tubenotes_deliveries_total sent"] == 1
            assert (told["tubenotes_owed_deliveries"], told["tubenotes_subscriptions"]) == (0, 1)
            assert await service.stop() == 0


async def test_a_port_that_is_taken_ends_the_command_with_one_clear_line(
    notes: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        more = {"TUBENOTES_HEALTH_LISTEN": listen}
        async with BotApiServer() as api, started(api, notes, tmp_path / "data", **more) as service:
            assert await service.ended() == 75
            (line,) = [line for line in service.log.splitlines() if "HEALTH_LISTEN" in line]
            assert listen in line
            assert "Traceback" not in service.log


class Manager:
    """Stands in for systemd."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    async def until(self, words: str) -> str:
        """The next message with these words."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                told = await asyncio.get_running_loop().sock_recv(self._socket, 4096)
                if words in told.decode():
                    return told.decode()

    def close(self) -> None:
        self._socket.close()


async def test_systemd_hears_when_it_is_ready_alive_and_about_to_stop(
    notes: Path, tmp_path: Path
) -> None:
    with closing(Manager(tmp_path / "notify")) as manager:
        more = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "2000000"}
        async with BotApiServer() as api:
            await api.offline()
            async with started(api, notes, tmp_path / "data", hasty(), **more) as service:
                early = await manager.until("STATUS=Telegram has not been reached yet.")
                assert "READY" not in early
                assert "EXTEND_TIMEOUT_USEC=" in early
                await api.online()
                assert "STATUS=" in await manager.until("READY=1\n")
                for _ in range(3):
                    await manager.until("WATCHDOG=1\n")
                service.process.send_signal(signal.SIGTERM)
                await manager.until("STOPPING=1\n")
                assert await service.ended() == 0
