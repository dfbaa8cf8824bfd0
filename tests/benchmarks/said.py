"""What people say in tests.benchmarks.talk: updates made of a vault, the same ones each time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.vault import claims, note_files, questions, sample

SEED = 1
MOST_CHARS = 4000
PEOPLE = 5_000
"""So many take turns at typing; it is long until one of them types again."""
Update = tuple[float, str, str]
"""Due second, what its answer names, JSON."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is typed after the bot's name (text, offset), and commands."""

    typed: Sequence[tuple[str, str]]
    commands: Sequence[str]


def said(notes: Path, typed: int, commands: int) -> Said:
    """As many of each as asked for."""
    return Said(list(_typed(notes, typed)), list(_commands(notes, commands)))


def over_and_over(what: Said, times: int) -> Said:
    """The same questions so many times."""
    return Said(list(what.typed) * times, list(what.commands) * times)


def _typed(notes: Path, count: int) -> Iterator[tuple[str, str]]:
    """Of ten, four stop within a word, four have typed all, one scrolls on, one pastes a link."""
    chance = Random(SEED)
    asked, videos = questions(notes, count, SEED), sample(notes, count, SEED + 3)
    for number, (question, cited) in enumerate(zip(asked, videos, strict=True)):
        text, kind = question.removeprefix("/search "), number % 10
        if kind < 4:
            text = text[: len(text) - chance.randrange(1, 4)]
        elif kind == 9:
            text = f"https://youtu.be/{cited.video_id}?t={cited.start}"
        yield text, "10" if kind == 8 else ""


def _commands(notes: Path, count: int) -> Iterator[str]:
    """Of five, three are /search, one is /source, one /topic with a note's name."""
    titles = [path.stem.replace("_", " ") for path in note_files(notes)]
    Random(SEED).shuffle(titles)
    searches, sources = questions(notes, count, SEED + 1), claims(notes, count, SEED + 2)
    for number, (search, source) in enumerate(zip(searches, sources, strict=True)):
        topic = f"/topic {titles[number % len(titles)]}"
        yield {3: source[:MOST_CHARS], 4: topic}.get(number % 5, search)


def updates(what: Said, typed: float, commands: float) -> list[Update]:
    """All of it, so many a second, evenly and in order. Each command is of another private chat."""
    made = [
        (number / typed, f"inline_query_id={number}", _query(number, text, offset))
        for number, (text, offset) in enumerate(what.typed)
    ]
    made += [
        ((number + 0.5) / commands, f"chat_id={9_000_000 + number}", _message(number, text))
        for number, text in enumerate(what.commands)
    ]
    made.sort(key=lambda one: one[0])
    return [
        (due, key, json.dumps({"update_id": number, **update}))
        for number, (due, key, update) in enumerate(made, 1)
    ]


def _query(number: int, text: str, offset: str) -> dict[str, Any]:
    person = {"id": 5_000_000 + number % PEOPLE, "is_bot": False, "first_name": "Reader"}
    query = {"id": f"{number}", "from": person, "query": text, "offset": offset}
    return {"inline_query": query}


def _message(number: int, text: str) -> dict[str, Any]:
    person = {"id": 9_000_000 + number, "first_name": "Reader"}
    name = {"type": "bot_command", "offset": 0, "length": len(text.split(" ", maxsplit=1)[0])}
    message = {
        "message_id": 1,
        "date": int(time.time()),
        "chat": {**person, "type": "private"},
        "from": {**person, "is_bot": False},
        "text": text,
        "entities": [name],
    }
    return {"message": message}
