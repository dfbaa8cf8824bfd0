"""One fuzzing process, begun by `python -m tests.fuzz`: it may die of what it tries."""

from __future__ import annotations

import faulthandler
import importlib
import json
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.mutate import mutated, smaller, swollen
from tests.fuzz.slate import Slate
from tests.fuzz.target import Target, Try

MOST_SECONDS = 1.0
"""Of processor time, for one case."""
MOST_FINDINGS = 30
MOST_KEPT = 2_000
SWELLS = 0.02
INSTRUMENTED = ("storage", "bot")


class Trier:
    """Tries cases one after the other, and keeps what they find; each kind of finding once."""

    def __init__(self, attempt: Try, slate: Slate, folder: Path, *, timed: bool) -> None:
        self.attempt, self.slate, self.folder, self.timed = attempt, slate, folder, timed
        self.number, self.slowest = slate.number, 0.0
        self.found: dict[str, str] = {}

    def __call__(self, case: bytes) -> None:
        started = time.process_time()
        wrong = self.wrong(case)
        took = time.process_time() - started
        self.slowest = max(self.slowest, took)
        if self.timed and took > MOST_SECONDS and self._is_slow(case):
            self._keep(f"slow: {took:.1f} s", case, f"{took:.1f} s of processor time")
        if wrong and wrong not in self.found and len(self.found) < MOST_FINDINGS:
            case = smaller(case, lambda shorter: self.wrong(shorter) == wrong)
            self._keep(wrong, case, self._trace(case))

    def wrong(self, case: bytes) -> str:
        """The kind of error that a case ends in and where it was raised; "" for none."""
        self.number += 1
        self.slate.put(self.number, case)
        try:
            self.attempt(case)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            return f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        return ""

    def _is_slow(self, case: bytes) -> bool:
        """Twice more, as the machine has other things to do."""
        for _ in range(2):
            started = time.process_time()
            self.wrong(case)
            if time.process_time() - started <= MOST_SECONDS:
                return False
        return not any(kind.startswith("slow") for kind in self.found)

    def _trace(self, case: bytes) -> str:
        try:
            self.attempt(case)
        except Exception:  # noqa: BLE001
            return traceback.format_exc()
        return "(not again)"

    def _keep(self, kind: str, case: bytes, told: str) -> None:
        path = self.folder / f"case-{blake2b(case, digest_size=6).hexdigest()}"
        path.write_bytes(case)
        self.found[kind] = str(path)
        print(f"FOUND {kind}: {path}\n{case[:300]!r}\n{told}", flush=True)

    def report(self) -> None:
        """What came of it, for the process that waits."""
        told = {"cases": self.number, "slowest": self.slowest, "found": self.found}
        (self.folder / "result.json").write_text(json.dumps(told))


def run_plain(target: Target, trier: Trier, dice: Random, until: float) -> None:
    """Cases made from the seeds and from each other, as long as there is time."""
    pool = list(target.seeds())
    for case in pool:
        trier(case)
    while time.monotonic() < until:
        case = dice.choice(pool)
        if target.swells and dice.random() < SWELLS:
            trier(swollen(dice, case, target.pieces))
            continue
        case = mutated(dice, case, target.pieces, pool)[: target.most]
        trier(case)
        if dice.random() < 0.05:  # some are begun from again: changes add up
            pool[dice.randrange(len(pool))] = case


def run_guided(atheris: Any, target: Target, trier: Trier, dice: Random, until: float) -> None:
    """Cases that libFuzzer makes of those that reached new code. Ends the process."""
    corpus = trier.folder / "corpus"
    corpus.mkdir(exist_ok=True)
    pool = list(target.seeds())
    for number, case in enumerate(pool):
        (corpus / f"seed-{number}").write_bytes(case)

    def one(case: bytes) -> None:
        trier(case)
        if time.monotonic() > until:
            trier.report()
            sys.stdout.flush()
            os._exit(0)

    def change(case: bytes, most: int, seed: int) -> bytes:
        if seed % 2:
            return bytes(atheris.Mutate(case, most))
        return mutated(Random(seed), case, target.pieces, pool)[:most]

    options = (f"-max_len={target.most}", f"-seed={dice.randrange(1, 2**31)}", "-timeout=0")
    quiet = ("-print_final_stats=0", "-verbosity=0", "-rss_limit_mb=0", "-detect_leaks=0")
    arguments = [sys.argv[0], *options, *quiet, str(corpus)]
    atheris.Setup(arguments, one, custom_mutator=change)
    atheris.Fuzz()


def loaded(name: str, atheris: Any) -> Target:
    """The target; where it is guided, all that it reaches of ours tells which way it goes."""
    seen: AbstractContextManager[object] = nullcontext()
    if atheris is not None:
        seen = atheris.instrument_imports(include=list(INSTRUMENTED), enable_loader_override=False)
    with seen:
        module = importlib.import_module(f"tests.fuzz.{name}")
    target: Target = module.TARGET
    return target


def main(arguments: Sequence[str]) -> int:
    """NAME SEED SECONDS FOLDER [guided]."""
    name, seed, seconds, folder, *how = arguments
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    logging.disable(logging.CRITICAL)
    atheris = importlib.import_module("atheris") if how else None
    target, place = loaded(name, atheris), Path(folder)
    until = time.monotonic() + float(seconds)
    with target.opened() as attempt:
        trier = Trier(attempt, Slate(place / "slate"), place, timed=atheris is None)
        if atheris is not None:
            run_guided(atheris, target, trier, Random(seed), until)
        run_plain(target, trier, Random(seed), until)
    trier.report()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
