"""A bot without any library, and the fixtures of the server's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
)

from tests.botapi import (
    PRIVATE,
    BotApiServer,
    schema,
)

Json = dict[str, Any]
HERE = PRIVATE["id"]
BUTTON = {"text": "next ▶", "callback_data": "n"}


class Client:
    """A bot without any library: raw requests, checked by nobody on the way."""

    def __init__(self, api: BotApiServer, session: aiohttp.ClientSession) -> None:
        self.api = api
        self.session = session

    async def call(self, method: str, **params: Any) -> Json:
        """Call with a JSON body; returns the whole answer."""
        url = f"{self.api.url}/bot{self.api.token}/{method}"
        async with self.session.post(url, json=params) as got:
            body: Json = await got.json()
            assert got.status == body.get("error_code", 200)
            return body

    async def form(self, method: str, **params: str) -> Json:
        """Call with a form."""
        url = f"{self.api.url}/bot{self.api.token}/{method}"
        async with self.session.post(url, data=params) as got:
            body: Json = await got.json()
            return body

    async def send(self, text: str = "hello", **params: Any) -> Json:
        """Send HTML to Alice; returns the whole answer."""
        return await self.call("sendMessage", chat_id=HERE, text=text, parse_mode="HTML", **params)


@pytest.fixture(params=["shared", "built-in"])
def table(request: pytest.FixtureRequest) -> schema.Schema:
    """Both tables: that of the machine-readable Bot API (if it is there) and the built-in one."""
    return schema.load() if request.param == "shared" else schema.from_table()


@pytest.fixture
async def api(table: schema.Schema) -> AsyncIterator[BotApiServer]:
    async with BotApiServer(table=table) as server:
        yield server


@pytest.fixture
async def client(api: BotApiServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(api, session)


@pytest.fixture
async def bot(api: BotApiServer) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=f"{api.url}/bot") as library_bot:
        yield library_bot


def expect(api: BotApiServer, words: str) -> None:
    """One violation that says so was expected, and is forgiven."""
    assert len(api.violations) == 1, api.violations
    assert words in api.violations[0]
    api.violations.clear()
