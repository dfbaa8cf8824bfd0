"""The notes that ship: what a new owner reads first, so they must be sound, varied and our own."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

SAMPLES = Path(bot.__file__).parent / "samples"
# A YouTube id is 64 bits in 11 characters of 6 bits: the last one carries four bits, so only these.
REAL_LAST_CHARACTERS = frozenset("AEIMQUYcgkosw048")
PAGES = {path: path.read_text("utf-8") for path in sorted(SAMPLES.rglob("*.md"))}
NOTES = {path: text for path, text in PAGES.items() if "\nvideoId:" in text}
INDEX_PAGES = {path: text for path, text in PAGES.items() if path not in NOTES}
TIME = re.compile(r"\[(\d\d):(\d\d):(\d\d)[],\s]")
WIKILINK = re.compile(r"\[\[([^]|\\]+)")

# Quirk -> what shows it in the raw text. Each stands in at least one note.
ANCHOR = r'<a class="yt-timestamp" data-t="[\d:]+">\[[\d:]+\]</a>'
QUIRKS = {
    "MM:SS:00 times": r'data-t="06:30:00">\[06:30:00\]</a>',
    "label is not data-t": r'data-t="00:10:18">\[00:10:24\]</a>',
    "damaged anchor": r'data-t="00:07:1">\[00:07:12\]</a>',
    "plain brackets": r"\w \[\d\d:\d\d:\d\d\]\.",
    "range in one bracket": r"\[\d\d:\d\d:\d\d - \d\d:\d\d:\d\d\]",
    "list in one bracket": r"\[\d\d:\d\d:\d\d, \d\d:\d\d:\d\d\]",
    "group with commas": rf"{ANCHOR}, {ANCHOR}, {ANCHOR}",
    "group with spaces": rf"{ANCHOR} {ANCHOR}",
    "group with nothing between": rf"{ANCHOR}{ANCHOR}",
    "citation in mid-sentence": rf"{ANCHOR},? [a-z]\w+ ",
    "citation after the full stop": rf"[a-z]\. {ANCHOR}",
    "label item": r"(?m)^\*   \*\*[^*]+\*\*: ",
    "numbered item": r"(?m)^1\.  ",
    "nested list": r"(?m)^    \*   ",
    "lead-in": r"(?m)includes?:\n\*   ",
    "callout with a title": r"(?m)^> \[!\w+\] \*\*[^*]+\*\*\n> ",
    "callout without a title": r"(?m)^> \[!\w+\]\n> ",
    "quote callout": r'(?mi)^> \[!quote\] "',
    "foldable callout": r"(?m)^> \[!\w+\]- ",
    "[!INFO]": r"\[!INFO\]",
    "[!Info]": r"\[!Info\]",
    "[!info]": r"\[!info\]",
    "table with citations": rf"(?m)^\|.*{ANCHOR}.*\|$",
    "heading with a citation": rf"(?m)^##+ .*{ANCHOR}",
    "heading with a wikilink": r"(?m)^##+ \[\[",
    "whole note in a fence": r"(?s)<br/> \n```markdown\n.+\n```$",
    "text right after the From line": r"(?m)^From: \[\[\w+\]\] <br/> \n\w",
    "uncited paragraph": r"(?m)\n\n[A-Z][^<\[\n]+\.\n\n",
    "accented word": r"\"pâte fermentée\"",
    "Greek word": r"Σελήνη",
    "wikilink by title": r"\[\[[A-Z][a-z]+ [^]|]+ \| ",
    "wikilink without alias": r"\[\[\w+\]\]\.",
    "title with an apostrophe": r"(?m)^title: .*'",
}


def head(text: str) -> dict[str, str]:
    """The front matter's keys and values, read without the parser under test."""
    block = text.split("---\n")[1]
    return dict(line.split(": ", 1) for line in block.splitlines())


def body(text: str) -> str:
    return text.split("---\n", 2)[2]


def file_name(title: str) -> str:
    """The rule of the owner's generator: letters, digits, spaces; lower case; underscores."""
    kept = re.sub("[^A-Za-z0-9 ]", "", title.replace("_", " "))
    return kept.strip().replace(" ", "_").lower()


def seconds(text: str) -> list[int]:
    """Each labelled time; in a note that writes MM:SS:00, its first two fields."""
    times = [tuple(map(int, found)) for found in TIME.findall(text)]
    shifted = sum(third == 0 for _, _, third in times) * 2 >= len(times)
    return [a * 60 + b if shifted else a * 3600 + b * 60 + c for a, b, c in times]


def prose(text: str) -> str:
    """The words alone: no anchors, brackets of times, link targets."""
    text = re.sub(r"<a\b.*?</a>|\[[\d:, -]+\]", "", text)
    return re.sub(r"\[\[(?:[^]|]*\|)?([^]]*)\]\]", r"\1", text)


def sentences(text: str) -> Iterator[str]:
    """Every sentence of 8 words or more, as bare lower-case words."""
    for piece in re.split(r"[.!?:](?=\s)|\n", prose(text)):
        words = re.findall(r"\w+", piece.lower())
        if len(words) >= 8:
            yield " ".join(words)


def links(text: str) -> set[str]:
    return {file_name(target.strip()) for target in WIKILINK.findall(body(text))}


def named(path: Path) -> str:
    return path.stem


each_note = pytest.mark.parametrize("path", NOTES, ids=named)
each_index_page = pytest.mark.parametrize("path", INDEX_PAGES, ids=named)


def test_a_dozen_notes_or_more_in_three_channels() -> None:
    assert len(NOTES) >= 12
    assert len({path.parent for path in NOTES}) == len(INDEX_PAGES) == 3


@each_note
def test_front_matter_holds_a_title_and_a_video(path: Path) -> None:
    assert list(head(NOTES[path])) == ["title", "videoId"]


@each_note
def test_video_can_never_exist(path: Path) -> None:
    video = head(NOTES[path])["videoId"]
    assert re.fullmatch(r"Sample[A-Za-z0-9_-]{5}", video)
    assert video[-1] not in REAL_LAST_CHARACTERS


@each_note
def test_file_name_follows_the_title(path: Path) -> None:
    assert path.stem == file_name(head(NOTES[path])["title"])


@each_note
def test_note_comes_from_its_folder(path: Path) -> None:
    assert body(NOTES[path]).lstrip().startswith(f"From: [[{path.parent.name}]] <br/> \n")


@each_note
def test_note_has_the_usual_size(path: Path) -> None:
    assert 250 <= len(prose(body(NOTES[path])).split()) <= 600
    assert 10 <= len(seconds(NOTES[path])) <= 25


@each_note
def test_times_lie_within_a_short_video(path: Path) -> None:
    assert max(seconds(NOTES[path])) < 25 * 60


@each_note
def test_note_links_to_others_and_is_linked_to(path: Path) -> None:
    known = {other.stem for other in NOTES}
    assert links(NOTES[path]) & (known - {path.stem})
    assert any(path.stem in links(text) for other, text in NOTES.items() if other != path)


def test_some_links_lead_to_topics_without_a_note() -> None:
    pages = {path.stem for path in PAGES}
    assert set[str]().union(*map(links, NOTES.values())) - pages


@pytest.mark.parametrize("quirk", QUIRKS)
def test_quirk_is_shown(quirk: str) -> None:
    assert any(re.search(QUIRKS[quirk], text) for text in NOTES.values())


@each_note
def test_some_moment_is_told_by_another_note_of_the_video(path: Path) -> None:
    video = head(NOTES[path])["videoId"]
    others = [t for p, t in NOTES.items() if p != path and head(t)["videoId"] == video]
    told = [second for text in others for second in seconds(text)]
    assert any(abs(mine - other) <= 2 for mine in seconds(NOTES[path]) for other in told)


@each_index_page
def test_index_page_lists_the_notes_of_its_channel_by_video(path: Path) -> None:
    sections = re.split(r"(?m)^### ", PAGES[path])[1:]
    listed = {
        (video, name)
        for section in sections
        for video in re.findall(r"watch\?v=([\w-]+)\)", section)
        for name in links("---\n---\n" + section)
    }
    notes = {(head(t)["videoId"], p.stem) for p, t in NOTES.items() if p.parent == path.parent}
    assert listed == notes
    assert list(head(PAGES[path])) == ["title"]


@each_index_page
def test_index_page_says_that_the_videos_are_made_up(path: Path) -> None:
    assert "made up for the samples, and their links open no video." in PAGES[path]


def test_video_titles_come_in_other_languages_and_scripts() -> None:
    titles = "\n".join(INDEX_PAGES.values())
    assert "café" in titles
    assert "Αντικυθήρων" in titles


@pytest.mark.parametrize("variable", ["TUBENOTES_VAULT", "TUBENOTES_SEEDS"])
def test_no_sentence_is_taken_from_anyone(variable: str) -> None:
    root = Path(os.environ.get(variable) or "absent")
    if not root.is_dir():
        pytest.skip(f"{variable} names no folder")
    files = [path for path in sorted(root.rglob("*")) if path.suffix in {".md", ".txt"}]
    assert files, f"{root} holds no notes"
    ours = {line for text in PAGES.values() for line in sentences(text)}
    theirs = (line for path in files for line in sentences(path.read_text("utf-8", "replace")))
    assert not ours.intersection(theirs)
