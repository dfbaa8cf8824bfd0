"""Doubtful times are settled by the clean notes on the same video, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model import Moment, Passage, Trust
from storage.repair import AFTER_LAST, Siblings, settle, siblings_of

SIBLINGS = Siblings(frozenset({60, 100, 250, 600}), 600)


def _settled(start: int, trust: Trust, other: int, siblings: Siblings = SIBLINGS) -> Moment:
    passage = Passage("words", (Moment("video", start, trust),), 1, others=(other,))
    (moment,) = settle(passage, siblings).moments
    return moment


@pytest.mark.parametrize(
    ("start", "trust", "other", "expected"),
    [
        (250, Trust.NEAR, 15_000, (250, Trust.NEAR)),  # cited by a clean note: it stands
        (251, Trust.NEAR, 100, (100, Trust.NEAR)),  # the other reading is cited, this one is not
        (251, Trust.EXACT, 100, (100, Trust.NEAR)),
        (251, Trust.EXACT, 7, (251, Trust.EXACT)),  # nothing speaks against it
        (600 + AFTER_LAST, Trust.EXACT, 10, (600 + AFTER_LAST, Trust.EXACT)),
        (601 + AFTER_LAST, Trust.EXACT, 12, (12, Trust.NEAR)),  # the video ends before it
        (3_600, Trust.EXACT, 2_000, (0, Trust.START)),  # so it does before both readings
        (3_600, Trust.NEAR, -1, (0, Trust.START)),
        (0, Trust.START, -1, (0, Trust.START)),
    ],
)
def test_a_time_is_read_as_the_clean_notes_have_it(
    start: int, trust: Trust, other: int, expected: tuple[int, Trust]
) -> None:
    moment = _settled(start, trust, other)
    assert (moment.start, moment.trust) == expected


def test_without_a_clean_note_nothing_changes() -> None:
    assert _settled(9_000, Trust.EXACT, 150, siblings_of(())).start == 9_000


def test_a_passage_of_a_clean_note_is_never_touched() -> None:
    passage = Passage("words", (Moment("video", 9_000),), 1)
    assert settle(passage, SIBLINGS) is passage


def test_only_sure_times_are_evidence() -> None:
    moments = [Moment("v", 10), Moment("v", 5_000, Trust.NEAR), Moment("v", 0, Trust.START)]
    assert siblings_of(moments) == Siblings(frozenset({10}), 10)


def test_of_several_moments_the_known_ones_come_first_and_none_twice() -> None:
    moments = tuple(Moment("v", start) for start in (9_000, 100, 60))
    settled = settle(Passage("words", moments, 1, others=(8_000, -1, 100)), SIBLINGS)
    assert [(m.start, m.trust) for m in settled.moments] == [
        (100, Trust.EXACT),
        (60, Trust.EXACT),
        (0, Trust.START),
    ]


@given(
    st.integers(0, 20_000),
    st.sampled_from(Trust),
    st.integers(-1, 20_000),
    st.frozensets(st.integers(0, 5_000), min_size=1),
)
def test_no_settled_time_lies_beyond_the_video(
    start: int, trust: Trust, other: int, seconds: frozenset[int]
) -> None:
    moment = _settled(start, trust, other, Siblings(seconds, max(seconds)))
    assert moment.trust is Trust.START or moment.start <= max(seconds) + AFTER_LAST
