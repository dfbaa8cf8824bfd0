"""Whether a moment says a claim, as far as words can tell: more than a score asks for. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.quoting import sentences
from storage.model import Hit
from storage.names import STOP_WORDS, fold, stem, words_of
from storage.query import Query, parse_claim
from storage.search import SOURCE

SOURCE_WORDS = 3
"""A source holds so many of the claim's words, or all where there are fewer: one says nothing."""
WHOLE = 3
"""A claim of so few words is said only where all of them are."""
SHORT = 7
"""In a claim of at most so many words each one may turn it round; longer ones agree or do not."""
MOST_SENTENCES = 8
"""Of a long message that is replied to, so many sentences are looked for one by one."""
FEW_WORDS = 3
"""A sentence of a message with fewer telling words is no claim."""
_NOT = frozenset(
    (
        *("not", "no", "never", "nobody", "none", "nothing", "neither", "nor", "cannot"),
        *("without", "isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "cant"),
        *("wont", "couldnt", "wouldnt", "shouldnt", "hasnt", "havent", "hadnt"),
    )
)
_NUMBER = re.compile(r"\d[\d,]*")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")

Told = tuple[Hit, float]
"""A hit and its strength."""


def says(claim: str, query: Query, told: Told) -> bool:
    """Whether a hit is a source: its words do, its names are not all, its numbers and "not" fit."""
    hit, strength = told
    wanted = {stem(word) for word in query.words if not word.isdigit()}
    held = wanted & hit.matched
    enough = len(wanted) if len(wanted) <= WHOLE else SOURCE_WORDS
    if strength < SOURCE or len(held) < enough:
        return False
    sentence = hit.passage.sentence
    if len(wanted) > SHORT:
        return True
    if held < wanted and (_only_names(sentence, held) or _lacks_name(claim, hit)):
        return False
    return _numbers(claim) <= _numbers(sentence) and not _denies(claim, sentence, wanted)


def _only_names(sentence: str, stems: set[str]) -> bool:
    """Whether all that is held are names: who it is about, but not what is said of them."""
    words = [word for word in _WORD.findall(sentence) if stem(fold(word)) in stems]
    return not any(word[0].islower() for word in words)


def _lacks_name(claim: str, hit: Hit) -> bool:
    """Whether a name of the claim stands neither in the passage nor in what it belongs to."""
    words = _WORD.findall(claim)
    names = [word for word in words[1:] if word[0].isupper()]
    if 2 * len(names) > len(words):  # A Title, or SHOUTING
        return False
    passage, note = hit.passage, hit.note
    about = (passage.sentence, passage.context, *passage.heading, note.title, note.video_title)
    return not {stem(fold(name)) for name in names} <= set(map(stem, words_of(" ".join(about))))


def _numbers(text: str) -> set[str]:
    """The numbers in a text, without commas between thousands."""
    return {number.replace(",", "") for number in _NUMBER.findall(text)}


def _denies(claim: str, sentence: str, wanted: set[str]) -> bool:
    """Whether one says no where the other does not: "not commutative" is no source for "is"."""
    asked, told = words_of(claim), words_of(sentence)
    if not _NOT.isdisjoint(asked):
        return _NOT.isdisjoint(told)
    following = zip(told, told[1:], [*told[2:], ""], strict=False)
    return any(word in _NOT and wanted & {stem(a), stem(b)} for word, a, b in following)


def side_by_side(told: Sequence[Told]) -> list[Told]:
    """The best of each note first, so that several who say it stand beside each other."""
    seen: Counter[str] = Counter()
    ranks: list[int] = []
    for hit, _ in told:
        ranks.append(seen[hit.note.key])
        seen[hit.note.key] += 1
    order = sorted(range(len(told)), key=lambda at: ranks[at])
    return [told[at] for at in order]


def telling(query: Query) -> int:
    """How many words of a question are worth looking for; single letters are not."""
    return sum(
        word not in STOP_WORDS and (len(word) > 1 or word.isdigit() or not word.isascii())
        for word in (*query.words, *query.phrases)
    )


def claims_in(text: str) -> tuple[str, ...]:
    """The first sentences of a message that may be claims; none where it is only one, and whole."""
    parts = [one for one in sentences(text) if telling(parse_claim(one)) >= FEW_WORDS]
    return () if parts == [text] else tuple(parts[:MOST_SENTENCES])
