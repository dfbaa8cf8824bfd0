"""One file to one note. Pure: `parse_note(key, bytes)`, no disk, no database.

Rules: FORMAT.md section 6. Every citation found in the file is tallied: it became a moment
(exact, near, or the start of the video), or a problem says on which line it was lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from storage.blocks import Block, Document, Kind
from storage.citations import Claim, read_claims
from storage.errors import NoteError
from storage.front_matter import FrontMatter, clean_name, read_front_matter
from storage.headings import video_headings
from storage.markdown import read_markdown
from storage.marks import mark_citations, squeeze
from storage.model import IndexPage, Link, Moment, Note, Passage, Problem, Tally, Trust
from storage.timestamps import Reading, Stamp, judge, read_stamps, read_video_link

MOST_BYTES = 1_000_000
"""A larger file is not read as a note (the largest real one has 985,778 bytes)."""
MOST_REST = 20_000
MOST_CONTEXT = 1_000
MOST_ROW = 100
_FROM = re.compile(r"\s*From:([^\n<]*)\n?\s*")
_LABEL = re.compile(r"[^:.!?]{2,60}:(?=\s)")
_Marked = tuple[str, list[Stamp]]
_KINDS = {Trust.NEAR: "time-repaired", Trust.START: "time-unknown"}
_DONE = {Trust.NEAR: "shown with ≈", Trust.START: "the link opens the start of the video"}


def parse_note(key: str, data: bytes) -> Note | IndexPage | None:
    """What a file is: a note, a channel's index page, or None where it is neither.

    `key` is the path below the folder. Raises NoteError for a file that is meant to be a note
    (it cites moments) but cannot be one.
    """
    if len(data) > MOST_BYTES:
        raise NoteError(key, 1, f"larger than {MOST_BYTES // 1000:,} kB, not read; split it")
    text, problems = _decode(key, data)
    front = read_front_matter(text)
    if not front.video_id:
        return _without_video(key, front, problems)
    if front.fault:
        problems.append(Problem(key, 1, "front-matter", front.fault))
    return _Reader(key, front, problems).note()


def _decode(key: str, data: bytes) -> tuple[str, list[Problem]]:
    """Text with `\\n` newlines, without BOM and NUL; bytes that are no UTF-8 become U+FFFD."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text, problems = data.decode("utf-16" if wide else "utf-8-sig"), []
    except UnicodeDecodeError as error:
        text = data.decode("utf-16" if wide else "utf-8-sig", errors="replace")
        line = 1 + data.count(b"\n", 0, error.start)
        what = f"{error.reason} at byte {error.start}; unreadable characters replaced"
        problems = [Problem(key, line, "encoding", what)]
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text, problems


def _without_video(key: str, front: FrontMatter, problems: list[Problem]) -> IndexPage | None:
    """Channel index pages give titles to videos; a page that cites moments lacks its id."""
    if not (front.block or key.casefold().endswith((".md", ".markdown"))):
        return None
    cited = sum(len(marked[1]) for marked in _mark(key, front))
    if cited:
        held = f"holds {front.video[:60]!r}, no video id or YouTube link" if front.video else ""
        reason = front.fault or f"the front matter {held or 'names no video'}"
        raise NoteError(key, 1, f"{reason}; citations lost: {cited}; add `videoId: …`", cited)
    titles: dict[str, str] = {}
    for title, url in video_headings(front.body):
        moment = read_video_link(url)
        if moment is not None:
            titles.setdefault(moment.video_id, clean_name(title))
    return IndexPage(key, tuple(titles.items()), tuple(problems)) if titles else None


def _mark(key: str, front: FrontMatter) -> tuple[_Marked, _Marked]:
    """The body and the block before it, each with its citations."""
    try:
        return mark_citations(front.body, front.body_line), mark_citations(front.block, 2)
    except ValueError as error:
        raise NoteError(key, front.body_line, f"{error}, not read; split it") from error


@dataclass(slots=True)
class _Draft:
    """A passage before the times of its note are known."""

    block: Block
    claim: Claim
    context: str
    stamps: list[int]


class _Reader:
    """Reads one note: blocks to drafts, then all times together, then passages."""

    def __init__(self, key: str, front: FrontMatter, problems: list[Problem]) -> None:
        self.key, self.front, self.problems = key, front, problems
        (body, self.stamps), (_, self.outside) = _mark(key, front)
        self.clean, self.doubtful = judge(self.stamps)
        self.document: Document = read_markdown(body)
        self.drafts: list[_Draft] = []
        self.rest: list[str] = []

    def note(self) -> Note:
        channel = self._take_channel()
        previous: Block | None = None
        for block in self.document.blocks:
            self._read_block(block, previous)
            previous = block
        passages, tally = self._passages()
        return Note(
            key=self.key,
            title=self.front.title or self._fallback_title(),
            channel=channel,
            video_id=self.front.video_id,
            passages=passages,
            headings=tuple(self._headings()),
            links=tuple(self._links()),
            rest="\n".join(self.rest)[:MOST_REST],
            problems=tuple(self.problems),
            tally=tally,
            clean=self.clean,
        )

    def _take_channel(self) -> str:
        """The channel of the `From:` line, which is taken out of the text; else the folder's.

        Where the two differ only in letter case the folder is right: it is one for all notes.
        """
        folder = clean_name(PurePosixPath(self.key).parent.name)
        for block in self.document.blocks[:2]:
            match = _FROM.match(block.text)
            if match is None:
                continue
            name = clean_name(match.group(1))
            if self.document.links and self.document.links[0][1] == name:
                name = clean_name(self.document.links.pop(0)[0]).lstrip("@")
            block.text = block.text[match.end() :]
            return folder if name.casefold() in ("", folder.casefold()) else name
        return folder

    def _headings(self) -> Iterator[str]:
        blocks = self.document.blocks
        return (block.plain for block in blocks if block.kind is Kind.HEADING and block.plain)

    def _fallback_title(self) -> str:
        return next(self._headings(), PurePosixPath(self.key).stem.replace("_", " "))

    def _links(self) -> Iterator[Link]:
        for target, alias in self.document.links:
            name = squeeze(target.partition("#")[0])
            if name and "://" not in name:
                yield Link(name, squeeze(alias))

    def _read_block(self, block: Block, previous: Block | None) -> None:
        read = read_claims(block.text)
        block.plain = read.plain
        if not read.claims:
            if block.kind not in (Kind.HEADING, Kind.TITLE, Kind.HEAD) and read.plain:
                self.rest.append(read.plain)
            return
        if read.cut:
            self.rest.append(read.cut)
        above = _distinct(above.plain[:MOST_CONTEXT].rstrip(":") for above in block.above)
        label = _LABEL.match(read.plain) if block.kind is Kind.ITEM else None
        cell = read.plain.partition(" | ")[0] if block.kind is Kind.ROW else ""
        for index, claim in enumerate(read.claims):
            if not claim.text:
                self._attach(claim, previous)
                continue
            own = [label.group().rstrip(":")] if label and index else []
            tail = [read.tail] if read.tail and index == len(read.claims) - 1 else []
            context = " · ".join((*above, *own, *tail))
            self.drafts.append(_Draft(block, _in_row(claim, cell), context, [*claim.stamps]))

    def _attach(self, claim: Claim, previous: Block | None) -> None:
        """A citation alone on its line belongs to the block before it (FORMAT.md rule 16)."""
        last = self.drafts[-1] if self.drafts else None
        if last is not None and last.block is previous:
            last.stamps += claim.stamps
        elif previous is not None and previous.kind is not Kind.HEADING and previous.plain:
            words = previous.plain[:MOST_CONTEXT]
            self.drafts.append(_Draft(previous, Claim(words, claim.stamps), "", [*claim.stamps]))

    def _passages(self) -> tuple[tuple[Passage, ...], Tally]:
        readings = read_stamps(self.stamps)
        used = {number for draft in self.drafts for number in draft.stamps}
        lost = [stamp for number, stamp in enumerate(self.stamps) if number not in used]
        lost += self.outside
        for stamp in lost:
            what = f"{stamp.data or stamp.label} stands where no words can be cited; left out"
            self.problems.append(Problem(self.key, stamp.line, "no-words", what, lost=True))
        self._report_times(readings, used)
        trust = Counter(readings[number].trust for number in used)
        sums = (trust[Trust.EXACT], trust[Trust.NEAR], trust[Trust.START], len(lost))
        passages = tuple(self._passage(draft, readings) for draft in self.drafts)
        return passages, Tally(len(self.stamps) + len(self.outside), *sums)

    def _passage(self, draft: _Draft, readings: Sequence[Reading]) -> Passage:
        video = self.front.video_id
        own = [readings[number] for number in draft.stamps]
        read = {Moment(video, r.start, r.trust): r.other for r in own}
        moments = tuple(sorted(read, key=_is_unknown) if len(read) > 1 else read)
        claim = draft.claim
        return Passage(
            text=claim.text,
            moments=moments,
            line=self.stamps[draft.stamps[0]].line,
            heading=tuple(block.plain for block in draft.block.heading if block.plain),
            before=claim.before,
            after=claim.after,
            context=draft.context[:MOST_CONTEXT],
            others=tuple(read[moment] for moment in moments) if self.doubtful else (),
        )

    def _report_times(self, readings: Sequence[Reading], used: set[int]) -> None:
        """One problem a line and kind, with the first citation's reason and how many there are."""
        groups: dict[tuple[int, Trust], list[str]] = {}
        for number, reading in enumerate(readings):
            if reading.trust is not Trust.EXACT and number in used:
                place = self.stamps[number].line, reading.trust
                groups.setdefault(place, []).append(reading.reason)
        for (line, trust), reasons in groups.items():
            more = f" (and {len(reasons) - 1} more on this line)" if len(reasons) > 1 else ""
            what = f"{reasons[0]}{more}; {_DONE[trust]}"
            self.problems.append(Problem(self.key, line, _KINDS[trust], what))


def _in_row(claim: Claim, cell: str) -> Claim:
    """A cell of a table says little without the row's first one: it is shown before it."""
    if not cell or claim.before or claim.text.startswith(cell):
        return claim
    return replace(claim, before=f"{cell[:MOST_ROW]} | ")


def _is_unknown(moment: Moment) -> bool:
    return moment.trust is Trust.START


def _distinct(parts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(part for part in parts if part))
