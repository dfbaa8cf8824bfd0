"""What the speed benchmark found, the targets of issue 2, and the table that shows both."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from tests.benchmarks.floors import FLOORS
from tests.benchmarks.process import Cost

SLOWEST_INDEX = 4.0
"""A first index in sums of the floors."""
SLOWEST_RESTART = 1.5
"""Seconds until the first answer, at ten times (and at less)."""
SLOWEST_CHANGE = 0.1
"""Seconds from after the scan until one changed note is applied."""
MOST_MEMORY = {1: 150.0, 10: 300.0}
"""MB, by how many times over the vault is."""
_LEGEND = (
    "Seconds, medians; CPU is user + system, with children. Memory, the most seen: of one process,",
    "of it with its children, and of all these without mapped files.",
)
_HEAD = " " * 36 + "wall      CPU  x floors  largest MB   all MB   own MB"
_FLOOR_NAMES = {
    "scan": "stat scan",
    "read": "read all files",
    "parse": "read and parse",
    "insert": "FTS5 insert",
}


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds: as the process says (`took`), and there and back (`trip`)."""

    took_p50: float
    took_p99: float
    trip_p50: float
    trip_p99: float


@dataclass(frozen=True, slots=True)
class Target:
    """A number of issue 2 and what was measured for it."""

    what: str
    measured: float
    at_most: float
    unit: str

    @property
    def met(self) -> bool:
        """True where the measured number is small enough."""
        return self.measured <= self.at_most


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured on one vault; times in seconds, sizes in MB (a million bytes)."""

    times: int
    files: int
    size_mb: float
    floors: dict[str, Cost]
    index: Cost
    ratio: float
    cpu_ratio: float
    restart: Cost
    first_answer: float
    changes: list[tuple[float, float]]
    search: Latency
    source: Latency
    chat: Cost
    index_mb: float
    moments: int

    @property
    def scan(self) -> float:
        """Seconds of the scan that finds a changed note, in the middle."""
        return sorted(scan for scan, _ in self.changes)[len(self.changes) // 2]

    @property
    def change(self) -> float:
        """Seconds from there until the change is applied, in the middle."""
        return self.slowest_changes[len(self.changes) // 2]

    @property
    def slowest_changes(self) -> list[float]:
        """The same of each change, slowest first."""
        return sorted((rest for _, rest in self.changes), reverse=True)

    def targets(self) -> list[Target]:
        """The targets of issue 2 that hold for this size."""
        costs = (self.index, self.restart, self.chat)
        memory = MOST_MEMORY.get(self.times)
        targets = [
            Target("first index to the sum of the floors, wall", self.ratio, SLOWEST_INDEX, "x"),
            Target("a note changed, after the scan", self.change, SLOWEST_CHANGE, "s"),
        ]
        if self.times <= 10:
            answer = Target("restart to first answer", self.first_answer, SLOWEST_RESTART, "s")
            targets.insert(1, answer)
        if memory:
            largest, tree = max(c.peak_mb for c in costs), max(c.tree_mb for c in costs)
            targets.append(Target("memory of the largest process", largest, memory, "MB"))
            targets.append(Target("memory with all its children", tree, memory, "MB"))
        return targets


def as_json(measured: Sequence[Measured]) -> str:
    """Everything, for scripts."""
    sizes = [
        {**asdict(one), "targets": [{**asdict(t), "met": t.met} for t in one.targets()]}
        for one in measured
    ]
    return json.dumps({"machine": _machine(), "sizes": sizes}, indent=2)


def show(measured: Sequence[Measured]) -> str:
    """The table that people read: every size, then the targets."""
    rows = [_machine(), *_LEGEND]
    for one in measured:
        rows += ["", f"x{one.times}: {one.files:,} files, {one.size_mb:.1f} MB", *_costs(one)]
        rows += [*_latencies(one), _changed(one), _size(one)]
    rows += ["", f"{'target of issue 2':<48}{'measured':>12}{'at most':>12}"]
    missed = 0
    for one in measured:
        for target in one.targets():
            missed += not target.met
            rows.append(_verdict(one.times, target))
    rows += ["", f"{missed} targets missed" if missed else "all targets met"]
    return "\n".join(rows)


def _costs(one: Measured) -> Iterator[str]:
    yield _HEAD
    yield _cost("Python's start (in each below)", one.floors["start"])
    for name in FLOORS:
        yield _cost(f"floor: {_FLOOR_NAMES[name]}", one.floors[name])
    wall, cpu = (
        sum(getattr(one.floors[name], kind) for name in FLOORS) for kind in ("wall", "cpu")
    )
    yield f"  {'sum of the four floors':<30}{wall:>9.3f}{cpu:>9.3f}{1:>10.2f}"
    yield _cost("first index", one.index, f"{one.ratio:.2f}")
    yield f"  {'  by CPU':<30}{'':>18}{one.cpu_ratio:>10.2f}"
    yield _cost("restart, one question, end", one.restart)
    yield f"  {'  until the first answer':<30}{one.first_answer:>9.3f}"
    yield _cost("400 questions, whole process", one.chat)


def _cost(name: str, cost: Cost, ratio: str = "") -> str:
    times = f"  {name:<30}{cost.wall:>9.3f}{cost.cpu:>9.3f}{ratio:>10}"
    return times + f"{cost.peak_mb:>12.0f}{cost.tree_mb:>9.0f}{cost.own_mb:>9.0f}"


def _latencies(one: Measured) -> Iterator[str]:
    for name, latency in (("/search", one.search), ("/source", one.source)):
        yield (
            f"  {name}: took p50 {latency.took_p50:.1f} ms, p99 {latency.took_p99:.1f} ms;"
            f" there and back p50 {latency.trip_p50:.1f} ms, p99 {latency.trip_p99:.1f} ms"
        )


def _changed(one: Measured) -> str:
    return (
        f"  a note changed ({len(one.changes)} times): scan {one.scan * 1000:.0f} ms, then"
        f" {one.change * 1000:.0f} ms; slowest {one.slowest_changes[0] * 1000:.0f} ms"
    )


def _size(one: Measured) -> str:
    share = one.index_mb / one.size_mb
    return f"  index.db: {one.index_mb:.1f} MB ({share:.2f} of the notes), {one.moments:,} moments"


def _verdict(times: int, target: Target) -> str:
    what = f"x{times}: {target.what}"
    digits = 3 if target.unit == "s" else 2 if target.unit == "x" else 0
    measured = f"{target.measured:.{digits}f} {target.unit}"
    most = f"{target.at_most:g} {target.unit}"
    return f"{what:<48}{measured:>12}{most:>12}  {'met' if target.met else 'MISSED'}"


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"
    )
