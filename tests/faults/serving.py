"""The real process with subscribers, and what they have heard: for tests of deliveries."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from storage import subscriptions
from storage.chats import Chat
from storage.interest import Interest, everything
from storage.rhythm import Rhythm
from storage.state import State
from tests.botapi.people import ALICE, private, user
from tests.botapi.server import BotApiServer
from tests.faults import stand_in
from tests.service import Service, started

Json = dict[str, Any]
NOTE = """---
title: "{title}"
videoId: Harbour{number:04}
---

From: [[harbours]] <br/>

## Light

- The lamp of lighthouse {number} turns twice a minute \
<a class="yt-timestamp" data-t="00:07:08">[00:07:08]</a>.
"""
TITLE = re.compile(r"Lighthouse (\d{3})")
AT_ONCE = Rhythm()
SHORT = {
    "busy": 0.1,
    "patience": 0.1,
    "per_chat": 0.05,
    "read_timeout": 10,
    "scan_every": 0.3,
    "settle": 0.05,
}
"""Waits of the process, in seconds, where a test does not say otherwise."""
Done = Coroutine[None, None, None]
PATIENCE = 60.0
_KINDS = {"private": "private", "channel": "channel"}


def people(count: int) -> list[Json]:
    """The private chats of so many people."""
    return [private(user(5000 + number, f"Person{number}")) for number in range(count)]


CHATS = people(2)
"""Those who asked for everything, where a test needs no more."""


def write_lighthouse(notes: Path, *numbers: int) -> None:
    """New notes, each saved at once, as an editor saves."""
    folder = notes / "harbours"
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        part = folder / f".{number}.part"
        part.write_text(NOTE.format(number=number, title=f"Lighthouse {number:03}"), "utf-8")
        part.rename(folder / f"lighthouse_{number}.md")


def kept_chat(chat: Json) -> Chat:
    """A chat of Telegram's as the service keeps it."""
    return Chat(chat["id"], _KINDS.get(chat["type"], "group"), chat.get("title", ""))


def subscribe(
    data: Path,
    *chats: Json,
    thread: int = 0,
    by: Json = ALICE,
    to: Interest | None = None,
    rhythm: Rhythm = AT_ONCE,
) -> None:
    """They ask for everything unless told otherwise, before the process starts."""
    data.mkdir(exist_ok=True)
    with closing(State.open(data / "state.db")) as state:
        state.database.execute("pragma synchronous = off")
        for one in chats:
            chat, wanted = kept_chat(one), to or everything()
            assert subscriptions.add(state, chat, thread, wanted, by["id"], 0.0, rhythm=rhythm)


def know(api: BotApiServer, chats: Iterable[Json]) -> None:
    """Telegram knows these chats."""
    for one in chats:
        api.world.chats.setdefault(one["id"], one)


@asynccontextmanager
async def standing_in(
    api: BotApiServer, notes: Path, data: Path, *, serving: bool = True, **settings: Any
) -> AsyncIterator[Service]:
    """The process with shorter waits and orders of the test's, serving unless told otherwise.

    At the end it is stopped in good order.

    Capital letters are variables of its environment, all else are settings of the stand-in.
    """
    env = {name: value for name, value in settings.items() if name.isupper()}
    short = SHORT | {name: value for name, value in settings.items() if not name.isupper()}
    short["control"] = str(data)
    first = not (data / "run.lock").exists()
    script = {stand_in.SETTINGS: json.dumps(short)}
    async with started(api, notes, data, stand_in.SCRIPT, **script, **env) as service:
        if serving:
            await service.wrote("are known from the start" if first else "the index is up to date")
            await api.polling(PATIENCE)
        yield service
        if service.process.returncode is None:
            assert await service.stop() == 0, service.log


def heard(api: BotApiServer, chat: Json | int) -> list[int]:
    """The numbers of the notes that a chat was told of, in order, as often as it was."""
    where = chat["id"] if isinstance(chat, dict) else chat
    told = (TITLE.findall(message["text"]) for message in api.world.sent[where])
    return [int(number) for numbers in told for number in dict.fromkeys(numbers)]


async def all_heard(api: BotApiServer, chats: Sequence[Json], *numbers: int) -> None:
    """Wait until each of these chats was told of each of these notes."""

    def told() -> bool:
        return all({*numbers} <= {*heard(api, chat)} for chat in chats)

    if not await api.until(told, PATIENCE):
        missing = {one["id"]: sorted({*numbers} - {*heard(api, one)}) for one in chats}
        raise AssertionError(f"some have not heard: {missing}")


def warnings(log: str) -> list[str]:
    """The lines of a log that somebody has to look at."""
    return [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]


def remarks(log: str) -> list[str]:
    """The lines of a log but those that tell of an update each."""
    return [line for line in log.splitlines() if " bot.following: " not in line]


def order(data: Path, what: str, words: str) -> None:
    """Give the process an order; whoever reads it reads all of it."""
    part = data / f"{what}.part"
    part.write_text(words)
    part.rename(data / what)


async def owes(data: Path, count: int) -> None:
    """Wait until so many deliveries are owed. A database tells nobody when it changes."""
    async with asyncio.timeout(PATIENCE):
        while len(owed(data)) != count:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


async def settled(data: Path) -> None:
    """Wait until nothing is owed any more."""
    await owes(data, 0)


async def struck(service: Service, data: Path, what: str, words: str, work: Done) -> bool:
    """Give an order and wait until it is carried out, or until `work` is done without."""
    order(data, what, words)
    strike = asyncio.ensure_future(service.wrote(f"struck by {what} {words}\n"))
    done = asyncio.ensure_future(work)
    await asyncio.wait({strike, done}, return_when=asyncio.FIRST_COMPLETED)
    for one in (strike, done):
        one.cancel()
    results = await asyncio.gather(strike, done, return_exceptions=True)
    faults = [one for one in results if isinstance(one, Exception)]
    assert not faults, faults
    return results[0] is None


def owed(data: Path) -> list[tuple[int, int, int]]:
    """Chat, attempts and whether set aside, of all that is owed."""
    with closing(sqlite3.connect(data / "state.db")) as database:
        query = "select chat_id, attempts, aside from deliveries order by id"
        return database.execute(query).fetchall()


def whole(path: Path) -> bool:
    """Whether a database is undamaged."""
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("pragma integrity_check").fetchone() == ("ok",))
