"""Claims of channels that the index does not know, beside claims of those it knows.

    python -m tests.benchmarks.nosource WORK FOLD

Builds an index without the channels of one fold, asks it all claims, and prints a `Claim` each.
A claim counts as given a source where /source shows one of its results as one.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path

from bot.claim import says
from storage.query import parse_claim
from storage.search import MENTION, SOURCE
from tests.benchmarks.asked import QUESTIONS, place_of
from tests.benchmarks.sets import MomentQuestion, Sets
from tests.benchmarks.systems import NOTES, Judged, Ours, index_notes

FOLDS = 5
STEPS = (0.62, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1)
FALSE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Claim:
    """`known` or left out; the place of its moment by ranking alone (0: not there); how strong
    the strongest source is, and the right moment (0 where the bot would not call it a source)."""

    fold: int
    known: bool
    place: int
    strength: float
    right: float


def ask_fold(work: Path, fold: int) -> Iterator[Claim]:
    """All claims, asked of an index that knows the channels of all other folds."""
    sets = Sets.load(work / QUESTIONS)
    with (work / NOTES).open("rb") as file:
        notes = pickle.load(file)
    left_out = set(sorted({note.key.partition("/")[0] for note in notes})[fold::FOLDS])
    ours = Ours(work, f"fold{fold}.db")
    index_notes(ours.path, (n for n in notes if n.key.partition("/")[0] not in left_out))
    ours.open()
    for question in sets.claims:
        yield _judge(question, ours.judged(question.text), fold, question.channel not in left_out)
    ours.path.unlink()


def _judge(question: MomentQuestion, judged: Judged, fold: int, known: bool) -> Claim:
    query = parse_claim(question.text)
    strengths = [
        strength if says(question.text, query, (hit, inf)) else 0.0
        for hit, strength in zip(judged.told.hits, judged.told.strengths, strict=True)
    ]
    shown = [(hit.moment.video_id, hit.moment.start) for hit in judged.told.hits]
    right = place_of(question, shown)
    return Claim(
        fold,
        known,
        place_of(question, judged.ranked),
        max(strengths, default=0.0),
        strengths[right - 1] if right else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Point:
    """At a strength: claims without a source falsely given one; true ones (whose moment is among
    the first three by ranking) still answered, and answered with the right moment as a source."""

    strength: float
    false: float
    answered: float
    right: float


def point(claims: Sequence[Claim], strength: float) -> Point:
    """The shares at one strength."""
    left_out = [claim.strength >= strength for claim in claims if not claim.known]
    found = [claim for claim in claims if claim.known and 1 <= claim.place <= 3]
    answered = [claim.strength >= strength for claim in found]
    right = [claim.right >= strength for claim in found]
    return Point(strength, _share(left_out), _share(answered), _share(right))


def curve(claims: Sequence[Claim]) -> list[Point]:
    """The shares at STEPS and at the strength that the bot uses."""
    return [point(claims, strength) for strength in sorted({MENTION, *STEPS, SOURCE})]


def tuned_elsewhere(claims: Sequence[Claim], fold: int) -> Point:
    """A fold's shares at the strength that gives FALSE_SHARE on all other folds."""
    others = sorted(c.strength for c in claims if not c.known and c.fold != fold)
    strength = others[min(len(others) - 1, int(len(others) * (1 - FALSE_SHARE)))] + 1e-6
    return point([claim for claim in claims if claim.fold == fold], strength)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))


def main() -> None:
    """Ask one fold, print its claims as JSON."""
    work, fold = Path(sys.argv[1]), int(sys.argv[2])
    print(json.dumps({"claims": [asdict(claim) for claim in ask_fold(work, fold)]}))


if __name__ == "__main__":
    main()
