"""The order of moments: a pure function of arrays, which no history of updates changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.postings import NOTHING, Arrays, Postings
from storage.ranking import (
    APART,
    CLOSE,
    CLOSE_SHARE,
    NEAR,
    NEAR_SHARE,
    VIDEO_SHARE,
    Ranking,
    Term,
    apart,
    idf,
    rank,
)

Told = list[tuple[int, int, dict[str, int]]]
"""Moments as (video, second, words with their counts)."""


def arrays_of(told: Told, filler: int = 0) -> Arrays:
    """Each moment is as long as its words and `filler` more."""
    lengths = np.array([filler + sum(words.values()) for *_, words in told], np.float32)
    videos = [video for video, *_ in told]
    return Arrays(
        np.array([start for _, start, _ in told], np.int32),
        lengths,
        np.array([videos.index(video) for video in videos], np.int32),
        np.array(videos, np.uint32),
        len(told),
        float(lengths.mean()) if told else 0.0,
        any_dead=False,
    )


def terms_of(told: Told, *words: str) -> list[Term]:
    terms = []
    for word in words:
        found = [(at, held[word]) for at, (*_, held) in enumerate(told) if word in held]
        moments = np.array([at for at, _ in found], np.int32)
        counts = np.array([count for _, count in found], np.float32)
        terms.append(Term(Postings(moments, counts), idf(len(found), len(told))))
    return terms


def ranked(told: Told, *words: str, filler: int = 0) -> Ranking:
    return rank(terms_of(told, *words), arrays_of(told, filler))


def order(ranking: Ranking) -> list[int]:
    return [int(moment) for moment in ranking.moments]


def test_more_words_said_more_often_in_fewer_words_come_first() -> None:
    told: Told = [
        (1, 0, {"fox": 1, "cow": 9}),
        (2, 0, {"fox": 1}),
        (3, 0, {"fox": 2}),
        (4, 0, {"fox": 1, "dog": 1}),
        (5, 0, {"cow": 1}),
    ]
    ranking = ranked(told, "fox", "dog")
    assert order(ranking) == [3, 2, 1, 0]
    assert ranking.held.tolist() == [2, 1, 1, 1]
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)


def test_a_rare_word_tells_more_than_a_frequent_one() -> None:
    told: Told = [(at, 0, {"often": 1}) for at in range(9)] + [(9, 0, {"rare": 1})]
    assert order(ranked(told, "often", "rare"))[0] == 9
    assert idf(1, 10) > idf(9, 10) > 0


@pytest.mark.parametrize(
    ("second", "share"),
    [
        (NEAR, NEAR_SHARE),
        (-NEAR, NEAR_SHARE),
        (NEAR + 1, CLOSE_SHARE),
        (CLOSE, CLOSE_SHARE),
        (CLOSE + 1, VIDEO_SHARE),
        (100_000, VIDEO_SHARE),
    ],
)
def test_a_word_said_nearby_counts_the_more_the_nearer(second: int, share: float) -> None:
    base = 1_000_000
    moments: Told = [(1, base, {"fox": 1}), (1, base + second, {"dog": 1})]
    told = [*sorted(moments, key=lambda one: one[1]), (2, base, {"fox": 1})]
    fox, dog = terms_of(told, "fox", "dog")
    ranking = rank([fox, dog], arrays_of(told))
    scores = dict(zip(order(ranking), ranking.scores.tolist(), strict=True))
    near = next(at for at, one in enumerate(told) if one[0] == 1 and "fox" in one[2])
    assert scores[near] - scores[2] == pytest.approx(dog.weight * share, rel=1e-5)


def test_of_two_neighbours_the_nearer_counts() -> None:
    told: Told = [(1, 0, {"dog": 1}), (1, 200, {"fox": 1}), (1, 210, {"dog": 1})]
    fox, dog = terms_of(told, "fox", "dog")
    ranking = rank([fox, dog], arrays_of(told))
    alone = rank([fox], arrays_of(told))
    score = ranking.scores[order(ranking).index(1)]
    assert score - alone.scores[0] == pytest.approx(dog.weight * NEAR_SHARE, rel=1e-5)


def test_another_video_lends_nothing_however_near_its_second() -> None:
    told: Told = [(1, 10, {"fox": 1}), (2, 10, {"dog": 1}), (3, 10, {"fox": 1})]
    ranking = ranked(told, "fox", "dog")
    scores = dict(zip(order(ranking), ranking.scores.tolist(), strict=True))
    assert scores[0] == scores[2]


def test_a_word_read_as_another_counts_less() -> None:
    told: Told = [(1, 0, {"fox": 1}), (2, 0, {"fox": 1})]
    counts = np.array([1.0, 0.6], np.float32)
    ranking = rank([Term(Postings(np.array([0, 1], np.int32), counts), 1.0)], arrays_of(told))
    assert order(ranking) == [0, 1]
    assert ranking.scores[0] > ranking.scores[1]


def test_only_what_is_allowed_is_ranked_but_all_lends_its_words() -> None:
    told: Told = [(1, 0, {"fox": 1}), (1, 20, {"dog": 1}), (2, 0, {"fox": 1})]
    allowed = np.array([True, False, True])
    ranking = rank(terms_of(told, "fox", "dog"), arrays_of(told), allowed)
    assert order(ranking) == [0, 2]
    assert ranking.scores[0] > ranking.scores[1]


def test_nothing_is_found_where_there_is_nothing() -> None:
    told: Told = [(1, 0, {"fox": 1})]
    none = np.array([False])
    for ranking in (
        rank([], arrays_of(told)),
        rank([Term(NOTHING, 2.0)], arrays_of(told)),
        rank(terms_of(told, "fox"), arrays_of(told), none),
        rank([Term(NOTHING, 2.0)], arrays_of([])),
    ):
        assert list(ranking.rows()) == []


def test_a_score_is_a_share_of_what_holding_every_word_once_scores() -> None:
    told: Told = [(at, 0, {"fox": 1, "dog": 1}) for at in range(3)]
    terms = [*terms_of(told, "fox", "dog"), Term(NOTHING, 1.0)]
    ranking = rank(terms, arrays_of(told))
    known = sum(term.weight for term in terms[:2])
    for _, share, score in ranking.rows():
        assert score == pytest.approx(known, rel=1e-5)
        assert share == pytest.approx(known / (known + 1.0), rel=1e-5)


def test_moments_close_together_are_shown_once() -> None:
    told: Told = [(1, at, {"fox": 20 - at}) for at in (0, APART, APART + 1, 2 * APART + 1)]
    told.append((2, 0, {"fox": 1}))
    arrays = arrays_of(told, filler=20)
    ranking = rank(terms_of(told, "fox"), arrays)
    assert [int(m) for m in apart(ranking, arrays, 9).moments] == [0, 2, 4]
    assert [int(m) for m in apart(ranking, arrays, 2).moments] == [0, 2]
    last = apart(ranking, arrays, 9, reversed(range(len(ranking.moments))))
    assert [int(m) for m in last.moments] == [4, 3, 1]


MANY: Told = [(at, at % 3, {"fox": 1 + at % 2}) for at in range(40)]


@given(st.permutations(range(40)), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_equal_moments_come_in_an_order_that_no_update_changes(
    places: list[int], most: int
) -> None:
    """Which of many equal candidates are kept, too, does not hang on their numbers."""
    plain = rank(terms_of(MANY, "fox"), arrays_of(MANY), most=most)
    mixed = [MANY[at] for at in places]
    other = rank(terms_of(mixed, "fox"), arrays_of(mixed), most=most)
    assert [places[at] for at in order(other)] == order(plain)
    assert other.scores.tolist() == plain.scores.tolist()
    assert len(order(plain)) == most


WORDS = st.dictionaries(st.sampled_from(["fox", "dog", "hen"]), st.integers(1, 5), max_size=3)
MOMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300), WORDS), max_size=20)


@given(MOMENTS)
@settings(max_examples=80, deadline=None)
def test_any_moments_are_ranked_once_each_if_they_hold_a_word(told: Told) -> None:
    told = sorted(told, key=lambda one: one[:2])
    ranking = ranked(told, "fox", "dog", filler=1)
    held = {at: len(words.keys() & {"fox", "dog"}) for at, (*_, words) in enumerate(told)}
    assert sorted(order(ranking)) == [at for at, count in held.items() if count]
    assert ranking.held.tolist() == [held[at] for at in order(ranking)]
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)
