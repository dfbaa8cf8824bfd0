"""Finding citations in a raw body, whatever their damage. Pure.

A citation is found once, before any Markdown is read: `mark_citations` puts one private
character in its place. Such a character survives every block, table, link and fence, so that all
of them can be accounted for. Rule 13 of FORMAT.md section 6, damage of section 4.
"""

from __future__ import annotations

import re

from storage.timestamps import Stamp, first_time

MOST_ANCHORS = 200_000
"""Tags that may be citations and need not; each costs as much to look at. Fuzzing had 450,000."""
MOST_CITATIONS = 30_000
"""Of a file; more are refused, so that none takes a second to read. Real ones have hundreds."""
FIRST = 0xF0000
_MARK = "[\U000f0000-\U000ffffd]"
MARKS = re.compile(f"{_MARK}+")
_THREE = r"\d{1,3}:\d{1,3}:\d{1,3}(?::\d{1,3})?"
_ANY = rf"(?:{_THREE}|\d{{1,3}}:\d\d)"
_SEPARATOR = r"[\s,;|&–—-]++(?:and\s++|to\s++)?"
_LIST = rf"{_ANY}(?:{_SEPARATOR}{_ANY})*"  # a group with "*+" goes wrong before Python 3.11.5
_CITATION = re.compile(
    rf"""
    <a\b(?P<tag>(?:[^<>"]*"[^"<]{{0,80}}"){{1,6}}[^<>"]*(?=>)  # an anchor, quotes paired,
        |(?:[^<>\n]|\n(?!\n)){{0,200}}(?=>|</a)           # or damaged, up to its ">" or end tag
        |[^<>\n]{{0,100}}?data-t=["']?[\d:]+["']?          # or without either
        |[^<>\n]{{0,200}})>?
        (?P<label>\s*+\[?+\s*+{_ANY}(?:[^<>\w]++{_ANY})*(?:\s*+\])?)?(?:\s*+</\w{{1,6}}\s*+>)?
    | <a\s++class=\S{{0,30}}\s++(?P<cut>data\S{{0,40}})        # an anchor cut off in mid-attribute
    | \[\[[^\[\]|\n]{{1,120}}\|\s*+\[?(?P<alias>{_LIST})\s*+\]{{2,3}}  # [[topic | 00:01]]
    | \[\[{{0,2}}\s*+(?P<times>{_LIST})\s*+\]{{1,3}}  # [00:01:02], [[t]], [t, t], [t](url)
        (?:\([^()\s<>]{{0,200}}\))?
    | \((?P<paren>{_THREE}(?:{_SEPARATOR}{_THREE})*)\)       # (0:01:02), three parts only
    """,
    re.VERBOSE,
)
_CITES = re.compile(r"yt[-_=\"]|\bdata|timestamp|\d:\d\d")
_TIMES = re.compile(_ANY)
_INVISIBLE = dict.fromkeys(
    [0xAD, 0xFEFF, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
)


def mark_citations(body: str, first_line: int) -> tuple[str, list[Stamp]]:
    """The body with a private character for each citation, and the stamps that they number.

    `first_line` is the body's line in the file. Raises ValueError above MOST_CITATIONS or
    MOST_ANCHORS.
    """
    body = body if body.isascii() else MARKS.sub("", body)
    parts: list[str] = []
    stamps: list[Stamp] = []
    position, line = 0, first_line
    for number, match in enumerate(_CITATION.finditer(body), 1):
        if number > MOST_ANCHORS:
            raise ValueError(f"more than {MOST_ANCHORS:,} anchors")
        start = match.start()
        if start < position:
            continue
        line += body.count("\n", position, start)
        found, words, end = _read(match, body, line)
        if len(stamps) + len(found) > MOST_CITATIONS:
            raise ValueError(f"more than {MOST_CITATIONS:,} citations")
        marks = "".join(chr(FIRST + len(stamps) + at) for at in range(len(found)))
        parts += (body[position:start], words, marks)
        line += body.count("\n", start, end)
        stamps += found
        position = end
    parts.append(body[position:])
    return "".join(parts), stamps


def _read(match: re.Match[str], text: str, line: int) -> tuple[list[Stamp], str, int]:
    """Its stamps (none: an anchor that cites nothing), words inside the anchor, where it ends."""
    tag, label, cut, alias, times, paren = match.groups()
    if tag is None and cut is None:
        listed = _TIMES.findall(times or paren or alias)
        return [Stamp("", time, line) for time in listed], "", match.end()
    tag = tag if cut is None else cut
    label = (label or "").strip()
    words, end = ("", match.end()) if label else _inner_words(text, match.end())
    if _CITES.search(tag) is None:
        is_tag = match.group().endswith(">")
        return ([], words, end) if is_tag else ([], f"< {match.group()[1:]}", match.end())
    data = first_time(tag)
    return [Stamp(data, label if data or label else tag.strip()[:100], line)], words, end


def _inner_words(text: str, start: int) -> tuple[str, int]:
    """Words that an anchor encloses instead of a time, and where its end tag ends."""
    close = text.find("</a", start, start + 200)
    if close < 0 or "<" in text[start:close]:
        return "", start
    return text[start:close], text.find(">", close, close + 20) + 1 or close + 3


def is_cited(text: str) -> bool:
    """True where a marked text holds a citation."""
    return MARKS.search(text) is not None


def squeeze(text: str) -> str:
    """White space collapsed, invisible characters and marks of citations gone."""
    if not text.isascii():
        text = MARKS.sub(" ", text.translate(_INVISIBLE))
    return " ".join(text.split())
