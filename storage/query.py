"""A question as typed, taken apart: words, phrases, exclusions and filters. Pure, never raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storage.names import STOP_WORDS, words_of
from storage.timestamps import read_video_link

MOST_CHARS = 4_096
MOST_WORDS = 48
"""Of a long claim, this many different words are looked for."""
MOST_OPERATED = 12
"""In a longer text quotation marks are what they are in any text: nobody types such a query."""
_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(
    r"""-"(?P<not_phrase>[^"]*)"|-(?P<not_word>[^\s"]+)
    |(?:(?P<key>channel|video|topic|page):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))""",
    re.IGNORECASE | re.VERBOSE,
)
_BREAKS = re.compile(r'[\s"“”„«»]+')
"""What would end a channel's name; `_` is as good."""
_OPERATORS = re.compile(r'[":]|(?<![^\s":])-+')


@dataclass(frozen=True, slots=True)
class Query:
    """`words` are folded and different, stop words gone where others remain; `text` has the rest.

    `phrases` must all stand in a moment, nothing of `without` may. `page` counts from 1.
    `refs` are the notes that `topic` was taken for; the search fills them in.
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    channel: str = ""
    video: str = ""
    topic: str = ""
    page: int = 1
    refs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


def parse_query(text: str) -> Query:
    """`"a phrase"`, `-without`, `channel:`, `video:`, `topic:`, `page:`; all else is words."""
    parts = _Parts()
    for match in _parts_of(unicodedata.normalize("NFC", text[:MOST_CHARS])):
        parts.take(match)
    video = read_video_link(parts.fields["video"])
    page = parts.fields["page"]
    return Query(
        text=" ".join(parts.kept),
        words=_worth_asking(parts.words, bool(parts.phrases)),
        phrases=_different(parts.phrases),
        without=_different(parts.without),
        channel=parts.fields["channel"].lstrip("@"),
        video=video.video_id if video else parts.fields["video"],
        topic=parts.fields["topic"],
        page=max(1, int(page)) if re.fullmatch(r"\d{1,4}", page) else 1,
    )


def stripped(text: str, *kinds: str) -> str:
    """The question as typed, but without these operators: `page`, `channel`, …, `-`."""
    kept, end = [], 0
    for match in _parts_of(text):
        if _kind(match) in kinds:
            kept.append(text[end : match.start()].rstrip())
            end = match.end()
    return "".join((*kept, text[end:])).strip()


def in_channel(channel: str, text: str = "") -> str:
    """The question asked of this channel, whatever its name, and no other; "": of all."""
    narrowed = f"channel:{_BREAKS.sub('_', channel)}" if channel else ""
    return f"{narrowed} {stripped(text, 'channel')}".strip()


def _parts_of(text: str) -> Iterator[re.Match[str]]:
    """The parts of a question, where they stand in it."""
    text = text.encode(errors="replace").decode().replace("\0", " ").translate(_QUOTES)
    if sum(not word.startswith("page:") for word in text.split()) > MOST_OPERATED:
        text = text.replace('"', " ")
    return _PART.finditer(text)


def _kind(match: re.Match[str]) -> str:
    """The operator that a part is, "" where it is none."""
    excluded = match.lastgroup in ("not_phrase", "not_word")
    return "-" if excluded else (match["key"] or "").lower()


def parse_claim(text: str) -> Query:
    """A claim is words alone: quotation marks, colons and dashes are what they are in any text."""
    bare = text[:MOST_CHARS].translate(_QUOTES)
    return parse_query(_OPERATORS.sub(" ", bare))


class _Parts:
    """The parts of a question, each put where it belongs."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.phrases: list[str] = []
        self.without: list[str] = []
        self.kept: list[str] = []
        self.fields = {"channel": "", "video": "", "topic": "", "page": ""}

    def take(self, match: re.Match[str]) -> None:
        value = str(match[match.lastgroup or 0])
        kind = _kind(match)
        if kind in self.fields:
            self.fields[kind] = value
            return
        folded = " ".join(words_of(value))
        if not folded:
            return
        if kind == "-":
            self.without.append(folded)
            return
        self.kept.append(f'"{value}"' if match.lastgroup == "phrase" else value)
        if match.lastgroup == "phrase":
            self.phrases.append(folded)
        else:
            self.words += words_of(value)


def _different(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parts))[:MOST_WORDS]


def _worth_asking(words: list[str], phrases: bool) -> tuple[str, ...]:
    different = list(dict.fromkeys(words))
    telling = [
        word for word in different if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())
    ]
    return tuple((telling or ([] if phrases else different))[:MOST_WORDS])


def match_expression(query: Query) -> str:
    """The query in FTS5's language: phrases all, words any, exclusions none. Always valid."""
    every = [f'"{phrase}"' for phrase in query.phrases]
    if query.words:
        every.append(_any_of(query.words))
    expression = " AND ".join(every)
    return f"({expression}) NOT {_any_of(query.without)}" if query.without else expression


def _any_of(parts: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{part}"' for part in parts) + ")"
