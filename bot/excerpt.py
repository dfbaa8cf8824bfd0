"""The excerpt of a hit: a sentence or two that says what the note says. Pure.

It ends on the sentence that carries the citation; what comes before it is shown while there is
room, or where it holds the words asked for. Cuts are at a sentence or a word and are marked "…".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise

from bot.text import ELLIPSIS, Span, Text, bold, cut_words, plain, to_plain
from storage.model import Hit
from storage.names import fold, stem
from storage.sentences import sentence_ends

MOST_CHARS = 300
"""Characters of one excerpt."""
MOST_BOLD = 8
"""Telegram allows about 100 entities in a message; an excerpt uses at most this many for words."""
_LEAST_LEAD = 60
"""A sentence before the cited one is shown from so many characters on; fewer tell nothing."""
_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")
_JOINED = (" ", "-")


def excerpt(hit: Hit, limit: int = MOST_CHARS) -> Text:
    """The excerpt with the matched words in bold."""
    return tuple(_spans(_cut(hit, limit), hit.matched))


def excerpt_text(hit: Hit, limit: int = MOST_CHARS) -> str:
    """The words of the excerpt, plain."""
    return to_plain(excerpt(hit, limit))


def _cut(hit: Hit, limit: int) -> str:
    """The passage with the rest of its sentence, cut to `limit`."""
    text = hit.passage.sentence
    if len(text) <= limit:
        return text
    cited = len(hit.passage.before) + len(hit.passage.text)
    sentences = _sentences(text)
    last = next((at for at, (_, end) in enumerate(sentences) if end >= cited), len(sentences) - 1)
    start, end = sentences[last]
    told = _first_match(text, hit.matched)
    if told is not None and told < start:
        lead = next(at for at, (_, stop) in enumerate(sentences) if told < stop)
        return _with_lead(text, sentences[lead : last + 1], limit, hit)
    for earlier, _ in reversed(sentences[:last]):
        if end - earlier > limit - 2:
            break
        start = earlier
    head = ELLIPSIS + " " if start > 0 else ""
    return head + _shorten(text[start:end], limit - len(head), hit)


def _with_lead(text: str, sentences: list[tuple[int, int]], limit: int, hit: Hit) -> str:
    """The sentence that holds the words asked for, and the cited one after it."""
    (start, stop), (cited, end) = sentences[0], sentences[-1]
    if end - start <= limit - 2:
        return (ELLIPSIS + " " if start > 0 else "") + text[start:end]
    tail = _shorten(text[cited:end], limit - _LEAST_LEAD - 3, hit)
    lead = _shorten(text[start:stop], limit - len(tail) - 3, hit)
    between = " " if lead.endswith(ELLIPSIS) or len(sentences) == 2 else f" {ELLIPSIS} "
    return f"{lead}{between}{tail}"


def _sentences(text: str) -> list[tuple[int, int]]:
    bounds = [0, *sentence_ends(text)]
    return [(end - len(text[start:end].lstrip()), end) for start, end in pairwise(bounds)]


def _shorten(sentence: str, limit: int, hit: Hit) -> str:
    """A sentence within `limit`, with its first matched words in view."""
    if len(sentence) <= limit:
        return sentence
    told = _first_match(sentence, hit.matched) or 0
    if told < limit * 2 // 3:
        return cut_words(sentence, limit - 1) + ELLIPSIS
    start = sentence.rfind(" ", 0, max(0, told - limit // 3)) + 1
    rest = sentence[start:]
    if len(rest) <= limit - 2:
        return f"{ELLIPSIS} {rest}"
    return f"{ELLIPSIS} {cut_words(rest, limit - 3)}{ELLIPSIS}"


def _first_match(text: str, matched: frozenset[str]) -> int | None:
    return next((start for start, _ in _matches(text, matched)), None)


def _matches(text: str, matched: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where words that matched stand; neighbours are one."""
    start = end = -1
    for word in _WORD.finditer(text) if matched else ():
        if _stem_of(word.group()) not in matched:
            continue
        if end >= 0 and text[end : word.start()] not in _JOINED:
            yield start, end
            end = -1
        start, end = (word.start() if end < 0 else start), word.end()
    if end >= 0:
        yield start, end


@lru_cache(maxsize=50_000)
def _stem_of(word: str) -> str:
    return stem(fold(word))


def _spans(text: str, matched: frozenset[str]) -> Iterator[Span]:
    position = 0
    for start, end in islice(_matches(text, matched), MOST_BOLD):
        if start > position:
            yield plain(text[position:start])
        yield bold(text[start:end])
        position = end
    if position < len(text):
        yield plain(text[position:])
