"""The whole vault and the owner's own notes, held against an independent scan of the files.

The scan knows nothing of the parser: lines, regular expressions, and the rules of FORMAT.md.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from storage.model import IndexPage, Note, Tally
from storage.note import parse_note

ROOT = Path(__file__).parent.parent
VAULT = Path(os.environ.get("TUBENOTES_VAULT") or ROOT.parent / "shared" / "vault")
SEEDS = Path(os.environ.get("TUBENOTES_SEEDS") or ROOT.parent / "shared" / "seeds")
needs_vault = pytest.mark.skipif(not VAULT.is_dir(), reason="no vault beside the repository")
needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="no seeds beside the repository")

LONGEST = 4 * 3600
SEED_PASSAGES = {
    "000_35c49134b586f346.txt": 28,
    "001_b5c60a2c41949aee.txt": 38,
    "002_60711775971a7aa3.txt": 50,
    "003_99694894ea272986.txt": 41,
    "004_15c8269e8edf16d1.txt": 31,
}
CANONICAL = re.compile(r'<a class="yt-timestamp" data-t="(\d\d):(\d\d):(\d\d)">\[?([\d:]*)')
ANCHOR = r"<a\b[^>\n]{0,200}>?[^<\n]{0,40}(?:</\w+>)?"
BRACKETS = r"[\[(]+[ \d:,;|&–—-]*\d:\d\d[ \d:,;|&–—-]*[\])]+"
CITATION = re.compile(f"{ANCHOR}|{BRACKETS}")
THREE = re.compile(r'data-t="\d{1,2}:\d\d:\d\d"|(?<![>:\d])\[\d{1,2}:\d\d:(\d\d)\](?!<)')
FENCE = re.compile(r"^[ >]*(?:```|~~~)[ ]*(\w*)")
BULLET = re.compile(r"^[ >]*(?:[*+-]|\d{1,3}[.)])(?:\s+|$)")
TITLE = re.compile(r"^[ >]*\[![^\]\n]*\][-+]?")
WIKILINK = re.compile(r"\[\[[^\[\]]*\|([^\[\]|]*)\]\]")
LINK = re.compile(r"\]\((?:https?:|<)[^)\s]*\)?")
TAG = re.compile(r"</?\w+\b[^>]{0,200}>")
NO_WORD = re.compile(r"[\W_]+")
CITES = re.compile(
    r'<a (?:class="?yt|[^>\n]{0,40}data-)|(?<![>\[(|])[\[]+\d{1,3}:\d\d[^\]\n]{0,80}\]'
)
REMNANT = re.compile(r"</?a\b|data-t|yt-timestamp|[\ue000-\uf8ff\U000f0000-\U000ffffd]")


@dataclass(frozen=True)
class Cited:
    """A canonical citation as the scan sees it: its line, the second meant, the words before."""

    line: int
    second: int
    words: str


@dataclass(frozen=True)
class Seen:
    """One file, its text, what the parser made of it."""

    key: str
    text: str
    content: Note | IndexPage | None


@cache
def vault() -> tuple[Seen, ...]:
    paths = sorted(VAULT.rglob("*.md"))
    return tuple(_see(path, VAULT) for path in paths)


def _see(path: Path, root: Path) -> Seen:
    data, key = path.read_bytes(), path.relative_to(root).as_posix()
    return Seen(key, data.decode(), parse_note(key, data))


def notes() -> list[tuple[str, Note]]:
    return [(seen.text, seen.content) for seen in vault() if isinstance(seen.content, Note)]


def words_of(text: str) -> str:
    """Words in lower case, one space between, without markup; links by the words they show."""
    if "<" in text or "]" in text or "*" in text:
        text = WIKILINK.sub(r"\1", text).replace("*", "")
        text = TAG.sub(" ", LINK.sub("]", text))
    return f" {NO_WORD.sub(' ', text.casefold()).strip()} "


def prose(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines that are not code: a fence round prose, or one that never closes, is no code."""
    fences = [at for at, line in enumerate(lines) if FENCE.match(line)]
    code: set[int] = set(fences)
    if len(fences) % 2 == 0:
        for first, last in zip(fences[::2], fences[1::2], strict=True):
            match = FENCE.match(lines[first])
            if match and match.group(1).casefold() not in ("markdown", "md"):
                code.update(range(first, last))
    return ((at, line) for at, line in enumerate(lines) if at not in code)


def blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lines of one block, no markers: split at blank lines, bullets, headings, rows, titles."""
    block: list[tuple[int, str]] = []
    quoted = False
    body = text.split("\n")
    end = body.index("---", 1)
    for at, line in prose(["" if at <= end else line for at, line in enumerate(body)]):
        plain = line.strip("> ")
        alone = plain.startswith(("#", "|")) or bool(TITLE.match(line))
        opens = line.lstrip().startswith(">") and not quoted
        quoted = line.lstrip().startswith(">")
        if not plain or alone or opens or BULLET.match(line):
            yield block
            block = []
        block.append((at + 1, TITLE.sub("", BULLET.sub("", line)).lstrip("> ")))
        if alone:
            yield block
            block = []
    yield block


def scan(text: str) -> Iterator[Cited]:
    """Each canonical citation in prose, with up to eight words back to the citation before it."""
    found = THREE.findall(text)
    times = [match.group() for match in THREE.finditer(text)]
    zeros = sum(re.search(r':00["\]]', time) is not None for time in times)
    minutes_note = len(found) >= 3 and 2 * zeros >= len(found)
    for block in blocks(text):
        told, words = "", " "
        for at, line in block:
            position = 0
            for match in CITATION.finditer(line):
                told += " " + line[position : match.start()]
                position = match.end()
                before, told = words_of(told), ""
                words = before if before.strip() else words
                canonical = CANONICAL.match(match.group())
                if canonical is not None:
                    last = " ".join(words.split()[-8:])
                    yield Cited(at, second_of(canonical, minutes_note), f" {last} ")
            told += " " + line[position:]


def second_of(canonical: re.Match[str], minutes_note: bool) -> int:
    """The simple rule of FORMAT.md 3a; 0 (the start of the video) where that is beyond 4 h too."""
    hours, minutes, seconds = map(int, canonical.groups()[:3])
    literal = hours * 3600 + minutes * 60 + seconds
    label = [int(part) for part in canonical.group(4).split(":") if part]
    if len(label) == 3 and literal == 60 * (label[0] * 3600 + label[1] * 60 + label[2]):
        return literal // 60
    if literal > LONGEST or (minutes_note and seconds == 0):
        literal = hours * 60 + minutes
    return literal if literal <= LONGEST else 0


def missed(text: str, note: Note) -> tuple[int, list[Cited]]:
    """How many citations the scan finds, and those that no passage tells."""
    told: dict[int, list[str]] = defaultdict(list)
    for passage in note.passages:
        words = words_of(passage.sentence)
        for moment in passage.moments:
            told[moment.start].append(words)
    cited = list(scan(text))
    return len(cited), [
        cite
        for cite in cited
        if not any(cite.words in words or not cite.words.strip() for words in told[cite.second])
    ]


@needs_vault
def test_the_words_before_each_canonical_citation_stand_in_a_passage_that_links_its_second() -> (
    None
):
    total, lost, samples = Counter[str](), Counter[str](), []
    for text, note in notes():
        count, missing = missed(text, note)
        channel = note.key.partition("/")[0]
        total[channel] += count
        lost[channel] += len(missing)
        samples += [f"{note.key}:{cite.line}: {cite.second} {cite.words}" for cite in missing]
    share = {channel: 1 - lost[channel] / total[channel] for channel in total if total[channel]}
    whole = 1 - lost.total() / total.total()
    for channel, part in sorted(share.items(), key=lambda pair: pair[1]):
        print(f"{channel:24} {total[channel]:7} {lost[channel]:6} {part:8.3%}")
    print(f"{'all':24} {total.total():7} {lost.total():6} {whole:8.3%}", *samples[:40], sep="\n")
    assert len(notes()) > 2_900
    assert total.total() > 80_000
    assert whole >= 0.995
    assert min(share.values()) >= 0.98


@needs_vault
def test_in_every_note_of_the_vault_the_sums_add_up() -> None:
    for _, note in notes():
        tally = note.tally
        assert tally.found == tally.exact + tally.near + tally.start + tally.lost, note.key
        assert tally.lost == sum(problem.lost for problem in note.problems), note.key
        linked = sum(len(passage.moments) for passage in note.passages)
        assert linked <= tally.found - tally.lost, note.key


@needs_vault
def test_hardly_a_citation_of_the_vault_is_lost() -> None:
    tally = sum((note.tally for _, note in notes()), Tally())
    print(tally)
    assert tally.found > 110_000
    assert tally.lost < tally.found / 1_000
    assert tally.start < tally.found / 1_000


@needs_vault
def test_as_many_citations_are_found_as_an_independent_count_finds() -> None:
    """Anchors that cite, and brackets of times outside them; a bracket can hold several."""
    counted = sum(len(CITES.findall(text)) for text, _ in notes())
    found = sum(note.tally.found for _, note in notes())
    print(counted, found)
    assert counted * 0.995 <= found <= counted * 1.02


@needs_vault
def test_no_passage_of_the_vault_shows_what_is_left_of_a_citation_or_link() -> None:
    shown = (
        (note.key, passage.line, part)
        for _, note in notes()
        for passage in note.passages
        for part in (passage.sentence, passage.context, *passage.heading)
    )
    assert [entry for entry in shown if REMNANT.search(entry[2])] == []


@needs_vault
def test_every_passage_of_the_vault_stands_on_a_line_that_cites() -> None:
    for text, note in notes():
        lines = text.split("\n")
        wrong = [p.line for p in note.passages if not re.search(r"<a|\d:\d\d", lines[p.line - 1])]
        assert not wrong, f"{note.key}: {wrong}"


@needs_vault
def test_the_titles_of_videos_come_from_the_index_pages_in_any_script() -> None:
    pages = [seen.content for seen in vault() if isinstance(seen.content, IndexPage)]
    titles = {video: title for page in pages for video, title in page.titles}
    linked = "\n".join(seen.text for seen in vault() if isinstance(seen.content, IndexPage))
    assert set(re.findall(r"(?m)^### .*watch\?v=([\w-]{11})\)", linked)) == titles.keys()
    assert sum(note.video_id in titles for _, note in notes()) > 0.98 * len(notes())
    assert sum(bool(re.search("[а-яё]", title, re.IGNORECASE)) for title in titles.values()) > 50
    assert not [title for title in titles.values() if title != " ".join(title.split())]


@needs_seeds
def test_the_owner_s_own_notes_are_read() -> None:
    seeds = [_see(path, SEEDS) for path in sorted(SEEDS.glob("*.txt"))]
    for seen in seeds:
        assert isinstance(seen.content, Note), seen.key
        anchors = seen.text.count("data-t=")
        assert seen.content.tally.found >= anchors > 0
        assert seen.content.tally.lost == 0
        assert len(seen.content.passages) == SEED_PASSAGES[seen.key]
        assert missed(seen.text, seen.content)[1] == []
