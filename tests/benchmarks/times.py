"""How far the repair of times can be trusted, told by the clean notes on the same videos.

    python -m tests.benchmarks.times WORK NOTES SEED

Times are read here by a scan of `data-t` that shares no line with the parser; ours are those that
index.db holds after an update. Judged twice: by all clean notes, as the repair sees them too, and
by one clean note of each video which the repair was not shown.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from storage.index import Index
from storage.model import Trust
from storage.update import update

HOURS_4 = 4 * 3600
BEYOND = 120
"""What is cited this many seconds after the last clean citation of the video is held for wrong."""
_VIDEO = re.compile(r"^videoId:\s*[\"']?([\w-]{11})[\"']?\s*$", re.MULTILINE)
_DATA = re.compile(r'data-t="(\d{1,3}):(\d\d):(\d\d)"')

Told = Mapping[str, list[tuple[int, int, Trust]]]
"""(line, second, trust) of every citation that an index holds, by note."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A note's three-part times as written: (line, hours, minutes, seconds)."""

    video: str
    times: tuple[tuple[int, int, int, int], ...]

    @property
    def literal(self) -> list[tuple[int, int]]:
        """(line, second), read as H:M:S."""
        return [(line, h * 3600 + m * 60 + s) for line, h, m, s in self.times]

    @property
    def simple(self) -> list[tuple[int, int]]:
        """(line, second) by the simple rule of FORMAT.md 3a."""
        mostly = len(self.times) >= 3 and 2 * sum(not t[3] for t in self.times) >= len(self.times)
        return [
            (line, h * 60 + m if (mostly and not s) or literal > HOURS_4 else literal)
            for (line, h, m, s), (_, literal) in zip(self.times, self.literal, strict=True)
        ]

    @property
    def clean(self) -> bool:
        """Five times or more, at most a tenth of them ending in :00, none beyond four hours."""
        zeros = sum(not time[3] for time in self.times)
        within = all(second < HOURS_4 for _, second in self.literal)
        return len(self.times) >= 5 and 10 * zeros <= len(self.times) and within


def read_raw(root: Path) -> dict[str, Raw]:
    """The times of every note below a folder, by key."""
    found = {}
    for path in sorted(root.rglob("*.md")):
        text = path.read_text("utf-8", "replace")
        video = _VIDEO.search(text)
        if video:
            times = [
                (line, int(match[1]), int(match[2]), int(match[3]))
                for line, words in enumerate(text.split("\n"), 1)
                for match in _DATA.finditer(words)
            ]
            found[path.relative_to(root).as_posix()] = Raw(video[1], tuple(times))
    return found


def indexed(path: Path) -> Told:
    """All citations of an index."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "select n.key, p.line, p.start, p.trust, p.more from passages p"
        " join notes n on n.id = p.note_id"
    )
    found: dict[str, list[tuple[int, int, Trust]]] = defaultdict(list)
    for key, line, start, trust, more in rows:
        for at, how in [(start, trust), *(json.loads(more) if more else ())]:
            found[key].append((line, at, Trust(how)))
    connection.close()
    return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """Citations of notes that are not clean: how many, the share that a clean note on the video
    cites too, the share beyond its last citation, the share whose time is given up."""

    rule: str
    count: int
    cited: float
    beyond: float
    unknown: float = 0.0


def agreement(
    rule: str, told: Mapping[str, Iterable[int | None]], raw: Mapping[str, Raw], judges: set[str]
) -> Agreement:
    """How the times `told` of notes agree with what the judges cite; None is an unknown time."""
    seconds: dict[str, set[int]] = defaultdict(set)
    for key in judges:
        seconds[raw[key].video].update(second for _, second in raw[key].literal)
    count = cited = beyond = unknown = 0
    for key, times in told.items():
        clean = seconds.get(raw[key].video)
        for second in times if clean else ():
            count += 1
            unknown += second is None
            cited += second in (clean or ())
            beyond += second is not None and second > max(clean or (0,)) + BEYOND
    whole = max(1, count)
    return Agreement(rule, count, cited / whole, beyond / whole, unknown / whole)


def agreements(raw: Mapping[str, Raw], ours: Told, judges: set[str]) -> list[Agreement]:
    """Literal, simple rule and ours, then what ordinary clean citations reach among themselves."""
    broken = [key for key, note in raw.items() if not note.clean]
    own = {key: list(_same_lines(raw[key], ours.get(key, ()))) for key in broken}
    return [
        agreement("literal", {k: [s for _, s in raw[k].literal] for k in broken}, raw, judges),
        agreement("simple rule", {k: [s for _, s in raw[k].simple] for k in broken}, raw, judges),
        agreement("ours", own, raw, judges),
    ]


def _same_lines(note: Raw, told: Iterable[tuple[int, int, Trust]]) -> Iterator[int | None]:
    """What the index tells on the lines that the scan read times on, so that both count alike."""
    lines = {line for line, *_ in note.times}
    return (None if trust is Trust.START else at for line, at, trust in told if line in lines)


def ordinary(raw: Mapping[str, Raw]) -> Agreement:
    """Clean citations, judged by the other clean notes on their videos."""
    by_video: dict[str, list[str]] = defaultdict(list)
    for key, note in raw.items():
        if note.clean:
            by_video[note.video].append(key)
    parts = [
        agreement("", {key: [s for _, s in raw[key].literal]}, raw, {*others} - {key})
        for others in by_video.values()
        for key in others
    ]
    count = max(1, sum(part.count for part in parts))
    cited, beyond = (
        sum(getattr(part, name) * part.count for part in parts) / count
        for name in ("cited", "beyond")
    )
    return Agreement("ordinary clean citations", count, cited, beyond)


def changed(raw: Mapping[str, Raw], ours: Told) -> tuple[float, float]:
    """Of citations of clean notes: the share not told as written, the share told as not sure."""
    count = other = unsure = 0
    for key, note in raw.items():
        if not note.clean:
            continue
        told = {at for _, at, trust in ours.get(key, ()) if trust is not Trust.START}
        count += len(note.times)
        other += sum(second not in told for _, second in note.literal)
        unsure += sum(trust is not Trust.EXACT for _, _, trust in ours.get(key, ()))
    return other / max(1, count), unsure / max(1, count)


def one_of_each(raw: Mapping[str, Raw], seed: int) -> set[str]:
    """A clean note of each video that has two or more of them: judges that no repair is shown."""
    rng = random.Random(f"{seed} judges")
    clean: dict[str, list[str]] = defaultdict(list)
    for key, note in raw.items():
        if note.clean:
            clean[note.video].append(key)
    return {rng.choice(keys) for _, keys in sorted(clean.items()) if len(keys) > 1}


def index_folder(notes: Path, path: Path) -> Told:
    """What an update of a folder makes of its citations."""
    index = Index.open(path)
    update(index, notes)
    index.close()
    return indexed(path)


def measure(work: Path, notes: Path, seed: int) -> dict[str, object]:
    """Everything about times."""
    raw = read_raw(notes)
    ours = index_folder(notes, work / "times.db")
    clean = {key for key, note in raw.items() if note.clean}
    judges = one_of_each(raw, seed)
    shutil.copytree(notes, work / "unjudged")
    for key in judges:
        (work / "unjudged" / key).unlink()
    unseen = index_folder(work / "unjudged", work / "unjudged.db")
    shown = {key: note for key, note in raw.items() if key not in judges or note.clean}
    other, unsure = changed(raw, ours)
    return {
        "all": [asdict(one) for one in [*agreements(raw, ours, clean), ordinary(raw)]],
        "unseen": [asdict(one) for one in agreements(shown, unseen, judges)],
        "clean_changed": other,
        "clean_unsure": unsure,
    }


def main() -> None:
    """Measure, print JSON."""
    work, notes, seed = sys.argv[1:]
    print(json.dumps(measure(Path(work), Path(notes), int(seed))))


if __name__ == "__main__":
    main()
