"""`python -m tests.fuzz`: each target in a process of its own, watched until its time is up."""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from tests.fuzz.slate import Slate
from tests.fuzz.worker import loaded

TARGETS = ("notes", "queries", "callbacks", "payloads")
GUIDED = frozenset({"notes", "queries"})
"""Where most is read by our own code, libFuzzer finds its way through it for half of the time."""
ROOT = Path(__file__).parents[2]
HANGS = 30.0
"""Seconds without a new case after which a process hangs."""
STARTS = 300.0
"""Seconds in which the first case must have begun: seeds are made before it."""


@dataclass
class Sums:
    """What came of a target."""

    cases: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    found: dict[str, str] = field(default_factory=dict)

    def take(self, told: dict[str, object], seconds: float) -> None:
        """Add what a process reports."""
        self.seconds += seconds
        self.cases += int(str(told.get("cases", 0)))
        self.slowest = max(self.slowest, float(str(told.get("slowest", 0))))
        found = told.get("found")
        self.found |= found if isinstance(found, dict) else {}


def fuzz(name: str, seconds: float, seed: int, place: Path, *, guided: bool, sums: Sums) -> None:
    """One process after the other, as each may die or hang, until the time is up."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 1 and len(sums.found) < 100:
        folder = place.resolve() / f"{name}-{seed}"
        folder.mkdir(parents=True)
        slate, started = Slate(folder / "slate", anew=True), time.monotonic()
        command = [sys.executable, "-m", "tests.fuzz.worker", name, str(seed), str(left)]
        command += [str(folder), *(["guided"] if guided else [])]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
            how = _watched(process, slate)
        result = folder / "result.json"
        told = json.loads(result.read_text()) if result.exists() else {"cases": slate.number}
        sums.take(told, time.monotonic() - started)
        if not result.exists():
            (folder / "case-last").write_bytes(slate.case)
            sums.found[f"{how} (log: {folder / 'log'})"] = str(folder / "case-last")
            if not slate.number:
                return
        seed += 1


def _watched(process: subprocess.Popen[bytes], slate: Slate) -> str:
    """How the process ended; one that hangs is asked for its stack, and killed."""
    number, since = slate.number, time.monotonic()
    while True:
        try:
            return f"ended with {process.wait(0.5)}"
        except subprocess.TimeoutExpired:
            pass
        if slate.number != number:
            number, since = slate.number, time.monotonic()
        if time.monotonic() - since > (HANGS if number else STARTS):
            process.send_signal(signal.SIGUSR1)
            time.sleep(1)
            process.kill()
            process.wait()
            return f"hung for {HANGS:.0f} s"


def replay(name: str, path: Path) -> int:
    """Try one case again, where its error can be seen."""
    with loaded(name, None).opened() as attempt:
        for _ in range(2):
            started = time.process_time()
            attempt(path.read_bytes())
            print(f"no error, {time.process_time() - started:.2f} s of processor time")
    return 0


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=10.0, help="for each target")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**31))
    parser.add_argument("--folder", type=Path, help="where findings are kept")
    parser.add_argument("--replay", type=Path, help="try this case of the one TARGET again")
    read = parser.parse_args(arguments)
    if wrong := [name for name in read.targets if name not in TARGETS]:
        parser.error(f"no target {wrong[0]!r}; there are {', '.join(TARGETS)}")
    if read.replay and len(read.targets) != 1:
        parser.error("--replay takes one TARGET")
    return read


def main(arguments: Sequence[str]) -> int:
    """1 where something was found."""
    read = _read(arguments)
    if read.replay:
        return replay(read.targets[0], read.replay)
    place = read.folder or Path(mkdtemp(prefix="tubenotes-fuzz-"))
    atheris = importlib.util.find_spec("atheris") is not None
    print(f"seed {read.seed}, in {place}, {'with' if atheris else 'without'} atheris", flush=True)
    found = False
    for name in read.targets or TARGETS:
        sums, seconds = Sums(), 60 * read.minutes
        guided = atheris and name in GUIDED
        if guided:
            fuzz(name, seconds / 2, read.seed, place / "guided", guided=True, sums=sums)
        rest = seconds / 2 if guided else seconds
        fuzz(name, rest, read.seed, place, guided=False, sums=sums)
        _tell(name, sums)
        found = found or bool(sums.found)
    return 1 if found else 0


def _tell(name: str, sums: Sums) -> None:
    rate = sums.cases / max(1.0, sums.seconds)
    print(
        f"{name}: {sums.cases:,} cases in {sums.seconds:.0f} s ({rate:,.0f} a second),"
        f" the slowest {sums.slowest:.2f} s, {len(sums.found)} findings",
        flush=True,
    )
    for kind, path in sums.found.items():
        print(f"  {kind}: {path}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
