"""How fast, how large: whole processes on a vault as it is and many times over, beside the floors.

    python -m tests.benchmarks.speed ../shared/vault [--times 10] [--runs 3] [--json]

Each round measures every floor and then a first index, side by side: the ratio of a round stays
true on a busy machine where seconds do not. Shown are medians. Exit code 1: a target was missed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.floors import FLOORS
from tests.benchmarks.process import Child, Cost, run
from tests.benchmarks.results import Latency, Measured, as_json, show
from tests.benchmarks.vault import claims, copy_vault, note_files, questions

QUESTIONS, CLAIMS, SEED = 300, 100, 1


def measure(source: Path, times: int, runs: int, work: Path) -> Measured:
    """Copy the vault, measure everything on the copy."""
    notes, data = work / "notes", work / "data"
    data.mkdir(parents=True)
    _say(f"x{times}: copying")
    files = copy_vault(source, notes, times)
    size = sum(path.stat().st_size for path in note_files(notes))
    _say(f"x{times}: a first run, to warm up and to know the passages")
    _index(notes, data)
    texts = work / "passages.txt"
    moments = _write_passages(data / "index.db", texts)
    rounds = [_round(notes, work, texts, f"x{times}: round {n + 1} of {runs}") for n in range(runs)]
    _say(f"x{times}: restart, questions, a note changed")
    question = questions(source, 1, SEED)[0]
    restarts = [_restart(notes, data, question) for _ in range(max(3, runs))]
    search, source_claims, chat = _ask(notes, data, source)
    index_mb = (data / "index.db").stat().st_size / 1e6
    _, changes = run(data, "tests.benchmarks.changed", f"{notes}", f"{data}", f"{SEED}")
    return Measured(
        times=times,
        files=files,
        size_mb=size / 1e6,
        floors={name: _median([one[name] for one in rounds]) for name in ("start", *FLOORS)},
        index=_median([one["index"] for one in rounds]),
        ratio=median(one["index"].wall / sum(one[f].wall for f in FLOORS) for one in rounds),
        cpu_ratio=median(one["index"].cpu / sum(one[f].cpu for f in FLOORS) for one in rounds),
        restart=_median([cost for _, cost in restarts]),
        first_answer=median(seconds for seconds, _ in restarts),
        changes=json.loads(changes),
        search=search,
        source=source_claims,
        chat=chat,
        index_mb=index_mb,
        moments=moments,
    )


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


def _index(notes: Path, data: Path) -> Cost:
    data.mkdir(exist_ok=True)
    return run(data, "bot", "index", "--notes", f"{notes}", "--data", f"{data}")[0]


def _write_passages(index: Path, texts: Path) -> int:
    """The words of all passages, a line each, for the FTS5 floor; the number of moments."""
    connection = sqlite3.connect(index)
    with texts.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(row[0] + "\n" for row in connection.execute("select text from passages"))
    moments: int = connection.execute("select count(*) from moments").fetchone()[0]
    connection.close()
    return moments


def _round(notes: Path, work: Path, texts: Path, words: str) -> dict[str, Cost]:
    """Every floor, then a first index, one right after the other."""
    _say(words)
    costs = {"start": _floor(work, "start")}
    costs |= {name: _floor(work, name, f"{notes}") for name in ("scan", "read", "parse")}
    with tempfile.TemporaryDirectory(dir=work) as fresh:
        costs["insert"] = _floor(work, "insert", f"{texts}", f"{fresh}/floor.db")
        costs["index"] = _index(notes, Path(fresh) / "data")
    return costs


def _floor(work: Path, *args: str) -> Cost:
    return run(work, "tests.benchmarks.floors", *args)[0]


def _median(costs: list[Cost]) -> Cost:
    """The median of each number; of memory, the largest."""
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.cpu for cost in costs),
        max(cost.peak_mb for cost in costs),
        max(cost.tree_mb for cost in costs),
        max(cost.own_mb for cost in costs),
    )


def _chat(notes: Path, data: Path) -> Child:
    return Child(data, "bot", "chat", "--json", "--notes", f"{notes}", "--data", f"{data}")


def _restart(notes: Path, data: Path, question: str) -> tuple[float, Cost]:
    """Seconds from the start of the process to its first answer; nothing has changed meanwhile."""
    child = _chat(notes, data)
    child.ask(question)
    seconds = child.answered - child.started
    return seconds, child.finish()[0]


def _ask(notes: Path, data: Path, source: Path) -> tuple[Latency, Latency, Cost]:
    """Latencies of searches and of claims, all asked of one process, and what it cost."""
    searches, sources = questions(source, QUESTIONS, SEED), claims(source, CLAIMS, SEED + 1)
    child = _chat(notes, data)
    child.ask("/help")
    search, source_ = _latency(child, searches), _latency(child, sources)
    return search, source_, child.finish()[0]


def _latency(child: Child, lines: list[str]) -> Latency:
    took, trips = [], []
    for line in lines:
        answer = json.loads(child.ask(line))
        took.append(float(answer["took_ms"]))
        trips.append((child.answered - child.asked) * 1000)
    return Latency(_at(took, 50), _at(took, 99), _at(trips, 50), _at(trips, 99))


def _at(values: list[float], percent: int) -> float:
    """The percentile by the nearest rank."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed", description=__doc__)
    parser.add_argument("notes", type=Path, help="folder of notes; it is copied, never written to")
    parser.add_argument("--times", type=int, default=10, help="size of the larger copy")
    parser.add_argument("--runs", type=int, default=3, help="rounds whose median is shown")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    measured = []
    for times in sorted({1, args.times}):
        with tempfile.TemporaryDirectory(prefix="tubenotes-speed-") as work:
            measured.append(measure(args.notes.resolve(), times, args.runs, Path(work)))
    if measured[-1].moments != measured[0].moments * measured[-1].times:
        raise RuntimeError("the copies are no copies: their moments do not add up")
    print(as_json(measured) if args.json else show(measured))
    return int(not all(target.met for one in measured for target in one.targets()))


if __name__ == "__main__":
    sys.exit(main())
