"""`tubenotes run` with a webhook: the real process, behind a real nginx where there is one."""

from __future__ import annotations

import asyncio
import shutil
import socket
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.ports import held_port
from tests.proxies import NAME, PREFIX, nginx
from tests.service import Service, ask, link_of, links_of, running, started, write_trees

SOON = 60.0
SECRET = "chosen_by-the-owner-0123456789"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_trees(tmp_path_factory.mktemp("notes"), ["hazel", "maple", "birch", "oak"])


def _direct(port: int) -> dict[str, str]:
    """Settings for a webhook without a proxy, as a Bot API server of one's own takes it."""
    return {
        "TUBENOTES_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
        "TUBENOTES_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }


@asynccontextmanager
async def _hooked(
    api: BotApiServer, notes: Path, data: Path, **more: str
) -> AsyncIterator[Service]:
    """The process from when its webhook is set and its index there; it must stop in good order."""
    looks = len(api.called("getWebhookInfo"))
    async with started(api, notes, data, **more) as service:
        await service.wrote("the index is up to date")
        await api.wait_for("getWebhookInfo", looks + 1, SOON)
        yield service
        if service.process.returncode is None:
            assert await service.stop() == 0, service.log


@asynccontextmanager
async def _proxied(api: BotApiServer, folder: Path, port: int) -> AsyncIterator[dict[str, str]]:
    """Settings for a webhook behind the nginx of deploy/, which passes on to that port."""
    with held_port() as front:
        command = nginx(folder, port=front, backend=f"127.0.0.1:{port}", certificate=None)
        server = await create_subprocess_exec(*command, stdin=DEVNULL)
        try:
            await _listens(front)
            api.webhook.public[f"https://{NAME}"] = f"http://127.0.0.1:{front}"
            yield {
                "TUBENOTES_WEBHOOK_URL": f"https://{NAME}{PREFIX}",
                "TUBENOTES_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
                "TUBENOTES_WEBHOOK_SECRET": SECRET,
            }
        finally:
            server.terminate()
            await server.wait()


async def _listens(port: int) -> None:
    async with asyncio.timeout(SOON):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.02)


async def _post(url: str, update: object, secret: str) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=update, headers=headers) as got,
    ):
        return got.status


def _answered(api: BotApiServer) -> list[str]:
    """The first link of each answer in private."""
    return [links_of(message)[0] for message in api.world.sent[PRIVATE["id"]]]


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
async def test_behind_nginx_it_answers_telegram_once_and_nobody_else(
    notes: Path, tmp_path: Path, port: int
) -> None:
    (tmp_path / "nginx").mkdir()
    async with (
        BotApiServer() as api,
        _proxied(api, tmp_path / "nginx", port) as settings,
        _hooked(api, notes, tmp_path / "data", **settings) as service,
    ):
        assert link_of("hazel") in links_of(await ask(api, "/search hazel", PRIVATE))
        hook = api.world.updates.webhook
        assert hook["secret_token"] == SECRET
        outside = hook["url"]
        assert outside.startswith(f"https://{NAME}{PREFIX}")
        path = outside.rpartition("/")[2]
        assert len(path) >= 32
        for place in (api.webhook.public[f"https://{NAME}"], f"http://127.0.0.1:{port}"):
            url = f"{place}{PREFIX}{path}"
            forged = {"update_id": 5, "message": api.world.new_message(PRIVATE) | {"text": "oak"}}
            assert await _post(url, forged, "wrong") == 403
            assert await _post(f"{place}{PREFIX}", forged, SECRET) == 404
            assert await _post(f"{url[:-1]}x", forged, SECRET) == 404
        asked = api.world.new_message(PRIVATE) | {"text": "/search birch"}
        for _ in range(3):
            assert await _post(url, {"update_id": 9, "message": asked}, SECRET) == 200
        await api.next_message(PRIVATE)
        unreadable = {"update_id": 11, "message": {"text": "my secret diary"}}
        assert await _post(url, unreadable, SECRET) == 400
        assert link_of("maple") in links_of(await ask(api, "/search maple", PRIVATE))
        assert await service.stop() == 0
        assert _answered(api) == [link_of(tree) for tree in ("hazel", "birch", "maple")]
        assert api.world.updates.webhook["url"] == outside
        assert service.log.count("update=9 message in chat") == 1
        assert not [word for word in (path, SECRET, "birch", "diary") if word in service.log]


async def test_switching_between_the_two_ways_and_a_kill_lose_no_question(
    notes: Path, tmp_path: Path, port: int
) -> None:
    direct = _direct(port)
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path):
            await ask(api, "/search hazel", PRIVATE)
        api.say("/search maple", chat=PRIVATE)
        async with _hooked(api, notes, tmp_path, **direct) as service:
            await api.next_message(PRIVATE, SOON)
            await service.kill()
        api.say("/search birch", chat=PRIVATE)
        api.slow("sendMessage", 0.3)
        async with _hooked(api, notes, tmp_path, **direct) as service:
            await api.next_message(PRIVATE, SOON)  # its answer is still under way
        assert "unfinished" not in service.log
        api.say("/search oak", chat=PRIVATE)
        async with running(api, notes, tmp_path):
            await api.next_message(PRIVATE, SOON)
        assert api.world.updates.webhook == {"url": ""}
        assert _answered(api) == [link_of(tree) for tree in ("hazel", "maple", "birch", "oak")]
        assert not any(call.get("drop_pending_updates") for _, call in api.calls)


async def test_a_port_that_is_taken_ends_it_with_one_clear_line(
    notes: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = _direct(other.getsockname()[1])
        async with BotApiServer() as api, started(api, notes, tmp_path, **taken) as service:
            assert await service.ended() == 75
            lines = [line for line in service.log.splitlines() if "WEBHOOK_LISTEN" in line]
            assert len(lines) == 1
            assert "Traceback" not in service.log
            assert api.called("setWebhook") == []
