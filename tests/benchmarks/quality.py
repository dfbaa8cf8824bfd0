"""How good the answers are, without labels: question sets made from a vault, peers beside us.

    python -m tests.benchmarks.quality ../shared/vault [--count 1500] [--seed 1] [--json]

Every system is built and asked in processes of its own, on the same passages, in the same run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.benchmarks.process import run
from tests.benchmarks.quality_table import show

FOLDS = range(5)
BUILT = ("ours", "fts5", "tantivy")
ASKED = ("ours", "shown", "fts5", "fts5_all", "tantivy", "trigrams", "token_sort", "wratio")


def measure(notes: Path, count: int, seed: int, work: Path) -> dict[str, Any]:
    """Questions, every system's answers with its peak memory, the no-source claims, times."""
    made = _step(work, "asked", work, "make", notes, count, seed)
    systems = {}
    for name in filter(_is_installed, ASKED):
        if name in BUILT:
            _step(work, "asked", work, "build", name)
        systems[name] = _step(work, "asked", work, "ask", name)
    claims = [claim for fold in FOLDS for claim in _step(work, "nosource", work, fold)["claims"]]
    times = _step(work, "times", work, notes, seed)
    return {"made": made, "systems": systems, "claims": claims, "times": times}


def _is_installed(name: str) -> bool:
    """tantivy is wanted for this benchmark alone, and may be missing."""
    return name != "tantivy" or find_spec("tantivy") is not None


def _step(work: Path, module: str, *args: object) -> dict[str, Any]:
    """Run a step as a process; what it printed, with its peak memory in MB."""
    sys.stderr.write(f"{module} {' '.join(map(str, args[1:]))}\n")
    cost, printed = run(work, f"tests.benchmarks.{module}", *map(str, args))
    result: dict[str, Any] = json.loads(printed)
    return result | {"peak_mb": cost.peak_mb}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__)
    parser.add_argument("notes", type=Path, help="folder of notes; it is only read")
    parser.add_argument("--count", type=int, default=1500, help="questions of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the tables")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tubenotes-quality-") as work:
        found = measure(args.notes.resolve(), args.count, args.seed, Path(work))
    print(json.dumps(found) if args.json else show(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
