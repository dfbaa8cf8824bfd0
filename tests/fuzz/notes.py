"""The note reader: any bytes are a note, an index page, nothing, or a NoteError."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import bot
from storage.errors import NoteError
from storage.model import Note, Trust
from storage.note import parse_note
from storage.record import record_of
from tests.fuzz.target import Target, Try, coded
from tests.hostile import PIECES, RUNS
from tests.small_notes import HEAD, check_sums

SAMPLES = Path(bot.__file__).parent / "samples"
MOST_SEED = 12_000
MOST_SEEDS = 300
KEYS = ("bakers/bread.md", "bread.txt")
FRONT = (
    *("---\n", "title: ", "videoId: ", "videoId: dQw4w9WgXcQ\n", "https://youtu.be/dQw4w9WgXcQ"),
    *(
        "url: ",
        "aliases:\n- x\n",
        "no: ",
        "content: ",
        "&a ",
        "*a",
        "!!python/object:x ",
        "? ",
        ": ",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        "|\n",
        ">\n",
        "\ttitle: x\n",
        "%YAML 1.1\n",
        "'",
        '"',
        "2024-01-01",
        "0x1f",
    ),
    *("From: [[bakers]] <br/> \n", "From: bakers\n", "### [a](https://youtu.be/dQw4w9WgXcQ)\n"),
    *('data-t="99:99:99"', 'data-t="', 'class="yt-timestamp"', "[00:59:59]", "00:00:00", "12:34"),
)


def seeds() -> Iterable[bytes]:
    """The samples, small heads, and some notes of the vault where there is one."""
    yield from (HEAD.encode() + piece.encode() for piece in PIECES)
    folders = [SAMPLES, *([Path(os.environ["TUBENOTES_VAULT"])] if _has_vault() else [])]
    for folder in folders:
        for path in islice(sorted(folder.rglob("*.md"))[:: _step(folder)], MOST_SEEDS):
            data = path.read_bytes()
            if len(data) <= MOST_SEED:
                yield data


def _has_vault() -> bool:
    return Path(os.environ.get("TUBENOTES_VAULT", "/nowhere")).is_dir()


def _step(folder: Path) -> int:
    return 1 if folder == SAMPLES else 67


def attempt(case: bytes) -> None:
    """Read it, as what may be a note by its name or as what is one only by its front matter."""
    key = KEYS[len(case) % len(KEYS)]
    try:
        note = parse_note(key, case)
    except NoteError as error:
        assert str(error).startswith(f"{key}:")
        assert error.citations >= 0
        return
    if isinstance(note, Note):
        _check(note)


def _check(note: Note) -> None:
    """Sums add up, losses are told, and it can become rows."""
    check_sums(note)
    tally = note.tally
    assert sum(len(one.moments) for one in note.passages) <= tally.found
    assert min(tally.found, tally.exact, tally.near, tally.start, tally.lost) >= 0
    for passage in note.passages:
        assert passage.line >= 1
        for moment in passage.moments:
            assert moment.video_id == note.video_id
            assert moment.start >= 0
            assert not (moment.trust is Trust.START and moment.start)
    assert all(problem.line >= 1 and problem.message for problem in note.problems)
    record = record_of(note)
    for text in (record.title, record.channel, record.rest, *(one.text for one in record.passages)):
        text.encode()  # no half characters: they could not be sent, or kept


@contextmanager
def opened() -> Iterator[Try]:
    """Nothing has to be opened."""
    yield attempt


TARGET = Target(coded((*PIECES, *RUNS, *FRONT)), seeds, opened, 16_000, swells=True)
