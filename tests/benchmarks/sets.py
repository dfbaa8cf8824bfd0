"""The questions that are asked of every system, and how they travel between processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MomentQuestion:
    """Words or a claim, and the moment that other notes tell: video and second."""

    text: str
    video_id: str
    start: int
    channel: str


@dataclass(frozen=True, slots=True)
class TopicQuestion:
    """A name as somebody writes it, and the key of the note that is meant."""

    text: str
    key: str
    channel: str


@dataclass(frozen=True, slots=True)
class Sets:
    """All questions. `typos` are `words` one by one, each with a slip in its rarest word."""

    words: tuple[MomentQuestion, ...]
    typos: tuple[MomentQuestion, ...]
    claims: tuple[MomentQuestion, ...]
    topics: tuple[TopicQuestion, ...]
    topic_typos: tuple[TopicQuestion, ...]

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, path: Path) -> Sets:
        """Read what `save` wrote."""
        data = json.loads(path.read_text("utf-8"))

        def moments(name: str) -> tuple[MomentQuestion, ...]:
            return tuple(MomentQuestion(**question) for question in data[name])

        def topics(name: str) -> tuple[TopicQuestion, ...]:
            return tuple(TopicQuestion(**question) for question in data[name])

        return cls(
            moments("words"),
            moments("typos"),
            moments("claims"),
            topics("topics"),
            topics("topic_typos"),
        )
