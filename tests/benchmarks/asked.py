"""One step of the quality benchmark as a process of its own, so that memory is told apart.

    python -m tests.benchmarks.asked WORK make NOTES COUNT SEED | build SYSTEM | ask SYSTEM

`make` writes the questions and what may be known; `ask` prints what came back, as JSON.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.passages import write_lines
from tests.benchmarks.peers import PEERS
from tests.benchmarks.questions import SAME_SECONDS, make_questions, read_notes
from tests.benchmarks.sets import MomentQuestion, Sets
from tests.benchmarks.shown import Shown
from tests.benchmarks.systems import NOTES, TOP, Ours, Place, System

QUESTIONS = "questions.json"
SAME_MOMENT = 2
"""Results that are at most so many seconds apart show one moment twice."""
SLOW, SLOW_QUESTIONS = ("fts5_all",), 300
TITLES_ONLY = ("wratio", "token_sort", "trigrams")
SYSTEMS: dict[str, Callable[[Path], System]] = {"ours": Ours, "shown": Shown, **PEERS}
T = TypeVar("T")


def make(work: Path, notes: str, count: str, seed: str) -> dict[str, object]:
    """Write questions, notes, passages and titles into `work`."""
    questions = make_questions(read_notes(Path(notes)), int(count), int(seed))
    questions.sets.save(work / QUESTIONS)
    with (work / NOTES).open("wb") as file:
        pickle.dump(questions.indexed, file)
    write_lines(work, questions.indexed)
    passages = sum(len(note.passages) for note in questions.indexed)
    sets = questions.sets
    return {
        "notes": len(questions.indexed),
        "passages": passages,
        "questions": [len(part) for part in (sets.words, sets.topics, sets.topic_typos)],
    }


def build(work: Path, name: str) -> dict[str, object]:
    """Index what may be known."""
    started = time.perf_counter()
    SYSTEMS[name](work).build()
    return {"seconds": time.perf_counter() - started}


def ask(work: Path, name: str) -> dict[str, object]:
    """Ask one system all it can be asked."""
    system, sets = SYSTEMS[name](work), Sets.load(work / QUESTIONS)
    system.open()
    answers: dict[str, object] = {}
    if name not in TITLES_ONLY:
        most = SLOW_QUESTIONS if name in SLOW else len(sets.words)
        answers["words"] = _moments(system.words, sets.words[:most])
        answers["claims"] = _moments(system.claim, sets.claims[:most])
        answers["typos"] = _moments(system.words, sets.typos[:most])
    if name in ("ours", "shown", *TITLES_ONLY):
        for part, questions in (("topics", sets.topics), ("topic_typos", sets.topic_typos)):
            found, took = _timed(system.topic, [question.text for question in questions])
            right = [_place(q.key, keys) for q, keys in zip(questions, found, strict=True)]
            answers[part] = {"rank": right, "ms": took, "channel": [q.channel for q in questions]}
    system.close()
    return {"size": system.size, "answers": answers}


def _moments(
    asked: Callable[[str], list[Place]], questions: Sequence[MomentQuestion]
) -> dict[str, object]:
    found, took = _timed(asked, [question.text for question in questions])
    return {
        "rank": [place_of(question, at) for question, at in zip(questions, found, strict=True)],
        "twice": [twice(at[:5]) for at in found],
        "ms": took,
        "channel": [question.channel for question in questions],
    }


def _timed(asked: Callable[[str], T], texts: Iterable[str]) -> tuple[list[T], list[float]]:
    found, took = [], []
    for text in texts:
        started = time.perf_counter()
        found.append(asked(text))
        took.append(round((time.perf_counter() - started) * 1000, 3))
    return found, took


def place_of(question: MomentQuestion, found: Sequence[Place]) -> int:
    """The place of the right moment among the first TOP, from 1; 0 where it is not there."""
    for place, (video_id, start) in enumerate(found[:TOP], 1):
        if video_id == question.video_id and abs(start - question.start) <= SAME_SECONDS:
            return place
    return 0


def _place(key: str, keys: Sequence[str]) -> int:
    return keys.index(key) + 1 if key in keys else 0


def twice(found: Sequence[Place]) -> int:
    """How many results show a moment that a better one shows already."""
    return sum(
        any(video == other and abs(start - at) <= SAME_MOMENT for other, at in found[:place])
        for place, (video, start) in enumerate(found)
    )


def main() -> None:
    """Run one step, print what came of it."""
    work, step, *args = sys.argv[1:]
    steps: dict[str, Callable[..., dict[str, object]]] = {"make": make, "build": build, "ask": ask}
    print(json.dumps(steps[step](Path(work), *args)))


if __name__ == "__main__":
    main()
