"""The outbox in a world of its own: real databases, a clock that sleeping moves, and a courier
whose outcomes the test decides.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from bot.deliver import deliver
from bot.outcomes import Outcome, Sent
from bot.pace import Pace
from bot.reply import Reply
from bot.text import to_plain
from storage.database import open_reader
from storage.errors import FullError
from storage.index import Index
from storage.state import State
from storage.update import update
from tests.library_fixture import cite, note
from tests.owing import NOW, new_note
from tests.tasks import stop

P = ParamSpec("P")
T = TypeVar("T")
ADMIN = 99
NOTES = 30
HOUR = 3_600.0


def write_tides(root: Path, count: int) -> Path:
    """The notes that tests.owing.new_note speaks of, as files."""
    (root / "night_sky").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        one = new_note(number)
        body = f"Water number {number} rises {cite('00:01:05')}. It falls {cite('00:02:05')}."
        (root / one.key).write_text(note(one.title, one.video_id, body), "utf-8")
    return root


def index_of(notes: Path, path: Path) -> Path:
    """An index of these notes; gives its file."""
    with closing(Index.open(path)) as index:
        update(index, notes)
    return path


@contextmanager
def tides(folder: Path) -> Iterator[Database]:
    """A reader of an index with the notes 0 to NOTES - 1."""
    path = index_of(write_tides(folder / "notes", NOTES), folder / "index.db")
    with closing(open_reader(path)) as reader:
        yield reader


@dataclass(frozen=True, slots=True)
class Message:
    """What arrived in a chat, when, and which notes it told."""

    chat_id: int
    thread_id: int
    text: str
    at: float
    silent: bool = False
    plain: bool = False

    @property
    def numbers(self) -> list[int]:
        """The numbers of the notes in it."""
        return [int(number) for number in re.findall(r"\bTides (\d+)", self.text)]


@dataclass
class Telegram:
    """A courier. Outcomes are taken from `script` first, then from `rule`."""

    clock: Clock
    script: deque[Outcome] = field(default_factory=deque)
    rule: Callable[[Message], Outcome] = lambda _: Sent()
    arrived: list[Message] = field(default_factory=list)
    tried: list[Message] = field(default_factory=list)
    online: bool = True
    asked: list[float] = field(default_factory=list)
    before_answer: Callable[[], object] = lambda: None

    async def post(
        self, chat_id: int, thread_id: int, reply: Reply, *, silent: bool, plain: bool
    ) -> Outcome:
        text = to_plain(reply.text)
        message = Message(chat_id, thread_id, text, self.clock.at, silent, plain)
        self.tried.append(message)
        await asyncio.sleep(0)
        outcome = self.script.popleft() if self.script else self.rule(message)
        if isinstance(outcome, Sent):
            self.arrived.append(message)
        self.before_answer()
        await asyncio.sleep(0)
        return outcome

    async def reachable(self) -> bool:
        self.asked.append(self.clock.at)
        await asyncio.sleep(0)
        return self.online

    def told(self, chat_id: int) -> list[int]:
        """The notes that a chat was told of, in order."""
        return [number for one in self.arrived if one.chat_id == chat_id for number in one.numbers]


@dataclass
class Clock:
    """A clock that moves when somebody sleeps; `shift` is what somebody set it by."""

    at: float = NOW
    shift: float = 0.0

    def now(self) -> float:
        return self.at + self.shift

    def steady(self) -> float:
        return self.at - NOW

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        await asyncio.sleep(0)


class House:
    """The library's part: both databases, in the test's own thread. `fault` may fail a job."""

    def __init__(self, state: State, index: Database, clock: Clock) -> None:
        self.state, self.index, self.now = state, index, clock.now
        self.woken = asyncio.Event()
        self.fault: Callable[[str], None] = lambda _: None

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        await asyncio.sleep(0)
        self.fault(job.__name__)
        result = job(self.state, *args, **kwargs)
        await asyncio.sleep(0)
        return result

    async def ask(
        self, query: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        await asyncio.sleep(0)
        self.fault(query.__name__)
        return query(self.index, *args, **kwargs)


class World:
    """All of it. `run` delivers until nothing is owed any more, or so many hours have gone by."""

    def __init__(self, state: State, index: Database) -> None:
        self.clock = Clock()
        self.telegram = Telegram(self.clock)
        self.house = House(state, index, self.clock)
        self.state = state

    def start(self, pace: Pace | None = None) -> asyncio.Task[None]:
        return asyncio.ensure_future(
            deliver(
                self.house,
                self.telegram,
                pace or Pace(),
                [ADMIN],
                sleep=self.clock.sleep,
                steady=self.clock.steady,
            )
        )

    async def run(self, hours: float = 1.0) -> None:
        end = self.clock.at + hours * HOUR
        task = self.start()
        try:
            await until(
                lambda: task.done() or self.clock.at >= end or not self.is_owed(),
            )
        finally:
            await stop(task)

    def is_owed(self) -> bool:
        query = "select exists (select 1 from deliveries where aside = 0)"
        return bool(self.state.database.execute(query).fetchone()[0])


async def until(done: Callable[[], object]) -> None:
    """Let everybody else go on until that is so. Nothing here takes real time."""
    while not done():  # noqa: ASYNC110 - who sleeps moves the clock: there is nothing to wait for
        await asyncio.sleep(0)


def by_chat(messages: Iterable[Message]) -> dict[int, list[Message]]:
    """Messages of each chat, in order."""
    found: dict[int, list[Message]] = {}
    for one in messages:
        found.setdefault(one.chat_id, []).append(one)
    return found


def failing(world: World, name: str, times: int) -> list[str]:
    """Let that job fail so many times; gives what was asked for from then on."""
    jobs: list[str] = []

    def fault(job: str) -> None:
        jobs.append(job)
        if job == name and jobs.count(name) <= times:
            raise FullError("state.db cannot be written")

    world.house.fault = fault
    return jobs
