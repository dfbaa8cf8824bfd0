"""/healthz and /metrics over real HTTP: what a monitor gets, and what nobody gets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.addresses import Address
from bot.errors import PortError, SettingsError
from bot.health_server import serve_health
from tests.ports import held_port
from tests.tasks import beside

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOO"


@dataclass
class Watched:
    """Has what a test says is wrong."""

    wrong: dict[str, str] = field(default_factory=dict)
    building: bool = False
    counts: int = 0
    fault: Exception | None = None

    async def look(self) -> Mapping[str, str]:
        if self.fault:
            raise self.fault
        return self.wrong

    async def count(self) -> None:
        self.counts += 1


Got = tuple[int, str, Mapping[str, str]]


class Client:
    """Asks the server."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self.url = session, url

    async def ask(self, path: str, method: str = "GET", accept: str = "*/*") -> Got:
        """Status, body, headers."""
        headers = {"Accept": accept}
        async with self._session.request(method, self.url + path, headers=headers) as got:
            return got.status, await got.text(), got.headers


@asynccontextmanager
async def asking(watched: Watched) -> AsyncIterator[Client]:
    with held_port() as port:
        async with beside(serve_health(Address("127.0.0.1", port), watched, [TOKEN])):
            await asyncio.sleep(0)  # it listens as soon as it runs
            async with aiohttp.ClientSession() as session:
                yield Client(session, f"http://127.0.0.1:{port}")


async def test_a_bot_that_is_well_is_ok() -> None:
    async with asking(Watched()) as client:
        status, body, headers = await client.ask("/healthz")
        assert (status, body) == (200, "ok\n")
        assert headers["Content-Type"].startswith("text/plain")
        assert headers["Cache-Control"] == "no-store"
        assert "Server" not in headers


async def test_what_is_wrong_is_a_503_with_a_line_for_each_reason() -> None:
    wrong = {"deaf": "Nothing was heard.", "full": "The disk\nis full."}
    async with asking(Watched(wrong)) as client:
        status, body, _ = await client.ask("/healthz")
        assert (status, body) == (503, "Nothing was heard.\nThe disk is full.\n")


async def test_a_script_gets_json() -> None:
    async with asking(Watched({"deaf": "Nothing was heard."})) as client:
        status, body, headers = await client.ask("/healthz", accept="application/json")
        assert status == 503
        assert headers["Content-Type"].startswith("application/json")
        assert body == (
            '{"healthy": false, "wrong": {"deaf": "Nothing was heard."}, "building": false}'
        )


async def test_a_first_index_is_told_and_healthy() -> None:
    async with asking(Watched(building=True)) as client:
        status, body, _ = await client.ask("/healthz")
        assert (status, body) == (200, "ok\nThe first index is being built.\n")


async def test_metrics_are_what_prometheus_reads_and_counted_when_they_are_asked_for() -> None:
    watched = Watched()
    async with asking(watched) as client:
        status, body, headers = await client.ask("/metrics")
        assert status == 200
        assert headers["Content-Type"].startswith("text/plain; version=")
        names = {family.name for family in text_string_to_metric_families(body)}
        assert "tubenotes_notes" in names
        assert watched.counts == 1
        await client.ask("/healthz")
        assert watched.counts == 1


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
async def test_a_head_request_gets_the_headers_alone(path: str) -> None:
    async with asking(Watched({"deaf": "Nothing was heard."})) as client:
        status, body, _ = await client.ask(path, "HEAD")
        assert status == (503 if path == "/healthz" else 200)
        assert body == ""


@pytest.mark.parametrize("path", ["/", "/healthz/", "/metrics.txt", "/%2e%2e/etc/passwd"])
async def test_there_is_nothing_else(path: str) -> None:
    async with asking(Watched()) as client:
        status, body, _ = await client.ask(path)
        assert (status, body) == (404, "/healthz and /metrics are here\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_nothing_can_be_sent_there(method: str, caplog: pytest.LogCaptureFixture) -> None:
    async with asking(Watched()) as client:
        status, body, headers = await client.ask("/healthz", method)
        assert (status, body) == (405, "405 Method Not Allowed\n")
        assert headers["Allow"] == "GET, HEAD"
    assert not [one for one in caplog.records if one.name == "bot.health_server"]


async def test_no_secret_gets_out_by_a_reason() -> None:
    async with asking(Watched({"deaf": f"no answer from /bot{TOKEN}/getMe"})) as client:
        for accept in ("*/*", "application/json"):
            _, body, _ = await client.ask("/healthz", accept=accept)
            assert "no answer from /bot" in body
            assert TOKEN.split(":")[1] not in body


async def test_a_fault_of_ours_is_a_500_without_a_word_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with asking(Watched(fault=ZeroDivisionError("somewhere"))) as client:
        status, body, _ = await client.ask("/healthz")
        assert (status, body) == (500, "500 Internal Server Error\n")
    assert "/healthz could not be answered" in caplog.text
    assert "ZeroDivisionError: somewhere" in caplog.text


async def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortError, match=f"TUBENOTES_HEALTH_LISTEN holds .*:{port},"):
            await serve_health(Address("127.0.0.1", port), Watched(), [])
    assert PortError.exit_code == 75


async def test_an_address_that_is_not_ours_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match=r"TUBENOTES_HEALTH_LISTEN holds 192\.0\.2\.1:9090,"):
        await serve_health(Address("192.0.2.1", 9090), Watched(), [])
