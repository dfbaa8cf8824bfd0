"""Vaults to measure on: copies of a folder of notes, and questions made from what it cites.

The scan for cited words here is rough and shares no line with the parser, on purpose.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random

_KEY = re.compile(
    rb"""^((?:videoId|video_id|youtube|url|source)[ \t]*:[ \t]*["']?)([\w-]{11})(?=["']?\s*$)""",
    re.MULTILINE | re.IGNORECASE,
)
_URL = re.compile(rb"([?&]v=|youtu\.be/|/(?:shorts|live|embed)/)([\w-]{11})(?![\w-])")
_FROM = re.compile(rb"^(From:[ \t]*\[\[@?)([^\[\]|\n]+)", re.MULTILINE)
_END = re.compile(rb"^---[ \t]*$", re.MULTILINE)
_VIDEO = re.compile(r"^videoId:\s*([\w-]{11})\s*$", re.MULTILINE)
_CITATION = re.compile(r'<a class="yt-timestamp" data-t="(\d\d):(\d\d):(\d\d)">')
_MARKUP = re.compile(r"\[\[[^\[\]|\n]{0,120}\||[\[\]*`_#>|]")
_MOST_CHARS = 600


@dataclass(frozen=True, slots=True)
class Cited:
    """Words that stand before a canonical citation: note, video, second (as written), words."""

    key: str
    video_id: str
    start: int
    text: str


def copy_vault(source: Path, target: Path, times: int) -> int:
    """Copy a folder of notes `times` over into `target`; the number of files written.

    The first copy has the same bytes. Every other has its own video ids (the same id becomes the
    same new one everywhere), channel folders, index pages and `From:` names.
    """
    count = 0
    for path in note_files(source):
        data = path.read_bytes()
        for number in range(1, times + 1):
            copy = target / _renamed(path.relative_to(source), number)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data if number == 1 else _changed(data, number))
            count += 1
    return count


def note_files(root: Path) -> list[Path]:
    """All regular files below `root`, in order of their paths."""
    return sorted(path for path in root.rglob("*") if path.is_file())


def _renamed(path: Path, number: int) -> Path:
    """Channel folder, and a page named as its folder is or lying at the top, with a suffix."""
    if number == 1:
        return path
    *folders, name = path.parts
    if not folders or path.stem.casefold() == folders[-1].casefold():
        name = f"{path.stem}_{number}{path.suffix}"
    top = [f"{folder}_{number}" for folder in folders[:1]]
    return Path(*top, *folders[1:], name)


def _changed(data: bytes, number: int) -> bytes:
    def new_id(match: re.Match[bytes]) -> bytes:
        return match.group(1) + other_id(match.group(2).decode(), number).encode()

    end = _END.search(data, 4) if data.startswith(b"---") else None
    head = end.end() if end else 0
    body = _FROM.sub(rb"\g<1>\g<2>_%d" % number, data[head:], count=1)
    return _URL.sub(new_id, _KEY.sub(new_id, data[:head]) + body)


def other_id(video_id: str, number: int) -> str:
    """The id that copy `number` has for this video: eleven characters, always the same."""
    if number == 1:
        return video_id
    digest = blake2b(f"{number}:{video_id}".encode(), digest_size=9).digest()
    return urlsafe_b64encode(digest).decode()[:11]


def cited_words(root: Path) -> Iterator[Cited]:
    """What canonical citations below `root` stand after, file by file."""
    for path in note_files(root):
        text = path.read_text("utf-8", "replace")
        video = _VIDEO.search(text)
        if video is None:
            continue
        key = os.fspath(path.relative_to(root))
        for match in _CITATION.finditer(text):
            words = _words_before(text, match.start())
            hours, minutes, seconds = map(int, match.groups())
            if len(words.split()) >= 6:
                yield Cited(key, video[1], hours * 3600 + minutes * 60 + seconds, words)


def _words_before(text: str, end: int) -> str:
    """Plain words from the last citation or line's start to here."""
    first = max(0, end - _MOST_CHARS)
    start = max(text.rfind(mark, first, end) + 1 for mark in ("\n", ">", "<"))
    if not start:
        return ""
    return " ".join(_MARKUP.sub("", text[start:end]).split()).strip(" .,;:-+")


def sample(root: Path, count: int, seed: int) -> list[Cited]:
    """`count` of the cited words, each as likely; the same for a seed. Holds no more in memory."""
    chance, kept = Random(seed), list[Cited]()
    for number, cited in enumerate(cited_words(root)):
        if number < count:
            kept.append(cited)
        elif (place := chance.randrange(number + 1)) < count:
            kept[place] = cited
    return kept


def questions(root: Path, count: int, seed: int = 1) -> list[str]:
    """`/search` with three to six words of a cited passage, in its order, short ones left out."""
    chance = Random(seed)
    asked = []
    for cited in sample(root, count, seed):
        words = re.findall(r"[^\W_]+", cited.text)
        told = [word for word in words if len(word) > 3] or words
        size = min(len(told), chance.randint(3, 6))
        places = sorted(chance.sample(range(len(told)), size))
        asked.append("/search " + " ".join(told[at] for at in places))
    return asked


def claims(root: Path, count: int, seed: int = 2) -> list[str]:
    """`/source` with all the words that a citation stands after."""
    return [f"/source {cited.text}" for cited in sample(root, count, seed)]
