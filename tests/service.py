"""`tubenotes run` as a real process, beside a Bot API server on loopback."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.botapi.server import BotApiServer
from tests.botapi.signal import Signal
from tests.command import environment
from tests.secrets_plugin import watch_service

# fmt: off
TREES = [
    "alder", "ash", "aspen", "beech", "birch", "cedar", "cherry", "chestnut", "cypress", "elder",
    "elm", "fir", "ginkgo", "hawthorn", "hazel", "hemlock", "hickory", "holly", "juniper", "larch",
    "linden", "magnolia", "maple", "mulberry", "oak", "olive", "palm", "pear", "pine", "poplar",
]
# fmt: on
NOTE = """---
title: The {tree}
videoId: Tree_{number:06}
---

From: [[arboretum]] <br/>

## Seasons

- In a mild winter the {tree} keeps its buds closed until the first warm week \
<a class="yt-timestamp" data-t="00:07:{number:02}">[00:07:{number:02}]</a>.
"""
# Only the index is not the real thing here: one that never ends, one stuck in its thread.
INDEX = """
import asyncio, sys, time
from bot import app
from bot.config import Settings

class Library(app.Library):
    async def reload(self, on_progress=None, *, guard=None, keys=None):
        WORK

app.Library = Library
sys.exit(app.run(Settings.load()))
"""
ENDLESS = INDEX.replace("WORK", "await asyncio.Event().wait()")
STUCK = INDEX.replace("WORK", "return await self._write(time.sleep, 60)")

STOP_WITHIN = 30.0
"""Seconds; five are promised (CONTRACT.md), to a machine that has nothing else to do."""
_PATIENCE = 60.0


def write_trees(folder: Path, trees: Sequence[str]) -> Path:
    """A note on each tree, in a video of its own."""
    channel = folder / "arboretum"
    channel.mkdir(parents=True)
    for tree in trees:
        text = NOTE.format(tree=tree, number=TREES.index(tree))
        (channel / f"the_{tree}.md").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All trees; what one test adds to them is there for the next."""
    return write_trees(tmp_path_factory.mktemp("notes"), TREES)


def link_of(tree: str) -> str:
    """Where the note on a tree says its sentence."""
    number = TREES.index(tree)
    return f"https://youtu.be/Tree_{number:06}?t={7 * 60 + number}"


class Service:
    """The running process. `log` is what it wrote so far, to both of its streams."""

    def __init__(self, process: Process, token: str) -> None:
        self.process, self.token, self.log = process, token, ""
        self._more = Signal()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.log += line.decode()
            self._more.fire()

    async def wrote(self, words: str, since: int = 0) -> None:
        """Wait until the log has these words, after its first `since` characters."""
        await self.until(lambda: words in self.log[since:])

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for anything that a line of the log makes true."""
        assert await self._more.until(true, _PATIENCE), self.log

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; gives the exit code. Fails where the process does not end in time."""
        self.process.send_signal(number)
        return await self.ended(STOP_WITHIN)

    async def ended(self, seconds: float = _PATIENCE) -> int:
        """Wait for the end; gives the exit code. Whatever it did, the token is in no output."""
        async with asyncio.timeout(seconds):
            code = await self.process.wait()
            await self._reading
        assert self.token not in self.log
        assert self.token.partition(":")[2] not in self.log
        return code

    async def kill(self) -> None:
        """End it whatever state it is in."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self._reading


@asynccontextmanager
async def started(
    api: BotApiServer, notes: Path, data: Path, script: str = "", **more: str
) -> AsyncIterator[Service]:
    """The process from its start on; it is gone at the end. A script may stand in for it."""
    given = {
        "TUBENOTES_NOTES": str(notes),
        "TUBENOTES_TELEGRAM_TOKEN": api.token,
        "TUBENOTES_TELEGRAM_API_URL": api.url,
    } | more
    command = (sys.executable, *(("-c", script) if script else ("-m", "bot", "run")))
    env = environment(data, **given)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=env, cwd=notes.parent
    )
    service = Service(process, api.token)
    try:
        yield service
    except BaseException as error:
        error.add_note("the process wrote:\n" + service.log)
        raise
    finally:
        await service.kill()
        watch_service(service.log, api, given)


@asynccontextmanager
async def running(
    api: BotApiServer, notes: Path, data: Path, **more: str
) -> AsyncIterator[Service]:
    """The process from its first index and poll on; at the end it must stop in good order."""
    async with started(api, notes, data, **more) as service:
        await service.wrote("the index is up to date")
        await api.polling(_PATIENCE)
        yield service
        if service.process.returncode is None:
            assert await service.stop() == 0, service.log


def labels(message: dict[str, Any]) -> list[str]:
    """What stands on a message's buttons."""
    rows = message["reply_markup"]["inline_keyboard"]
    return [button["text"] for row in rows for button in row]


def is_gone(api: BotApiServer, message: dict[str, Any]) -> bool:
    """Whether a message was deleted."""
    return (message["chat"]["id"], message["message_id"]) not in api.world.messages


def links_of(message: dict[str, Any]) -> list[str]:
    """The links in a message's words."""
    return [entity["url"] for entity in message["entities"] if entity["type"] == "text_link"]


async def ask(api: BotApiServer, text: str, chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Say something and wait for the answer."""
    api.say(text, chat=chat, **more)
    return await api.next_message(chat)
