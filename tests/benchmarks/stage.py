"""A bot and the people who talk to it, each a process of its own, for the benchmarks under load.

`ours` is `tubenotes run` by polling, `webhook` the same by webhook, `echo` a bare
python-telegram-bot. Telegram's limit of 30 messages a second, which ours keeps
(bot/telegram/client.py), is lifted: nothing else is not the real thing.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.chatter import TOKEN
from tests.benchmarks.process import run
from tests.benchmarks.said import Update
from tests.command import HOUSE, environment

SETTLE = 1.0
"""Seconds from a fresh index until they talk."""
PATIENCE = 120.0
UNLIMITED = """
import sys
from bot import app
from bot.config import Settings
from bot.telegram import client
client.BURST = 0
sys.exit(app.run(Settings.load()))
"""
READY = {"ours": "the index is up to date", "webhook": "the index is up to date", "echo": ""}
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stage:
    """A bot that is ready, and people who wait for `go`."""

    bot: int
    people: subprocess.Popen[str]

    def go(self) -> None:
        """They begin to talk."""
        assert self.people.stdin
        self.people.stdin.write("go\n")
        self.people.stdin.flush()

    def told(self) -> dict[str, Any]:
        """What came of it, once the last has its answer or has waited long enough."""
        told: dict[str, Any] = json.loads(_line(self.people))
        return told

    def cores(self, seconds: float) -> tuple[float, float, float]:
        """Cores that the bot, the people and everything else take in so many seconds from now."""
        pids = (self.bot, self.people.pid)
        before, began = [*map(_cpu, pids), _busy()], time.monotonic()
        time.sleep(seconds)
        lasted = time.monotonic() - began
        bot, people, all_ = (
            (after - now) / lasted
            for now, after in zip(before, [*map(_cpu, pids), _busy()], strict=True)
        )
        return bot, people, all_ - bot - people


def index(work: Path, notes: Path) -> None:
    """A folder to work in, with the index of the notes."""
    (work / "data").mkdir(parents=True)
    run(work / "data", "bot", "index", "--notes", f"{notes}")


@contextmanager
def staged(bot: str, work: Path, notes: Path, asked: Sequence[Update]) -> Iterator[Stage]:
    """The bot's process beside that of the people, until the end. `work` holds its index."""
    path = work / "updates.json"
    path.write_text(json.dumps(asked), "utf-8")
    with _people(path) as people:
        url = f"http://127.0.0.1:{int(_line(people))}"
        with _bot(bot, work, notes, url) as pid:
            _line(people)
            _wait_for(work / "log", READY[bot])
            time.sleep(SETTLE)
            yield Stage(pid, people)


@contextmanager
def _people(path: Path) -> Iterator[subprocess.Popen[str]]:
    """The process of those who talk."""
    command = [sys.executable, "-m", "tests.benchmarks.chatter", f"{path}"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOUSE
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _line(people: subprocess.Popen[str]) -> str:
    """A line of theirs. Raises RuntimeError if none comes."""
    assert people.stdout
    if not select.select([people.stdout], [], [], PATIENCE)[0]:
        raise RuntimeError("the bot asks for no updates, or the people do not speak")
    return people.stdout.readline()


@contextmanager
def _bot(bot: str, work: Path, notes: Path, url: str) -> Iterator[int]:
    """A bot's process, from its start on; gives its id."""
    echo = ["-m", "tests.benchmarks.echo", url, TOKEN]
    command = echo if bot == "echo" else ["-c", UNLIMITED]
    env = environment(work / "data", **_settings(bot, notes, url))
    with (work / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command], stdout=log, stderr=log, env=env, cwd=work
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            _wait(process, kill=bot == "echo")


def _wait(process: subprocess.Popen[bytes], *, kill: bool) -> None:
    """Until it has ended; one that hangs is killed, with TimeoutExpired where it should not.

    A bare python-telegram-bot answers all that it took in first, however much that is.
    """
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        if not kill:
            raise


def _settings(bot: str, notes: Path, url: str) -> dict[str, str]:
    given = {
        "TUBENOTES_NOTES": f"{notes}",
        "TUBENOTES_TELEGRAM_TOKEN": TOKEN,
        "TUBENOTES_TELEGRAM_API_URL": url,
    }
    if bot == "webhook":
        address = f"127.0.0.1:{_free_port()}"
        given["TUBENOTES_WEBHOOK_LISTEN"] = address
        given["TUBENOTES_WEBHOOK_URL"] = f"http://{address}/telegram"
    return given


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(log: Path, words: str) -> None:
    until = time.monotonic() + PATIENCE
    while words not in log.read_text("utf-8", "replace"):
        if time.monotonic() > until:
            raise RuntimeError(log.read_text("utf-8", "replace"))
        time.sleep(0.1)


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _busy() -> float:
    """Seconds of CPU that everything on this machine took so far."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / _TICK
