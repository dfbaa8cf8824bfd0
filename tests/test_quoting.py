"""Which part of a message an answer is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quoting import MOST_UNITS, best_part
from bot.text import utf16_len
from storage.names import stem, words_of


def stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words_of(words)))


@pytest.mark.parametrize(
    ("text", "said", "part"),
    [
        ("Hello all. Tides follow the moon. Bye!", "moons and tides", "Tides follow the moon."),
        ("no stops here\n  the moon pulls  \nlast line", "moon", "the moon pulls"),
        ("The moon is far. The moon pulls the tides.", "moon tides", "The moon pulls the tides."),
        ("First moon. Second moon.", "moon", "First moon."),
        ("“Dr. Who   saw\tthe MOON!” he said", "moon", "“Dr. Who   saw\tthe MOON!” he said"),
        ("Nothing of the kind.", "moon", ""),
        ("", "moon", ""),
        ("Moon.", "", ""),
    ],
)
def test_it_is_the_sentence_that_shares_most(text: str, said: str, part: str) -> None:
    assert best_part(text, stems(said)) == part


def test_a_long_sentence_is_cut_to_what_telegram_takes() -> None:
    text = "The moon 🌕 pulls " * 200
    part = best_part(text, stems("moon"))
    assert text.startswith(part)
    assert MOST_UNITS - 20 < utf16_len(part) <= MOST_UNITS


@given(st.text(), st.text())
def test_it_always_stands_in_the_text_exactly_so(text: str, said: str) -> None:
    part = best_part(text, stems(said))
    assert part in text
    assert part == part.strip()
    assert utf16_len(part) <= MOST_UNITS
