"""How many and how large, as owners read it in a terminal."""

from __future__ import annotations

import pytest

from bot.amounts import many, size


def test_a_number_has_the_form_that_goes_with_it() -> None:
    assert many(1, "note") == "1 note"
    assert many(1234, "note") == "1,234 notes"
    assert many(2, "was", "were") == "2 were"


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "1 kB"),
        (40_960, "41 kB"),
        (1_260_000, "1.3 MB"),
        (68_000_000, "68 MB"),
        (2_500_000_000, "2,500 MB"),
        (40_100_000_000, "40 GB"),
    ],
)
def test_a_size_is_told_in_two_or_three_figures_that_matter(count: int, told: str) -> None:
    assert size(count) == told
