"""/healthz and /metrics over HTTP: for a monitor, a container's health check and Prometheus."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Protocol

from prometheus_client.exposition import choose_encoder
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from bot.addresses import Address
from bot.config import variable
from bot.log import Redaction
from bot.metrics import REGISTRY
from bot.ports import listen
from bot.words import owner

_LIMITS = {"max_header_size": 16_384, "max_body_size": 1_024, "body_timeout": 5}
_IDLE = 90
"""Seconds for which a connection may be kept without a question."""
log = logging.getLogger(__name__)


class Watched(Protocol):
    """What is reported on."""

    @property
    def building(self) -> bool:
        """Whether a first index is being built."""

    async def look(self) -> Mapping[str, str]:
        """What is wrong now."""

    async def count(self) -> None:
        """Bring the gauges up to date."""


async def serve_health(address: Address, watched: Watched, secrets: Iterable[str]) -> NoReturn:
    """Answer until cancelled. Raises PortError or SettingsError where nobody can listen there."""
    given = {"watched": watched, "redaction": Redaction(secrets)}
    routes = [("/healthz", _Healthz, given), ("/metrics", _Metrics, given)]
    application = Application(
        routes, default_handler_class=_Nothing, default_handler_args=given, log_function=_silent
    )
    server = HTTPServer(application, idle_connection_timeout=_IDLE, **_LIMITS)
    server.add_socket(listen(address, variable("health_listen")))
    log.info("/healthz and /metrics are at %s:%d", *address)
    try:
        while True:
            await asyncio.Event().wait()
    finally:
        server.stop()
        await server.close_all_connections()


def _silent(handler: RequestHandler) -> None:
    """A line for each scrape is noise."""


class _Plain(RequestHandler):
    """Answers in plain text, to nothing but GET and HEAD."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, watched: Watched, redaction: Redaction) -> None:
        """Who is asked."""
        self._watched, self._redaction = watched, redaction

    def set_default_headers(self) -> None:
        """No name of the server, nothing that may be kept."""
        self.clear_header("Server")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        """None: each answer is new."""

    def data_received(self, chunk: bytes) -> None:
        """Nobody sends us anything."""

    async def head(self) -> None:
        """As GET; tornado leaves the body out."""
        await self.answer()

    async def get(self) -> None:
        """The whole answer."""
        await self.answer()

    async def answer(self) -> None:
        """Write it."""

    def log_exception(self, *caught: Any) -> None:
        """In our own log: tornado is kept silent."""
        if not isinstance(caught[1], HTTPError):
            log.error("%s could not be answered", self.request.path, exc_info=caught)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The reason alone."""
        if status_code == 405:
            self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))
        self.finish(f"{status_code} {self._reason}\n")


class _Nothing(_Plain):
    async def answer(self) -> None:
        """There are two pages."""
        self.set_status(404)
        self.write("/healthz and /metrics are here\n")


class _Healthz(_Plain):
    async def answer(self) -> None:
        """200, or 503 with what is wrong, a line each."""
        wrong = {name: self._redaction(told) for name, told in (await self._watched.look()).items()}
        building = self._watched.building
        if wrong:
            self.set_status(503)
        if "application/json" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "application/json")
            self.write(json.dumps({"healthy": not wrong, "wrong": wrong, "building": building}))
            return
        lines = list(wrong.values()) or [owner.FINE]
        lines += [owner.FIRST_INDEX] if building else []
        self.write("".join(f"{' '.join(line.split())}\n" for line in lines))


class _Metrics(_Plain):
    async def answer(self) -> None:
        """What Prometheus asks for, in the form that it asks for."""
        await self._watched.count()
        await self._watched.look()
        encode, kind = choose_encoder(self.request.headers.get("Accept", ""))
        self.set_header("Content-Type", kind)
        self.write(encode(REGISTRY))
