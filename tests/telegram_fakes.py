"""A platform of Telegram in the test's own process, with answers that the test decides."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, ParamSpec, TypeVar

from pydantic import SecretStr

from bot.circle import Circle
from bot.config import Settings
from bot.hearing import Hearing
from bot.inline import InlineAnswer, InlineCard, words_card
from bot.reply import Button, Place, RepliedTo, Reply, Request
from bot.telegram.courier import Courier
from bot.telegram.platform import Asks, Beside, Idle, serve
from bot.text import plain
from storage.state import State
from tests.botapi.server import BotApiServer
from tests.tasks import stop

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table of commands."""

    name: str
    summary: str
    admin: bool = False
    manages: bool = False
    listed: bool = True
    places: tuple[Place, ...] = (Place.PRIVATE, Place.GROUP)


COMMANDS = (
    Command("search", "find passages"),
    Command("source", "who said it"),
    Command("subscribe", "hear of new notes", manages=True),
    Command("status", "how it goes", admin=True),
    Command("start", "how to begin", places=(Place.PRIVATE,)),
    Command("news", "pages of a digest", listed=False),
)


@dataclass
class Pacing:
    """Remembers which chats were written to."""

    noted: list[int] = field(default_factory=list)

    def note(self, chat_id: int, at: float) -> None:
        assert abs(at - time.time()) < 5
        self.noted.append(chat_id)


@dataclass
class Remembering(Hearing):
    """Keeps what was ever wrong."""

    told: list[str] = field(default_factory=list)

    def failed(self, words: str) -> None:
        """Also kept when it is over."""
        super().failed(words)
        self.told.append(words)


async def nothing_beside(courier: Courier, idle: Idle) -> None:
    """No deliveries."""
    del courier, idle
    await asyncio.Event().wait()


@dataclass
class Oracle:
    """Answers each request by repeating it, and keeps what was asked.

    A request with the word "slow" waits for `go`, one with "broken" fails; a reply prepared in
    `replies` under the request's text is given instead. `state` is there while it is served.
    """

    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    pace: Pacing = field(default_factory=Pacing)
    hearing: Hearing = field(default_factory=Hearing)
    state: State | None = None
    woken: int = 0

    async def ask(self, request: Request) -> Reply:
        self.asked.append(request)
        self.busy.set()
        if "slow" in request.text:
            await self.go.wait()
        if "broken" in request.text:
            raise ZeroDivisionError("a secret of the house")
        return self.replies.get(request.text) or Reply("search", (plain(f"You: {request.text}"),))

    async def inline(self, text: str, offset: str) -> InlineAnswer:
        return InlineAnswer((words_card(f"You: {text}{offset}"),))

    async def guest(self, replied_to: RepliedTo | None, words: str) -> InlineCard:
        return words_card(f"You: {replied_to.text if replied_to else words}")

    async def keep_request(self, key: str, request: str) -> None:
        self.kept[key] = request

    async def kept_request(self, key: str) -> str | None:
        return self.kept.get(key)

    def now(self) -> float:
        return time.time()

    def wake(self) -> None:
        self.woken += 1

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        assert self.state is not None, "the platform is not served"
        return job(self.state, *args, **kwargs)


def with_button(text: str, label: str, request: str) -> Reply:
    """A reply with one button."""
    return Reply("search", (plain(text),), buttons=((Button(label, request=request),),))


def settings_for(api: BotApiServer, **more: object) -> Settings:
    """Settings that point at the test's server; nothing is read from outside."""
    given = {"notes": Path(), "data": Path(), "telegram_token": SecretStr(api.token)} | more
    return Settings.model_validate({**given, "telegram_api_url": api.url})


@asynccontextmanager
async def started(
    api: BotApiServer,
    oracle: Oracle,
    beside: Beside = nothing_beside,
    circle: Circle | None = None,
    **more: object,
) -> AsyncIterator[asyncio.Task[None]]:
    """The platform, beginning to serve; its task is over at the end, however it ended."""
    settings = settings_for(api, **more)
    asks = Asks(oracle.ask, oracle.inline, oracle.guest)
    service = serve(
        settings,
        asks,
        oracle,
        COMMANDS,
        circle=circle or Circle(settings.allowed_chats, settings.admins),
        pace=oracle.pace,
        hearing=oracle.hearing,
        beside=beside,
    )
    with TemporaryDirectory() as folder, closing(State.open(Path(folder) / "state.db")) as state:
        oracle.state = oracle.state or state
        task = asyncio.create_task(service)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])
            oracle.state = None if oracle.state is state else oracle.state


@asynccontextmanager
async def serving(
    api: BotApiServer,
    oracle: Oracle,
    beside: Beside = nothing_beside,
    circle: Circle | None = None,
    **more: object,
) -> AsyncIterator[None]:
    """The platform, polling; stopped in good order at the end."""
    async with started(api, oracle, beside, circle, **more) as task:
        await api.polling()
        yield
        await stop(task)
