"""Names made comparable: of topics, channels and words. One place decides what "the same" means."""

from __future__ import annotations

import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import snowballstemmer

_APOSTROPHES = re.compile(r"['’ʼ`´]")
_AFTER_LATIN = "\u0250"
_WORD = re.compile(r"\w+")
_stemmer = snowballstemmer.stemmer("porter")

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "against",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "down",
        "during",
        "each",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "herself",
        "him",
        "himself",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "myself",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "ourselves",
        "out",
        "over",
        "own",
        "s",
        "same",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "themselves",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
    ]
)


def fold(text: str) -> str:
    """Lower case, Latin letters without accents; apostrophes gone: "Trump's" is "trumps".

    As FTS5's tokenizer has it: in other scripts a mark makes another letter (й, で, ά).
    """
    bare = _APOSTROPHES.sub("", text)
    if bare.isascii():
        return bare.lower()
    # Twice, since lower case may be composed anew, and a letter for mathematics has none before.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
    return unicodedata.normalize("NFC", "".join(_without_accents(plain)))


def _without_accents(decomposed: str) -> Iterator[str]:
    latin = False
    for char in decomposed:
        if not unicodedata.combining(char):
            latin = char < _AFTER_LATIN
        elif latin:
            continue
        yield char


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text).replace("_", " "))


def topic_name(text: str) -> str:
    """What two spellings of one topic share: the vault's own rule for file names, any script."""
    return "_".join(words_of(text))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word (Porter)."""
    return str(_stemmer.stemWord(word))


def short_hash(*parts: str) -> str:
    """Ten characters of `A-Za-z0-9_-` made from content: the same after any reload."""
    digest = blake2b("\0".join(parts).encode(), digest_size=8).digest()
    return urlsafe_b64encode(digest).decode()[:10]
