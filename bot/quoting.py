"""The part of a message that an answer is about. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Set

from bot.text import cut_words
from storage.names import stem, words_of
from storage.sentences import sentence_ends

MOST_UNITS = 1024
"""UTF-16 units that Telegram takes as a quote."""


def best_part(text: str, matched: Set[str]) -> str:
    """The sentence of `text` that holds most of these stems, exactly as it stands there.

    Of equals the first; "" where none holds any. A long one is cut at its end.
    """
    best, most = "", 0
    for sentence in sentences(text):
        held = len(matched & {stem(word) for word in words_of(sentence)})
        if held > most:
            best, most = sentence, held
    return cut_words(best, MOST_UNITS)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a message, as they stand there: what has a line of its own is one, too."""
    for line in text.splitlines():
        start = 0
        for end in sentence_ends(line):
            yield line[start:end].strip()
            start = end
