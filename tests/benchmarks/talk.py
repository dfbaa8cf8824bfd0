"""How long an answer takes while many ask: 200 inline queries and 50 commands a second, half a
minute long, to `tubenotes run` with a vault, and beside it to a bare python-telegram-bot echo bot.

    python -m tests.benchmarks.talk ../shared/vault [--seconds 30] [--json]

The bot, the people (tests/benchmarks/chatter.py) and this are processes of their own (stage.py
has what is not the real thing). 5,000 people take turns at typing, each command is from another
private chat, and no two ask the same. Latency is from when an update falls due to when its answer
has come in whole. Where the target is missed, lower rates follow until it holds. Exit code 1: the
target was missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.said import Said, Update, said, updates
from tests.benchmarks.stage import index, staged

INLINE, COMMANDS, SECONDS, WARM_UP = 200, 50, 30, 3
"""Updates a second; seconds that count, after seconds that do not."""
P99_MS = 100.0
SHARES = (1.0, 0.8, 0.6, 0.4, 0.3, 0.2)


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
    with staged(bot, work, notes, asked) as stage:
        stage.go()
        time.sleep(WARM_UP)
        cores = stage.cores(asked[-1][0] - WARM_UP)
        told = stage.told()
    return summed(bot, asked, told, cores)


def summed(
    bot: str, asked: Sequence[Update], told: dict[str, Any], cores: tuple[float, float, float]
) -> Result:
    """A load's answers in figures; `told` is what the people say of them."""
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
        cores=cores,
    )


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
    index(work, notes)
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
