"""Names made comparable: of topics, channels and words. One place decides what "the same" means."""

from __future__ import annotations

import re
import unicodedata
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b

import Stemmer
from anyascii import anyascii

_APOSTROPHES = "’´"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[a-z0-9]+")
_GREEK_U = re.compile("[Οο][Υυύ]")
"""Greek writes the one sound with two letters: Πούτιν."""
_FIRST_POINT, _LAST_POINT = "\u0591", "\u0670"
"""Hebrew and Arabic vowels are points that hardly anybody writes."""
_stemmer = Stemmer.Stemmer("porter")

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
    """Lower case, in plain Latin letters: "Café" is "cafe", "Москва" is "moskva".

    Apostrophes are gone ("Trump's" is "trumps"); what is no letter or digit stays or is a blank.
    """
    if not text.isascii():
        text = _NOT_ASCII.sub(_in_latin, unicodedata.normalize("NFC", text))
    return text.replace("'", "").replace("`", "").lower()


def _in_latin(run: re.Match[str]) -> str:
    return _letters(run.group())


@lru_cache(maxsize=20_000)
def _letters(run: str) -> str:
    """A run of other characters; letters that anyascii does not know go by their numbers."""
    latin = "".join(map(_letter, _GREEK_U.sub("u", run)))
    if latin or not run.isalpha():
        return latin
    return "".join(f"u{ord(char):x}" for char in run)


@lru_cache(maxsize=20_000)
def _letter(char: str) -> str:
    """A letter must not part a word, whatever it becomes; a fraction or a dash does."""
    kind = unicodedata.category(char)
    if kind == "Mn" and _FIRST_POINT <= char <= _LAST_POINT:
        return ""
    if kind[0] in "LM":
        return "".join(filter(str.isalnum, anyascii(char)))
    if kind[0] == "N":
        return anyascii(char)
    return "" if kind == "Cf" or char in _APOSTROPHES else " "


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def topic_name(text: str) -> str:
    """What two spellings of one topic share: the vault's own rule for file names."""
    return "_".join(words_of(text))


def channel_name(text: str) -> str:
    """What two spellings of one channel share: "Night Sky" is "nightsky"."""
    return "".join(words_of(text))


def same_channel(one: str, other: str) -> bool:
    """Whether two names are spellings of one: a channel of another name is another channel."""
    return channel_name(one) == channel_name(other)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word (Porter)."""
    return str(_stemmer.stemWord(word))


class Stems(dict[str, str]):
    """Stems by word, each worked out once: for the many words of an index."""

    def __missing__(self, word: str) -> str:
        self[word] = found = str(_stemmer.stemWord(word))
        return found


def long_hash(text: str) -> str:
    """Sixteen characters of `A-Za-z0-9_-`: no two texts of a lifetime share one."""
    return urlsafe_b64encode(blake2b(text.encode(), digest_size=12).digest()).decode()


def short_hash(*parts: str) -> str:
    """Ten characters of `A-Za-z0-9_-` made from content: the same after any reload."""
    digest = blake2b("\0".join(parts).encode(), digest_size=8).digest()
    return urlsafe_b64encode(digest).decode()[:10]
