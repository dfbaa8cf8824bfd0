"""What it costs that much is owed: memory and time of 500 messages with 1,000 and 1,000,000 owed,
seconds to announce a note to 100,000 subscribers, deliveries a second beside the limit of 25.

    python -m tests.benchmarks.owed [--json]

Each measurement is a process of its own. Exit code 1: a target was missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.deliver import deliver
from bot.library import Library
from bot.outcomes import Outcome, Sent
from bot.pace import EVERY, Pace
from bot.reply import Reply
from storage.announce import announce
from storage.database import transaction
from storage.deliveries import Parcel, next_parcel, sent
from storage.state import State
from tests.benchmarks.process import run
from tests.owing import NOW, marked, new_note

FEW, MANY, PER_CHAT = 1_000, 1_000_000, 10
MESSAGES, CHATS, SUBSCRIBERS = 500, 200, 100_000
ANSWER_SECONDS = 0.02
_NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})"
_CHATS = (
    "insert into chats(id, kind, title, ready)"
    f" {_NUMBERS} select i, 'private', 'Chat ' || i, {{ready}} from n"
)
_NEWS = (
    "insert into news(key, ref, title, channel, video_id, at)"
    f" {_NUMBERS} select 'night_sky/tides_' || i || '.md', 'ref' || i, 'Tides ' || i,"
    " 'night_sky', 'Video_00001', 0 from n"
)
_DELIVERIES = (
    "insert into deliveries(chat_id, thread_id, news_id, due, at)"
    " select c.id, n.id % 2, n.id, {now}, {now} from news n cross join chats c"
)
_SUBSCRIPTIONS = (
    "insert into subscriptions(chat_id, thread_id, kind, key, value, often, hour, weekday,"
    f" created, by) {_NUMBERS}"
    " select i, 0, 'everything', '', 'everything', 'now', 9, 0, 0, i from n"
)


@dataclass(frozen=True, slots=True)
class Result:
    """Peak memory in MB and milliseconds of a message, with few and with many deliveries owed."""

    few_mb: float
    many_mb: float
    few_ms: float
    many_ms: float
    next_ms: float
    announce_seconds: float
    deliveries_a_second: float

    @property
    def ratio(self) -> float:
        """How much more memory it takes that much is owed."""
        return self.many_mb / self.few_mb

    @property
    def met(self) -> bool:
        """Whether every target is."""
        return (
            self.ratio < 1.1
            and self.next_ms < 2
            and self.announce_seconds < 2
            and self.deliveries_a_second > 0.95 / EVERY
        )


def owe(path: Path, deliveries: int) -> None:
    """A state.db in which so many are owed: ten a chat, five single ones in each of two topics."""
    fill(
        path,
        _CHATS.format(count=deliveries // PER_CHAT, ready=NOW),
        _NEWS.format(count=PER_CHAT),
        _DELIVERIES.format(now=NOW),
    )


def subscribed(path: Path) -> None:
    """A state.db with so many subscribers to everything."""
    fill(
        path,
        _CHATS.format(count=SUBSCRIBERS, ready="null"),
        _SUBSCRIPTIONS.format(count=SUBSCRIBERS),
    )


def fill(path: Path, *statements: str) -> None:
    """Run these on a state.db, new or not."""
    with closing(State.open(path)) as state, transaction(state.database, path) as database:
        for statement in statements:
            database.execute(statement)


def send(path: Path) -> dict[str, float]:
    """Median milliseconds of a message, marked, and of finding it."""
    finding, whole = [], []
    with closing(State.open(path)) as state:
        for step in range(MESSAGES):
            now = NOW + step * EVERY
            began = time.perf_counter()
            parcel = next_parcel(state, now)
            found = time.perf_counter()
            assert isinstance(parcel, Parcel)
            sent(state, parcel, now, now + 1, [now])
            finding.append(found - began)
            whole.append(time.perf_counter() - began)
    return {"next_ms": median(finding) * 1e3, "ms": median(whole) * 1e3}


def median(values: list[float]) -> float:
    """The one in the middle."""
    return sorted(values)[len(values) // 2]


def announce_one(path: Path) -> dict[str, float]:
    """Seconds until a note is owed to all who subscribed."""
    note = new_note(1)
    with closing(State.open(path)) as state:
        began = time.perf_counter()
        assert announce(state, [(note, marked(note))], NOW) == SUBSCRIBERS
        return {"seconds": time.perf_counter() - began}


class Telegram:
    """Answers after a while, and says when all have their message."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.done = asyncio.Event()

    async def post(
        self, chat_id: int, thread_id: int, reply: Reply, *, silent: bool, plain: bool
    ) -> Outcome:
        await asyncio.sleep(ANSWER_SECONDS)
        self.at.append(time.perf_counter())
        if len(self.at) == CHATS * 2:
            self.done.set()
        return Sent()

    async def reachable(self) -> bool:
        return True


async def pace(folder: Path) -> dict[str, float]:
    """Deliveries a second: two notices to each of 200 chats."""
    owe(folder / "state.db", CHATS * PER_CHAT)
    fill(
        folder / "state.db",
        "delete from deliveries where news_id > 2",
        "update deliveries set news_id = null, text = 'Hello.', due = 0",
        "update chats set ready = 0",
    )
    (folder / "notes").mkdir()
    library, telegram = Library.open(folder / "notes", folder), Telegram()
    task = asyncio.create_task(deliver(library, telegram, Pace(), []))
    await telegram.done.wait()
    task.cancel()
    await asyncio.wait([task])
    library.close()
    return {"rate": (len(telegram.at) - 1) / (telegram.at[-1] - telegram.at[0])}


def child(what: str, path: Path) -> None:
    """A measurement, in a process of its own; prints a line of JSON."""
    if what == "pace":
        result = asyncio.run(pace(path))
    elif what == "owe":
        result = {}
        owe(path, FEW if "few" in path.name else MANY)
    elif what == "subscribe":
        result = {}
        subscribed(path)
    else:
        result = announce_one(path) if what == "announce" else send(path)
    print(json.dumps(result))


def measured(work: Path, what: str, path: Path) -> tuple[float, dict[str, float]]:
    """Peak memory of the process, and what it printed."""
    cost, out = run(work, "tests.benchmarks.owed", "--child", what, f"{path}")
    found: dict[str, float] = json.loads(out)
    return cost.peak_mb, found


def measure(work: Path) -> Result:
    """All of it."""
    memory, times = {}, {}
    for name in ("few", "many"):
        measured(work, "owe", work / f"{name}.db")
        memory[name], times[name] = measured(work, "send", work / f"{name}.db")
    measured(work, "subscribe", work / "subscribed.db")
    _, announced = measured(work, "announce", work / "subscribed.db")
    (work / "pace").mkdir()
    _, paced = measured(work, "pace", work / "pace")
    return Result(
        memory["few"],
        memory["many"],
        times["few"]["ms"],
        times["many"]["ms"],
        times["many"]["next_ms"],
        announced["seconds"],
        paced["rate"],
    )


def show(result: Result) -> str:
    """As a table."""
    limit = 1 / EVERY
    return "\n".join(
        [
            f"{'owed':>10}  {'peak MB':>8}  {'ms a message':>12}",
            f"{FEW:>10,}  {result.few_mb:>8.1f}  {result.few_ms:>12.2f}",
            f"{MANY:>10,}  {result.many_mb:>8.1f}  {result.many_ms:>12.2f}",
            f"memory: {result.ratio:.2f} times as much; to find the next: {result.next_ms:.2f} ms",
            f"a note announced to {SUBSCRIBERS:,} subscribers: {result.announce_seconds:.2f} s",
            f"deliveries a second: {result.deliveries_a_second:.1f} of {limit:.0f}",
        ]
    )


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.owed", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], Path(args.child[1]))
        return 0
    with tempfile.TemporaryDirectory(prefix="tubenotes-owed-") as work:
        result = measure(Path(work))
    print(json.dumps(asdict(result)) if args.json else show(result))
    return int(not result.met)


if __name__ == "__main__":
    sys.exit(main())
