"""A note as the rows it becomes: tuples, which travel between processes at a tenth of the cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from storage.model import Moment, Note, Passage, Problem
from storage.moments import telling
from storage.names import short_hash, topic_name


class PassageRecord(NamedTuple):
    """A passage's columns in the order of `PASSAGE_COLUMNS`, then its telling words."""

    start: int
    trust: int
    line: int
    text: str
    before: str
    after: str
    context: str
    heading: str
    more: str | None
    written: str | None
    words: str


class NoteRecord(NamedTuple):
    """A note's columns in the order of `NOTE_COLUMNS`, then what hangs on it."""

    key: str
    ref: str
    title: str
    name: str
    channel: str
    video_id: str
    headings: str
    rest: str
    found: int
    exact: int
    near: int
    unknown: int
    lost: int
    clean: bool
    passages: tuple[PassageRecord, ...]
    links: tuple[tuple[str, str, str], ...]
    problems: tuple[tuple[str, int, str, str, bool], ...]


PASSAGE_COLUMNS = "start, trust, line, text, before, after, context, heading, more, written"
NOTE_COLUMNS = (
    "key, ref, title, name, channel, video_id, headings, rest, found, exact, near, start, lost,"
    " clean"
)


def record_of(note: Note) -> NoteRecord:
    """The rows of a note."""
    file_name = note.key.rpartition("/")[2].rpartition(".")[0]
    tally = note.tally
    return NoteRecord(
        note.key,
        short_hash(note.key),
        note.title,
        topic_name(file_name),
        note.channel,
        note.video_id,
        "\n".join(note.headings),
        note.rest,
        *(tally.found, tally.exact, tally.near, tally.start, tally.lost),
        clean=note.clean,
        passages=tuple(map(_passage, note.passages)),
        links=tuple((topic_name(link.target), link.target, link.alias) for link in note.links),
        problems=tuple(map(problem_row, (p for p in note.problems if p.lost))),
    )


def problem_row(problem: Problem) -> tuple[str, int, str, str, bool]:
    """A problem's columns."""
    return problem.path, problem.line, problem.kind, problem.message, problem.lost


def _passage(passage: Passage) -> PassageRecord:
    first, *more = passage.moments
    return PassageRecord(
        first.start,
        int(first.trust),
        passage.line,
        passage.text,
        passage.before,
        passage.after,
        passage.context,
        "\n".join(passage.heading),
        more_of(more),
        written_of(passage),
        " ".join(telling(passage.text)),
    )


def more_of(moments: Sequence[Moment]) -> str | None:
    """The moments after a passage's first, as a column."""
    return json.dumps([[m.start, int(m.trust)] for m in moments]) if moments else None


def written_of(passage: Passage) -> str | None:
    """A doubtful passage's moments as its note alone has them, with their other readings."""
    if max(passage.others, default=-1) < 0 and all(m.precise for m in passage.moments):
        return None
    others = passage.others or (-1,) * len(passage.moments)
    pairs = zip(passage.moments, others, strict=True)
    return json.dumps([[m.start, int(m.trust), other] for m, other in pairs])
