"""A question as typed, taken apart: words, phrases, exclusions and filters. Pure, never raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from storage.names import STOP_WORDS, stem, words_of
from storage.timestamps import read_video_link

MOST_CHARS = 4_096
MOST_WORDS = 48
"""Of a long claim, this many different words are looked for."""
_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(
    r"""-"(?P<not_phrase>[^"]*)"|-(?P<not_word>[^\s"]+)
    |(?:(?P<key>channel|video|page):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))""",
    re.IGNORECASE | re.VERBOSE,
)
_PIECE = re.compile(r"(?:[^\W_]|['’ʼ`´])+")
"""What stands together when apostrophes do not part words."""
_TOKEN = re.compile(r"[^\W_]+")
"""What FTS5 takes for a word: apostrophes part them."""


@dataclass(frozen=True, slots=True)
class Query:
    """`words` are folded and different, stop words gone where others remain; `text` has the rest.

    `phrases` must all stand in a moment, nothing of `without` may. `page` counts from 1.
    `spellings` tells how FTS5 reads a word or phrase that it reads otherwise ("don't": don t).
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    channel: str = ""
    video: str = ""
    page: int = 1
    spellings: tuple[tuple[str, str], ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        """Stems of all that is looked for: what an excerpt shows in bold."""
        inside = (word for phrase in self.phrases for word in words_of(phrase))
        return frozenset(stem(word) for word in (*self.words, *inside))

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


def parse_query(text: str) -> Query:
    """`"a phrase"`, `-without`, `channel:NAME`, `video:ID` and `page:N`; all else is words."""
    text = text[:MOST_CHARS].encode(errors="replace").decode().replace("\0", " ")
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    parts = _Parts()
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
        page=max(1, int(page)) if re.fullmatch(r"\d{1,4}", page) else 1,
        spellings=tuple(parts.spellings.items()),
    )


class _Parts:
    """The parts of a question, each put where it belongs."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.phrases: list[str] = []
        self.without: list[str] = []
        self.kept: list[str] = []
        self.fields = {"channel": "", "video": "", "page": ""}
        self.spellings: dict[str, str] = {}

    def take(self, match: re.Match[str]) -> None:
        value = str(match[match.lastgroup or 0])
        if match["key"]:
            self.fields[match["key"].lower()] = value
            return
        folded = " ".join(words_of(value))
        if not folded:
            return
        if match.lastgroup in ("not_phrase", "not_word"):
            self.without.append(self._spelled(value, folded))
            return
        self.kept.append(f'"{value}"' if match.lastgroup == "phrase" else value)
        if match.lastgroup == "phrase":
            self.phrases.append(self._spelled(value, folded))
            return
        for piece in _PIECE.findall(value):
            for word in words_of(piece):
                self.words.append(self._spelled(piece, word))

    def _spelled(self, value: str, folded: str) -> str:
        """Remember how FTS5 reads a value that it reads in another way than we do."""
        read = " ".join(_TOKEN.findall(value)).lower()
        if read and read != folded:
            self.spellings[folded] = read
        return folded


def _different(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parts))[:MOST_WORDS]


def _worth_asking(words: list[str], phrases: bool) -> tuple[str, ...]:
    different = list(dict.fromkeys(words))
    telling = [word for word in different if word not in STOP_WORDS and len(word) > 1]
    return tuple((telling or ([] if phrases else different))[:MOST_WORDS])


def match_expression(query: Query) -> str:
    """The query in FTS5's language: phrases all, words any, exclusions none. Always valid."""
    spellings = dict(query.spellings)

    def any_of(parts: Iterable[str]) -> str:
        spelled = (way for part in parts for way in (part, spellings.get(part)) if way)
        return "(" + " OR ".join(map(_quoted, spelled)) + ")"

    every = [any_of([phrase]) for phrase in query.phrases]
    if query.words:
        every.append(any_of(query.words))
    expression = " AND ".join(every)
    if query.without:
        expression = f"({expression}) NOT {any_of(query.without)}"
    return expression


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'
