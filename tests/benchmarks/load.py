"""How many updates a second the bot takes, and whether its memory grows while it does.

    python -m tests.benchmarks.load ../shared/vault [--seconds 15] [--memory 10] [--warm 2]

By polling, by webhook, and beside them a bare echo bot by polling: rates rise until the p99 of all
answers passes 250 ms or an answer is lost, then the highest rate that holds is closed in on, to a
tenth. Of five updates four are inline queries, one is a command; no two ask the same. Each step is
a new process on the same index, warm-up not counted.

Then both of ours, at the same time, take half the rate that they hold for `--memory` minutes (0
leaves that out), after `--warm` minutes that do not count: in these everything is asked that is
asked again and again later, so that what is kept for speed (at most 32 MB) is there. Every ten
seconds their memory is read: resident pages, without those of mapped files, which the kernel may
take back. The growth is the slope of the line through them. All of it takes about 20 minutes. Exit
code 1: memory grew.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path
from statistics import linear_regression, mean

from tests.benchmarks.process import megabytes
from tests.benchmarks.said import Said, Update, over_and_over, said, updates
from tests.benchmarks.stage import Stage, index, staged
from tests.benchmarks.talk import WARM_UP, Result, measure, summed, table

P99_MS = 250.0
FIRST = {"ours": 64, "webhook": 64, "echo": 256}
"""Updates a second that each begins with."""
MOST = 2048
COARSE = 10
"""The rate is found to this part of it."""
SECONDS, MINUTES, WARM_MINUTES = 15, 10.0, 2.0
EVERY = 10.0
STEADY_MB_HOUR = 6.0
"""A megabyte in ten minutes: less is what an allocator makes of ups and downs."""


@dataclass(frozen=True, slots=True)
class Held:
    """The highest rate at which a bot kept up, and the steps on the way to it."""

    bot: str
    rate: int
    steps: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a steady load came to, and the memory of the bot under it, in MB, every ten seconds."""

    result: Result
    minutes: float
    megabytes: tuple[float, ...]

    @property
    def growth(self) -> float:
        """MB an hour: the slope of the line of least squares."""
        times = [at * EVERY / 3600 for at in range(len(self.megabytes))]
        return linear_regression(times, self.megabytes).slope

    @property
    def steady(self) -> bool:
        """Whether it does not grow."""
        return self.growth < STEADY_MB_HOUR


def asked(what: Said, rate: float, seconds: float) -> list[Update]:
    """So many updates a second, four of five inline queries; fewer where no more is to be asked."""
    inline, commands = rate * 4 / 5, rate / 5
    seconds = min(seconds, len(what.typed) / inline, len(what.commands) / commands)
    part = Said(what.typed[: round(inline * seconds)], what.commands[: round(commands * seconds)])
    return updates(part, inline, commands)


def climb(holds: Callable[[int], bool], first: int) -> int:
    """The highest rate that holds: twice as much until it does not, then the middle between."""
    good, bad = 0, first
    while bad <= MOST and holds(bad):
        good, bad = bad, bad * 2
    while bad <= MOST and bad - good > max(1, bad // COARSE):
        middle = (good + bad) // 2
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    return good


def hold(bot: str, work: Path, notes: Path, what: Said, seconds: int) -> Held:
    """Find the rate that a bot holds."""
    steps: list[Result] = []

    def holds(rate: int) -> bool:
        steps.append(measure(bot, work, notes, asked(what, rate, seconds + WARM_UP)))
        _say(steps[-1])
        return not steps[-1].lost and steps[-1].p99 < P99_MS

    return Held(bot, climb(holds, FIRST[bot]), tuple(steps))


def steady(held: Held, work: Path, notes: Path, minutes: float, warm: float) -> Memory:
    """Half the rate that it holds, for so many minutes after `warm` seconds that do not count.

    Its folder and questions are its own.
    """
    rate = max(1, held.rate // 2)
    lasts = warm + minutes * 60
    own = work / held.bot
    shutil.copytree(work / "data", own / "data")
    pool = said(notes, round(warm * rate * 4 / 5), round(warm * rate / 5))
    what = asked(over_and_over(pool, ceil(lasts / warm)), rate, lasts)
    with staged(held.bot, own, notes, what) as stage:
        stage.go()
        time.sleep(warm)
        with ThreadPoolExecutor(1) as beside:
            cores = beside.submit(stage.cores, what[-1][0] - warm)
            read = _read(stage, what[-1][0] - warm)
        told = stage.told()
    memory = Memory(summed(held.bot, what, told, cores.result()), minutes, read)
    _say(replace(memory, megabytes=()))
    return memory


def _read(stage: Stage, seconds: float) -> tuple[float, ...]:
    """Its memory every ten seconds, so long."""
    began, read = time.monotonic(), [megabytes(stage.bot)]
    while (due := len(read) * EVERY) <= seconds:
        time.sleep(max(0.0, began + due - time.monotonic()))
        read.append(megabytes(stage.bot))
    return tuple(read)


def _say(what: object) -> None:
    sys.stderr.write(f"{what}\n")


def held_table(found: Sequence[Held]) -> str:
    """A row a bot, as Markdown."""
    lines = [f"| bot | updates/s with p99 below {P99_MS:.0f} ms |", "|---|---|"]
    return "\n".join([*lines, *(f"| {one.bot} | {one.rate} |" for one in found)])


def memory_table(found: Sequence[Memory]) -> str:
    """A row a bot, as Markdown: means of the first and last minute, and the slope."""
    lines = [
        "| bot | updates/s | minutes | updates | lost | p99 ms | MB, first minute | MB, last minute"
        " | MB an hour | |",
        "|---" * 10 + "|",
    ]
    minute = round(60 / EVERY)
    lines += [
        f"| {one.result.bot} | {one.result.rate} | {one.minutes:g} | {one.result.asked:,}"
        f" | {one.result.lost:,} | {one.result.p99:,.0f} | {mean(one.megabytes[:minute]):.1f}"
        f" | {mean(one.megabytes[-minute:]):.1f} | {one.growth:+.1f}"
        f" | {'no growth' if one.steady else 'it grows'} |"
        for one in found
    ]
    return "\n".join(lines)


def load(
    notes: Path,
    bots: Sequence[str],
    seconds: int,
    minutes: float,
    *,
    warm: float,
    known: int = 0,
) -> tuple[list[Held], list[Memory]]:
    """What each bot holds, unless that is `known`, then the memory of ours."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        index(work, notes)
        most = MOST * (seconds + WARM_UP)
        what = said(notes, most * 4 // 5, most // 5)
        found = [
            Held(bot, known, ()) if known else hold(bot, work, notes, what, seconds) for bot in bots
        ]
        ours = [one for one in found if one.bot != "echo"] if minutes else []
        with ThreadPoolExecutor(2) as both:
            grown = list(both.map(lambda one: steady(one, work, notes, minutes, warm * 60), ours))
    return found, grown


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("notes", type=Path, help="folder of notes; it is never written to")
    parser.add_argument("--bots", nargs="+", choices=[*FIRST], default=[*FIRST])
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long a step lasts")
    parser.add_argument("--memory", type=float, default=MINUTES, help="minutes; 0: not measured")
    parser.add_argument("--warm", type=float, default=WARM_MINUTES, help="minutes before those")
    parser.add_argument("--hold", type=int, default=0, help="the rate that holds: not looked for")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the tables")
    args = parser.parse_args()
    notes, times = args.notes.resolve(), (args.seconds, args.memory)
    found, grown = load(notes, args.bots, *times, warm=args.warm, known=args.hold)
    if args.json:
        memory = [asdict(one) | {"growth": one.growth, "steady": one.steady} for one in grown]
        print(json.dumps({"held": [asdict(one) for one in found], "memory": memory}))
    else:
        print(table([step for one in found for step in one.steps]), held_table(found), sep="\n\n")
        print(f"\n{memory_table(grown)}" if grown else "")
    return 0 if all(one.steady for one in grown) else 1


if __name__ == "__main__":
    sys.exit(main())
