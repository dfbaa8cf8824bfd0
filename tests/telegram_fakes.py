"""A platform of Telegram in the test's own process, with answers that the test decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings
from bot.reply import Button, Reply, Request
from bot.telegram.platform import serve
from bot.text import plain
from tests.botapi.server import BotApiServer


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table of commands."""

    name: str
    summary: str
    admin: bool = False


COMMANDS = (
    Command("search", "find passages"),
    Command("source", "who said it"),
    Command("status", "how it goes", admin=True),
)


@dataclass
class Oracle:
    """Answers each request by repeating it, and keeps what was asked.

    A request with the word "slow" waits for `go`, one with "broken" fails; a reply prepared in
    `replies` under the request's text is given instead.
    """

    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, request: Request) -> Reply:
        self.asked.append(request)
        if "slow" in request.text:
            await self.go.wait()
        if "broken" in request.text:
            raise ZeroDivisionError("a secret of the house")
        return self.replies.get(request.text) or Reply("search", (plain(f"You: {request.text}"),))

    async def keep_request(self, key: str, request: str) -> None:
        self.kept[key] = request

    async def kept_request(self, key: str) -> str | None:
        return self.kept.get(key)


def with_button(text: str, label: str, request: str) -> Reply:
    """A reply with one button."""
    return Reply("search", (plain(text),), buttons=((Button(label, request=request),),))


def settings_for(api: BotApiServer, **more: object) -> Settings:
    """Settings that point at the test's server; nothing is read from outside."""
    given = {"notes": Path(), "data": Path(), "telegram_token": SecretStr(api.token)} | more
    return Settings.model_validate({**given, "telegram_api_url": api.url})


@asynccontextmanager
async def serving(api: BotApiServer, oracle: Oracle, **more: object) -> AsyncIterator[None]:
    """The platform, polling; stopped in good order at the end."""
    service = serve(settings_for(api, **more), oracle.ask, oracle, COMMANDS)
    task = asyncio.create_task(service)
    try:
        await api.polling()
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
