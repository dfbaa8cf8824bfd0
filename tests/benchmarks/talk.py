"""How long an answer takes while many ask: 200 inline queries and 50 commands a second, half a
minute long, to `tubenotes run` with a vault, and beside it to a bare python-telegram-bot echo bot.

    python -m tests.benchmarks.talk ../shared/vault [--seconds 30] [--json]

The bot, the people (tests/benchmarks/chatter.py) and this are processes of their own. Each
inline query is of another person, each command from another private chat, and no two ask the
same. Latency is from when an update falls due to when its answer has come in whole. Where the
target is missed, lower rates follow until it holds. Not the real thing: Telegram's limit of 30
messages a second, which ours keeps (bot/telegram/client.py), is lifted. Exit code 1: the target
was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.chatter import TOKEN
from tests.benchmarks.process import run
from tests.benchmarks.said import Said, Update, said, updates
from tests.command import HOUSE, environment

INLINE, COMMANDS, SECONDS, WARM_UP = 200, 50, 30, 3
"""Updates a second; seconds that count, after seconds that do not."""
P99_MS = 100.0
SHARES = (1.0, 0.8, 0.6, 0.4, 0.3, 0.2)
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
"""`tubenotes run` without the limit of messages a second: nothing else is not the real thing."""
READY = {"ours": "the index is up to date", "echo": ""}
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one load; the warm-up is not counted, save in `lost` and `cards`.

    `inline` and `commands` are p50 and p99 in milliseconds; `cores` those that the bot, the people
    and all else on the machine took.
    """

    bot: str
    rate: int
    asked: int
    lost: int
    inline: tuple[float, float]
    commands: tuple[float, float]
    p99: float
    worst: float
    cards: float
    cores: tuple[float, float, float]

    @property
    def met(self) -> bool:
        """Whether the target is."""
        return not self.lost and self.p99 < P99_MS


def measure(bot: str, work: Path, notes: Path, asked: list[Update]) -> Result:
    """Start people and bot, let them talk, sum up."""
    path = work / "updates.json"
    path.write_text(json.dumps(asked), "utf-8")
    with _people(path) as people:
        url = f"http://127.0.0.1:{int(_told(people))}"
        with _bot(bot, work, notes, url) as pid:
            _told(people)
            _wait_for(work / "log", READY[bot])
            time.sleep(SETTLE)
            assert people.stdin
            people.stdin.write("go\n")
            people.stdin.flush()
            cores = _cores((pid, people.pid), asked[-1][0])
            told = json.loads(_told(people))
    return _summed(bot, asked, told, cores)


def _cores(pids: Sequence[int], seconds: float) -> list[float]:
    """Cores that each process takes from the warm-up's end on, and everything else."""
    time.sleep(WARM_UP)
    before, began = [*map(_cpu, pids), _busy()], time.monotonic()
    time.sleep(seconds - WARM_UP)
    lasted = time.monotonic() - began
    *own, all_ = (
        (after - now) / lasted
        for now, after in zip(before, [*map(_cpu, pids), _busy()], strict=True)
    )
    return [*own, all_ - sum(own)]


def _summed(
    bot: str, asked: Sequence[Update], told: dict[str, Any], cores: Sequence[float]
) -> Result:
    took: dict[bool, list[float]] = {True: [], False: []}
    counted = lost = 0
    for (due, key, _), seconds in zip(asked, told["took"], strict=True):
        counted += due >= WARM_UP
        lost += seconds is None
        if due >= WARM_UP and seconds is not None:
            took[key.startswith("inline")].append(seconds * 1000)
    every = took[True] + took[False]
    return Result(
        bot=bot,
        rate=round(len(asked) / asked[-1][0]),
        asked=counted,
        lost=lost,
        inline=(_at(took[True], 50), _at(took[True], 99)),
        commands=(_at(took[False], 50), _at(took[False], 99)),
        p99=_at(every, 99),
        worst=max(every, default=0.0),
        cards=told["cards"] / sum(key.startswith("inline") for _, key, _ in asked),
        cores=(cores[0], cores[1], cores[2]),
    )


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


def _told(people: subprocess.Popen[str]) -> str:
    """A line of theirs. Raises RuntimeError if none comes."""
    assert people.stdout
    if not select.select([people.stdout], [], [], PATIENCE)[0]:
        raise RuntimeError("the bot does not poll, or the people do not speak")
    return people.stdout.readline()


@contextmanager
def _bot(bot: str, work: Path, notes: Path, url: str) -> Iterator[int]:
    """A bot's process, from its start on; gives its id."""
    command = {
        "ours": ["-c", UNLIMITED],
        "echo": ["-m", "tests.benchmarks.echo", url, TOKEN],
    }[bot]
    given = {
        "TUBENOTES_NOTES": f"{notes}",
        "TUBENOTES_TELEGRAM_TOKEN": TOKEN,
        "TUBENOTES_TELEGRAM_API_URL": url,
    }
    with (work / "log").open("wb") as log:
        env = environment(work / "data", **given)
        process = subprocess.Popen(
            [sys.executable, *command], stdout=log, stderr=log, env=env, cwd=work
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(10)


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


def _at(values: Sequence[float], percent: int) -> float:
    """The percentile by the nearest rank."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)] if values else 0.0


def table(results: Sequence[Result]) -> str:
    """A row a load, as Markdown."""
    lines = [
        "| bot | updates/s | counted | lost | inline p50 / p99 ms | commands p50 / p99 ms"
        " | all p99 ms | worst ms | cards an answer | cores: bot, people, others |",
        "|---" * 10 + "|",
    ]
    lines += [
        f"| {one.bot} | {one.rate} | {one.asked:,} | {one.lost:,}"
        f" | {_pair(one.inline)} | {_pair(one.commands)} | {one.p99:,.0f} | {one.worst:,.0f}"
        f" | {one.cards:.1f} | {', '.join(f'{cores:.2f}' for cores in one.cores)} |"
        for one in results
    ]
    return "\n".join(lines)


def _pair(values: tuple[float, float]) -> str:
    return " / ".join(f"{value:,.0f}" for value in values)


def talk(notes: Path, seconds: int, work: Path) -> Iterator[Result]:
    """The echo bot, then ours: at the whole rate, then at lower ones until the target holds."""
    lasts = seconds + WARM_UP
    what = said(notes, INLINE * lasts, COMMANDS * lasts)
    (work / "data").mkdir()
    run(work / "data", "bot", "index", "--notes", f"{notes}")
    for bot, shares in (("echo", SHARES[:1]), ("ours", SHARES)):
        for share in shares:
            size = round(INLINE * lasts * share), round(COMMANDS * lasts * share)
            part = Said(what.typed[: size[0]], what.commands[: size[1]])
            result = measure(bot, work, notes, updates(part, INLINE * share, COMMANDS * share))
            yield result
            if result.met:
                break


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.talk",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("notes", type=Path, help="folder of notes; it is never written to")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long they talk")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for result in talk(args.notes.resolve(), args.seconds, Path(folder)):
            results.append(result)
            sys.stderr.write(f"{result}\n")
    print(json.dumps([asdict(one) for one in results]) if args.json else table(results))
    first = next(one for one in results if one.bot == "ours")
    return 0 if first.met else 1


if __name__ == "__main__":
    sys.exit(main())
