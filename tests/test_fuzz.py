"""Fuzzing finds what is broken, makes it small, and tells of it also where the process dies."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.__main__ import TARGETS, Sums, fuzz
from tests.fuzz.mutate import mutated, smaller, swollen
from tests.fuzz.slate import Slate
from tests.fuzz.worker import Trier, loaded

FOUND = {
    "queries": [b"\0\\antikithera", b"\x03Vi 1 1 1 oaw", b"\0no" + "'\ufdfa".encode() * 900],
    "callbacks": [b"\0/source Vi-1-1-1-oAw"],
}
"""What fuzzing has found before."""


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_holds_for_what_its_cases_are_made_of(name: str) -> None:
    target = loaded(name, None)
    with target.opened() as attempt:
        for case in (b"", *FOUND.get(name, ()), *(b"\0" + piece for piece in target.pieces)):
            attempt(case)


def test_the_same_dice_make_the_same_cases() -> None:
    pieces, others = (b"[[", b"]]"), (b"one", b"two")
    one, other = (mutated(Random(5), b"a note", pieces, others) for _ in range(2))
    assert one == other != b"a note"
    assert len(swollen(Random(5), b"a note", pieces)) >= 1_000


def test_a_finding_is_made_small_and_kept_once(tmp_path: Path) -> None:
    def attempt(case: bytes) -> None:
        if b"!" in case:
            raise ValueError(case)

    trier = Trier(attempt, Slate(tmp_path / "slate", anew=True), tmp_path, timed=False)
    for case in (b"fine", b"it is wrong! really", b"wrong! again"):
        trier(case)
    trier.report()
    (kept,) = json.loads((tmp_path / "result.json").read_text())["found"].values()
    assert Path(kept).read_bytes() == b"!"
    assert smaller(b"as it is", lambda case: case == b"as it is") == b"as it is"


def test_a_process_that_dies_leaves_its_case(tmp_path: Path) -> None:
    slate = Slate(tmp_path / "slate", anew=True)
    Slate(tmp_path / "slate").put(7, b"the last one")
    assert (slate.number, slate.case) == (7, b"the last one")
    sums = Sums()
    fuzz("nothing", 30, 1, tmp_path / "runs", guided=False, sums=sums)  # there is no such target
    (kind,) = sums.found
    assert kind.startswith("ended with 1 ")
