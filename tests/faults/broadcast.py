"""Many subscribers, notes that are news, and a service that may be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from bot import app  # noqa: F401 - a fork begins with all of it loaded
from bot.telegram import platform  # noqa: F401
from storage.backlog import Owed, owed
from storage.state import State
from tests.botapi.server import BotApiServer
from tests.command import environment
from tests.faults.serving import PATIENCE, Json, know, subscribe, whole
from tests.service import Service, started
from tests.vaults import write_note

SERVE = """
import sys
from bot import app
from bot.config import Settings
STAND_IN
sys.exit(app.run(Settings.load()))
"""
"""What `tubenotes run` does; a test may put something in the place of a part."""
UNPACED = """
from functools import partial
from bot import pace
from bot.telegram import client
pace.EVERY = pace.PER_CHAT = 0.0
pace.MOST_IN_GROUP = 10**6
client.BURST = 0
client._Limiter = partial(client._Limiter, group_max_rate=0)
"""
"""As fast as it goes: nothing else is not the real thing."""
CLOCK = """
import time
from pathlib import Path
real, offset = time.time, Path(OFFSET)
time.time = lambda: real() + float(offset.read_text())
from bot import deliver
deliver.LOOK_EVERY = 0.5
"""
"""A clock that a file puts wrong, which is noticed in half a second instead of half a minute."""


def script(*stand_ins: str) -> str:
    """The service with these parts in the place of its own."""
    return SERVE.replace("STAND_IN", "".join(stand_ins))


class WrongClock:
    """The clock of the services that were started with `stand_in`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "offset"
        self.stand_in = CLOCK.replace("OFFSET", repr(str(self._path)))
        self.set(0)

    def set(self, seconds: float) -> None:
        """From now on the clock is wrong by so much."""
        part = self._path.with_suffix(".part")
        part.write_text(str(seconds), "ascii")
        part.replace(self._path)


def chance() -> random.Random:
    """Chance, which prints its seed; `SEED` in the environment makes it the same again."""
    seed = os.environ.get("SEED") or str(random.randrange(10**6))
    print("SEED", seed)
    return random.Random(seed)


@contextmanager
def state_in(data: Path) -> Iterator[State]:
    """The precious database of a service that does not run."""
    data.mkdir(exist_ok=True)
    with closing(State.open(data / "state.db")) as state:
        yield state


def title(number: int) -> str:
    """What note `number` is called."""
    return f"Weather report {number}"


def add_notes(notes: Path, numbers: Iterable[int]) -> None:
    """Each in a video of its own, and whole as soon as it has its name."""
    for number in numbers:
        write_note(notes, f"weather/.part_{number}", title(number), f"Weather_{number:03}")
        part = notes / f"weather/.part_{number}"
        part.replace(notes / f"weather/report_{number}.md")


def audience(api: BotApiServer, folder: Path, chats: Sequence[Json]) -> tuple[Path, Path]:
    """Notes, one so far, and a data folder in which these chats have asked for all that is new."""
    notes, data = folder / "notes", folder / "data"
    add_notes(notes, [0])
    know(api, chats)
    subscribe(data, *chats)
    return notes, data


def titles(message: Json) -> list[str]:
    """The notes that a message tells of: its first line, or the lines of a digest."""
    first, *lines = message["text"].splitlines()
    if not first.endswith(" new notes"):
        return [first.removeprefix("New note: ")]
    return [line.partition(". ")[2].partition(" · ")[0] for line in lines if ". " in line]


def told(api: BotApiServer, chats: Sequence[Json]) -> Counter[tuple[int, str]]:
    """How often each chat was told of each note."""
    return Counter(
        (chat["id"], one)
        for chat in chats
        for message in api.world.sent[chat["id"]]
        for one in titles(message)
    )


async def until_told(api: BotApiServer, chats: Sequence[Json], count: int) -> None:
    """Wait until these chats were told of so many notes, in all and without what came twice."""
    came = await api.until(lambda: len(told(api, chats)) >= count, PATIENCE)
    assert came, f"{len(told(api, chats))} of {count} came"


def once(chats: Sequence[Json], numbers: Iterable[int]) -> Counter[tuple[int, str]]:
    """Every one of the chats was told once of every one of the notes."""
    return Counter((chat["id"], title(number)) for number in numbers for chat in chats)


def assert_settled(data: Path) -> Owed:
    """Both databases of a service that has ended are whole, and nothing is owed any more."""
    assert whole(data / "index.db")
    assert whole(data / "state.db")
    with state_in(data) as state:
        left = owed(state)
    assert (left.deliveries, left.waiting, left.aside) == (0, 0, 0)
    return left


def copied(path: Path, to: Path) -> Path:
    """A database as it lies there, with what is not yet in its main file."""
    for end in ("", "-wal"):
        if (part := path.with_name(path.name + end)).exists():
            shutil.copy(part, to.with_name(to.name + end))
        else:
            to.with_name(to.name + end).unlink(missing_ok=True)
    return to


@asynccontextmanager
async def serving(
    api: BotApiServer, notes: Path, data: Path, code: str = ""
) -> AsyncIterator[Service]:
    """The process from its first index and poll on, perhaps with a stand-in; nothing stops it."""
    async with started(api, notes, data, code) as service:
        await service.wrote("the index is up to date")
        await api.polling()
        yield service


async def first_run(api: BotApiServer, notes: Path, data: Path) -> None:
    """A run that takes the notes there are for known: what comes later is news."""
    async with serving(api, notes, data) as service:
        await service.wrote("known from the start")
        assert await service.stop() == 0


class Forks:
    """Starts the service within milliseconds: each one is forked from a process that loaded it."""

    def __init__(self, context: ForkServerContext, api: BotApiServer, notes: Path, data: Path):
        self._context, self._api, self._notes = context, api, notes
        self.data = data
        self._log = Path(tempfile.mkdtemp(dir=data.parent)) / "log"
        self._process: ForkServerProcess | None = None

    def start(self, *stand_ins: str) -> None:
        """From now on there is one."""
        given = {
            "TUBENOTES_NOTES": str(self._notes),
            "TUBENOTES_TELEGRAM_TOKEN": self._api.token,
            "TUBENOTES_TELEGRAM_API_URL": self._api.url,
        }
        work = (script(*stand_ins), environment(self.data, **given), self._log)
        self._process = self._context.Process(target=_serve, args=work)
        self._process.start()

    async def end(self, number: int) -> int:
        """Send it a signal and wait for its end; gives the exit code."""
        assert self._process is not None
        assert self._process.pid is not None
        assert self._process.exitcode is None, self.log
        os.kill(self._process.pid, number)
        await asyncio.to_thread(self._process.join, 30)
        await asyncio.sleep(0.02)  # for what it had sent, which comes all the same
        code = self._process.exitcode
        assert code is not None, self.log
        return code

    def owed(self, which: str = "true") -> set[tuple[int, str]]:
        """What the one that was killed still owed: chats and titles."""
        path = copied(self.data / "state.db", self._log.with_name("copy.db"))
        query = (
            "select chat_id, title from deliveries d join news n on n.id = news_id"
            f" where aside = 0 and {which}"
        )
        with closing(sqlite3.connect(path)) as database:
            return set(database.execute(query).fetchall())

    def close(self) -> None:
        """None of them is left."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    @property
    def log(self) -> str:
        """What all of them wrote so far."""
        return self._log.read_text("utf-8") if self._log.exists() else ""


def _serve(code: str, given: dict[str, str], log: Path) -> None:
    """In the fork: the service, its words in a file."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.clear()
    os.environ.update(given)
    os.chdir(log.parent)
    exec(compile(code, "service", "exec"), {"__name__": "service"})
