"""The order of moments for a question: bm25 on moments, with scope back-off. Pure, on arrays.

A word that a moment lacks still counts for part of its weight where it is said close by, or
anywhere in the same video: people remember what a talk was about, not which sentence had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.postings import Arrays, Floats, Numbers, Postings

K1, B = 0.6, 0.5
"""bm25: moments are short, so a second mention says little and length says some."""
NEAR, CLOSE = 30, 90
NEAR_SHARE, CLOSE_SHARE, VIDEO_SHARE = 0.5, 0.3, 0.2
"""What a word counts that is said within NEAR or CLOSE seconds, or elsewhere in the video."""
RAREST = 8
"""Candidates are the moments that hold one of the rarest words; more words then order them."""
ORDERING = 20
CANDIDATES = 300
APART = 4
"""Moments are two seconds wide, so that of two this close one would be shown twice."""
_FAR = np.int32(1 << 30)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: its postings, and its weight (idf, less where misspelt)."""

    postings: Postings
    weight: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Moments, best first; their scores; how many of the question's words each one holds.

    `most` is the score of a moment that would hold every word once.
    """

    moments: Numbers
    scores: Floats
    held: NDArray[np.int16]
    most: float

    def rows(self) -> Iterator[tuple[int, float, float]]:
        """(moment, score as a share of `most`, score), best first."""
        for moment, score in zip(self.moments.tolist(), self.scores.tolist(), strict=True):
            yield moment, score / max(self.most, 1e-6), score


def idf(frequency: int, moments: int) -> float:
    """The information of a word that stands in so many of all moments."""
    return float(np.log(1 + (moments - frequency + 0.5) / (frequency + 0.5)))


def rank(
    terms: Sequence[Term],
    arrays: Arrays,
    allowed: NDArray[np.bool_] | None = None,
    most: int = CANDIDATES,
) -> Ranking:
    """At most `most` moments that hold one of the terms; `allowed` is a mask by number."""
    total = sum(term.weight for term in terms)
    told = [term for term in terms if len(term.postings.moments)]
    told.sort(key=lambda term: len(term.postings.moments))
    moments = _candidates(told[:RAREST], arrays, allowed, most)
    scores = np.zeros(len(moments), np.float32)
    held = np.zeros(len(moments), np.int16)
    for term in told[:ORDERING]:
        shares, holds = _shares(term.postings, moments, arrays)
        scores += np.float32(term.weight) * shares
        held += holds
    order = np.lexsort((*_places(moments, arrays), -scores))
    return Ranking(moments[order], scores[order], held[order], total)


def apart(
    ranking: Ranking, arrays: Arrays, enough: int, order: Iterable[int] | None = None
) -> Ranking:
    """The first `enough` moments, without those within APART seconds of one before them.

    `order` has places in the ranking, where another order than its own is wanted, or not all.
    """
    taken: dict[int, list[int]] = {}
    kept: list[int] = []
    for at in range(len(ranking.moments)) if order is None else order:
        moment = ranking.moments[at]
        start = int(arrays.starts[moment])
        others = taken.setdefault(int(arrays.videos[moment]), [])
        if all(abs(start - other) > APART for other in others):
            others.append(start)
            kept.append(at)
            if len(kept) == enough:
                break
    return Ranking(ranking.moments[kept], ranking.scores[kept], ranking.held[kept], ranking.most)


def _saturated(counts: Floats, moments: Numbers, arrays: Arrays) -> Floats:
    """bm25's part for a word that stands `counts` times in these moments."""
    length = arrays.lengths[moments] / np.float32(arrays.average)
    spread = np.float32(K1 * (1 - B)) + np.float32(K1 * B) * length
    return np.asarray(counts * np.float32(1 + K1) / (counts + spread), np.float32)


def _candidates(
    terms: Sequence[Term], arrays: Arrays, allowed: NDArray[np.bool_] | None, most: int
) -> Numbers:
    """The best moments by their own words and by the words of their video, ascending."""
    if not terms:
        return np.empty(0, np.int32)
    scores = np.zeros(len(arrays.starts), np.float32)
    video = np.zeros(len(arrays.starts), np.float32)
    for term in terms:
        moments = term.postings.moments
        part = _saturated(term.postings.counts, moments, arrays)
        scores[moments] += np.float32((1 - VIDEO_SHARE) * term.weight) * part
        video[_different(arrays.videos[moments])] += np.float32(VIDEO_SHARE * term.weight)
    every = np.concatenate([term.postings.moments for term in terms])
    if allowed is not None:
        every = every[allowed[every]]
    for size in (most * len(terms), most):
        if len(every) > size:
            every = _best(every, scores[every] + video[arrays.videos[every]], size, arrays)
        every = np.unique(every)
    return every


def _best(every: Numbers, worth: Floats, size: int, arrays: Arrays) -> Numbers:
    """The worthiest moments; of equals, those that would be shown first."""
    least = np.partition(worth, len(worth) - size)[len(worth) - size]
    sure, equal = every[worth > least], every[worth == least]
    order = np.lexsort(_places(equal, arrays))
    return np.concatenate([sure, equal[order[: size - len(sure)]]])


def _places(moments: Numbers, arrays: Arrays) -> tuple[NDArray[np.generic], ...]:
    """What orders moments of the same score, last key first: nothing that an update changes."""
    return arrays.names[moments], arrays.starts[moments], arrays.lengths[moments]


def _different(ascending: Numbers) -> Numbers:
    first = np.empty(len(ascending), np.bool_)
    first[0] = True
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]


def _shares(
    postings: Postings, candidates: Numbers, arrays: Arrays
) -> tuple[Floats, NDArray[np.bool_]]:
    """The share of a word's weight that each candidate earns, and whether it holds the word."""
    moments = postings.moments
    at = np.searchsorted(moments, candidates)
    following = moments[np.minimum(at, len(moments) - 1)]
    previous = moments[np.maximum(at - 1, 0)]
    distance = np.minimum(
        _distance(following, candidates, arrays), _distance(previous, candidates, arrays)
    )
    shares = np.where(distance <= CLOSE, np.float32(CLOSE_SHARE), np.float32(VIDEO_SHARE))
    shares[distance <= NEAR] = NEAR_SHARE
    shares[distance == _FAR] = 0
    holds = following == candidates
    counts = postings.counts[np.minimum(at, len(moments) - 1)[holds]]
    shares[holds] = _saturated(counts, candidates[holds], arrays)
    return shares, holds


def _distance(others: Numbers, candidates: Numbers, arrays: Arrays) -> Numbers:
    """Seconds between moments of one video, _FAR where the videos differ."""
    apart = np.abs(arrays.starts[others] - arrays.starts[candidates])
    return np.where(arrays.videos[others] == arrays.videos[candidates], apart, _FAR)
