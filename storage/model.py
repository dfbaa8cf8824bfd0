"""The words of the project as data: frozen, plain, without behaviour that needs a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Trust(IntEnum):
    """How far a moment's second can be relied on."""

    EXACT = 0
    """Read as it stands in the note."""
    NEAR = 1
    """Repaired, or the note contradicts itself: shown with "≈"."""
    START = 2
    """Unreadable or impossible: the link opens the start of the video, and the reply says so."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A second in a video. `start` is in seconds, 0 where `trust` is START."""

    video_id: str
    start: int
    trust: Trust = Trust.EXACT

    @property
    def precise(self) -> bool:
        """False where the time was repaired, is only near, or is unknown."""
        return self.trust is Trust.EXACT


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest piece of a note that one citation (or group of citations) supports.

    `text` is its own words, plain, white space collapsed. `before` and `after` (with the space
    between) complete a sentence in which a citation stands: shown, but not what it supports.
    `context` (lead-in, parent items, label, callout title, uncited words that follow) is
    searched, never shown as cited. `moments` is never empty; the first one is linked. `others` is
    empty, or in a doubtful note holds each moment's other reading in seconds, -1 for none.
    """

    text: str
    moments: tuple[Moment, ...]
    line: int
    heading: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    context: str = ""
    others: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """The words to show: the passage with the rest of its sentence."""
        return f"{self.before}{self.text}{self.after}"


@dataclass(frozen=True, slots=True)
class Link:
    """A wikilink: the topic it names as written, and the words it shows (perhaps the same)."""

    target: str
    alias: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a note that could not be taken as it stands, and what was done about it.

    `line` counts from 1. `lost` is true where a citation or a whole file has no moment now.
    """

    path: str
    line: int
    kind: str
    message: str
    lost: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.message}"


@dataclass(frozen=True, slots=True)
class Tally:
    """Citations counted: found = exact + near + start + lost."""

    found: int = 0
    exact: int = 0
    near: int = 0
    start: int = 0
    lost: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.found + other.found,
            self.exact + other.exact,
            self.near + other.near,
            self.start + other.start,
            self.lost + other.lost,
        )


@dataclass(frozen=True, slots=True)
class Note:
    """One Markdown file: a topic as one video covers it.

    `key` is its path below the folder with "/" between parts. `rest` holds the words of uncited
    blocks: searched with the note, never cited. `headings` are those of level 1 to 6, in order.
    `clean` is true where its times are many and none of them is odd (see timestamps.judge).
    """

    key: str
    title: str
    channel: str
    video_id: str
    passages: tuple[Passage, ...] = ()
    headings: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    rest: str = ""
    problems: tuple[Problem, ...] = ()
    tally: Tally = field(default_factory=Tally)
    clean: bool = False


@dataclass(frozen=True, slots=True)
class IndexPage:
    """A channel's index page: no note, but it tells the titles of videos (id -> title)."""

    key: str
    titles: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteInfo:
    """What a reply needs to name a note. `ref` is made from `key`: short, and stable for years."""

    key: str
    ref: str
    title: str
    channel: str
    video_id: str
    video_title: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A moment found by a query: its best passage, who else tells it, score, matched stems.

    `notes` are all notes that tell this moment, the shown passage's own note first.
    """

    passage: Passage
    notes: tuple[NoteInfo, ...]
    score: float
    matched: frozenset[str] = frozenset()

    @property
    def note(self) -> NoteInfo:
        """The note that the shown passage stands in."""
        return self.notes[0]

    @property
    def moment(self) -> Moment:
        """The moment that the shown passage links."""
        return self.passage.moments[0]


@dataclass(frozen=True, slots=True)
class Topic:
    """A candidate for a name: a note, or (with `note` None) a topic that is only linked to."""

    title: str
    score: float
    note: NoteInfo | None = None
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a note (heading path, "" for the lead) with its best hits."""

    heading: tuple[str, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What an index holds. `complete` is false until a first index has seen the whole folder."""

    notes: int
    passages: int
    moments: int
    videos: int
    channels: int
    problems: int
    complete: bool
