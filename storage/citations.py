"""Which words of a block each citation supports. Pure. Rules 1 to 6 of FORMAT.md section 6.

Citations stand in a block's text as marks (see marks.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from storage.marks import FIRST, MARKS, squeeze
from storage.sentences import STOP, sentence_ends

MOST_CHARS = 4_000
"""A longer passage keeps its end, where its citation stands."""
MOST_REST = 600
"""Of the rest of a sentence, at most this many characters are shown."""

_GAP = re.compile(r"[^\w<]*+(?:\b(?:and|to)\b)?[^\w<]*+")
_OPENERS = "([\\"
_CLOSERS = re.compile(r"\s?[)\]\\]+")
_EMPTY_TARGET = re.compile(r"\((?:\s*+\)|(?=[\s,.]|$))")
_LEFTOVER = re.compile(r"</a\s*+>|\[\[[^\[\]|\n]{1,120}\|(?:([^\[\]\n]{0,200})\]\])?")
_OWN_END = re.compile(rf"[)\]”]*+(?:[\"'’](?=[\s.,;:!?)]|$))*(?:{STOP.pattern})?")
_ENDING = (".", "!", "?")
_JOINED = ".,;:!?…)]”’"
_STOPS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Claim:
    """The words that a citation group supports, the rest of its sentence, its stamps' numbers."""

    text: str
    stamps: tuple[int, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """A block read: its plain words, its claims, uncited words at its end, what was cut off."""

    plain: str
    claims: tuple[Claim, ...] = ()
    tail: str = ""
    cut: str = ""


@dataclass(slots=True)
class _Group:
    """A citation group: the words before it (since the last group) and its stamps."""

    words: str
    stamps: list[int]
    depth: int = 0


def read_claims(text: str) -> Claims:
    """The claims of one block of a marked body.

    A claim without words (its citation stands alone) has an empty text: the caller decides.
    """
    groups, tail = _groups(text)
    if not groups:
        return Claims(_words(tail))
    tail = _words(_unwrap(groups, tail))
    words = [_words(group.words) for group in groups]
    if not words[0] and _has_words(tail) and not _ends_claims([*words[2:], tail][: len(words) - 1]):
        return _assemble(groups, [*words[1:], tail], "")
    if not words[0] and len(groups) > 1:
        groups[1].stamps[:0] = groups[0].stamps
        groups, words = groups[1:], words[1:]
    return _assemble(groups, words, tail)


def _ends_claims(following: Sequence[str]) -> bool:
    """True where one of these starts with a stop: the citation before it ends what it supports."""
    return any(words.startswith((*_STOPS, ",", ";")) for words in following)


def _words(text: str) -> str:
    return squeeze(_LEFTOVER.sub(r"\1", text) if "[[" in text or "</" in text else text)


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _groups(text: str) -> tuple[list[_Group], str]:
    """Citation groups in order, and the words after the last one."""
    groups: list[_Group] = []
    position = 0
    for match in MARKS.finditer(text):
        words = text[position : match.start()]
        stamps = [ord(char) - FIRST for char in match.group()]
        if groups and _GAP.fullmatch(words):
            _join(groups[-1], words, stamps)
        else:
            groups.append(_Group(words, stamps))
        position = match.end()
    return groups, text[position:]


def _join(group: _Group, gap: str, stamps: list[int]) -> None:
    group.depth += gap.count("(") + gap.count("[") - gap.count(")") - gap.count("]")
    group.stamps += stamps
    if "." in gap and not group.words.rstrip().endswith((".", "!", "?")):
        group.words = group.words.rstrip() + "."


def _unwrap(groups: list[_Group], tail: str) -> str:
    """Take away the brackets round each group, a matching pair at a time; the new tail."""
    for index, group in enumerate(groups):
        is_last = index + 1 == len(groups)
        following = _without_closers(group, tail if is_last else groups[index + 1].words)
        target = _EMPTY_TARGET.match(following)
        following = following[target.end() :] if target else following
        if is_last:
            return following
        groups[index + 1].words = following
    return tail


def _without_closers(group: _Group, following: str) -> str:
    """What follows a group, without the brackets that close those opened before or inside it."""
    closed = _CLOSERS.match(following)
    if closed is None:
        return following
    words = group.words.rstrip()
    opened = words[len(words.rstrip(_OPENERS)) :]
    openers = sum(char in "([" for char in opened)
    closers = sum(char in ")]" for char in closed.group())
    if closers > openers + group.depth:
        return following
    if opened and closers > group.depth:
        group.words = words[: -len(opened)]
    return following[closed.end() :]


def _assemble(groups: list[_Group], words: list[str], tail: str) -> Claims:
    """Plain text of the block with each claim's span in it, then claims with their sentences."""
    plain, spans = _spans([*words, tail])
    last = spans.pop()
    inside = [_mid_sentence(plain, end) for _, end in spans]
    bounds = _bounds(plain, spans, inside) if any(inside) else []
    claims: list[Claim] = []
    cut = ""
    for index, (start, end) in enumerate(spans):
        text, lost = _keep_end(plain[start:end].strip())
        before = _before(plain, start, bounds) if index and inside[index - 1] else ""
        after = _after(plain, end, bounds) if inside[index] else ""
        claims.append(Claim(text, tuple(groups[index].stamps), before, after))
        cut += lost
    shown = spans[-1][1] + len(claims[-1].after)
    rest = plain[max(last[0], shown) :].strip(" |")
    return Claims(plain, tuple(claims), rest if _has_words(rest) else "", cut)


def _spans(segments: Sequence[str]) -> tuple[str, list[list[int]]]:
    """The segments joined, and where each one's own words start and end in that.

    The stop right after a citation belongs to the words before it (rule 1).
    """
    plain, spans = "", list[list[int]]()
    for written in segments:
        segment = _without_second_stop(plain, written) if spans else written
        if segment[:1] in _ENDING and plain.endswith((",", ";", ":")):
            plain = plain[:-1]
        own_end = _OWN_END.match(segment) if spans else None
        own = own_end.end() if own_end else 0
        if plain and segment and not own and segment[0] not in _JOINED:
            plain += " "
        start = len(plain)
        plain += segment
        if own:
            start += own
            spans[-1][1] = start
        while start < len(plain) and plain[start] in " ,;:–—-)|":
            start += 1
        spans.append([start, len(plain)])
    return plain, spans


def _without_second_stop(plain: str, segment: str) -> str:
    """`at 6 p.m. <a>.` has one stop: the one after the citation says nothing new."""
    ended = segment[:1] == "." and plain[-4:].rstrip("\"”’')]*").endswith(_STOPS)
    return segment[1:] if ended else segment


def _bounds(plain: str, spans: list[list[int]], inside: list[bool]) -> list[int]:
    """Where sentences start: after each stop, and after each citation that ends one without."""
    ends = (end for (_, end), within in zip(spans, inside, strict=True) if not within)
    return sorted({0, *sentence_ends(plain), *ends})


def _mid_sentence(plain: str, end: int) -> bool:
    """True where the sentence goes on after this position."""
    rest = plain[end : end + 2].lstrip()
    if not rest or not (rest[0].islower() or rest[0] in ",;:–—-("):
        return False
    return not plain[max(0, end - 20) : end].rstrip("\"”’')]*").endswith(_STOPS)


def _keep_end(text: str) -> tuple[str, str]:
    """At most the last MOST_CHARS, from a word on, and what was cut off before it."""
    if len(text) <= MOST_CHARS:
        return text, ""
    at = text.find(" ", len(text) - MOST_CHARS) + 1 or len(text) - MOST_CHARS
    return text[at:], text[:at]


def _before(plain: str, start: int, bounds: list[int]) -> str:
    """The sentence's words before this position."""
    first = bounds[max(0, bisect_right(bounds, start) - 1)]
    head = plain[max(first, start - MOST_REST - 1) : start].lstrip()
    if len(head) > MOST_REST:
        head = head[-MOST_REST:].partition(" ")[2]
    return head if _has_words(head) else ""


def _after(plain: str, end: int, bounds: list[int]) -> str:
    """The sentence's words after this position."""
    following = bisect_right(bounds, end)
    last = bounds[following] if following < len(bounds) else end
    rest = plain[end : min(last, end + MOST_REST + 1)].rstrip()
    if len(rest) > MOST_REST:
        rest = rest[:MOST_REST].rpartition(" ")[0]
    return rest if _has_words(rest) else ""
