"""A question as typed, taken apart: words, phrases, exclusions and filters. Pure, never raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
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
_OPERATORS = re.compile(r'"|(?<!\S)-|:')


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
    text = text[:MOST_CHARS].encode(errors="replace").decode().replace("\0", " ")
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    parts = _Parts()
    if len(text.split()) > MOST_OPERATED:
        text = text.replace('"', " ")
    for match in _PART.finditer(text):
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
        if match["key"]:
            self.fields[match["key"].lower()] = value
            return
        folded = " ".join(words_of(value))
        if not folded:
            return
        if match.lastgroup in ("not_phrase", "not_word"):
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
