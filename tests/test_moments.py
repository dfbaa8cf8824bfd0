"""Which passages tell one moment, and which of their words are indexed."""

from hypothesis import given
from hypothesis import strategies as st

from storage.model import Trust
from storage.moments import FAR, MOMENT_SECONDS, UNKNOWN, cluster, telling
from storage.ranking import CLOSE

PASSAGES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(Trust)), max_size=30)


def test_passages_two_seconds_apart_are_one_moment() -> None:
    passages = [(1, 10, Trust.EXACT), (2, 12, Trust.NEAR), (3, 13, Trust.EXACT)]
    assert list(cluster(passages)) == [(10, [1, 2]), (13, [3])]


def test_passages_of_unknown_time_are_never_merged() -> None:
    passages = [(1, 0, Trust.START), (2, 0, Trust.START), (3, 0, Trust.EXACT)]
    assert list(cluster(passages)) == [(0, [3]), (UNKNOWN, [1]), (UNKNOWN + FAR, [2])]
    assert FAR > CLOSE


@given(PASSAGES)
def test_every_passage_is_in_one_moment_and_none_too_far_from_another(
    passages: list[tuple[int, Trust]],
) -> None:
    numbered = [(number, start, trust) for number, (start, trust) in enumerate(passages)]
    moments = list(cluster(numbered))
    assert sorted(number for _, members in moments for number in members) == list(
        range(len(passages))
    )
    for start, members in moments:
        starts = [passages[number][0] for number in members if passages[number][1] < Trust.START]
        assert all(start <= one <= start + MOMENT_SECONDS for one in starts)
        assert start == min(starts) if starts else start >= UNKNOWN


def test_stop_words_are_not_looked_for() -> None:
    assert telling("The Fox's den, and the café") == ["foxs", "den", "cafe"]
    assert telling("To be or not to be") == []
