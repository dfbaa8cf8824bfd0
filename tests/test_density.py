"""Where in a video its notes cite it."""

import pytest

from bot.density import CELLS, density_bar, density_words


def test_the_bar_is_high_where_much_is_cited_and_dotted_where_nothing_is() -> None:
    bar = density_bar([0, 1, 2, 3, 1000, 2000])
    assert (len(bar), bar[0], bar[-1]) == (CELLS, "█", "▂")
    assert bar.count("·") == CELLS - 3


def test_words_tell_the_same_for_who_cannot_see_the_bar() -> None:
    words = density_words([48, 400, 420, 430, 1450])
    assert words == "cited from 0:48 to 24:10, most around 7:00"


@pytest.mark.parametrize("seconds", [[0], [0, 0, 0], [5, 7], list(range(100_000))])
def test_any_moments_make_a_bar(seconds: list[int]) -> None:
    assert len(density_bar(seconds)) == CELLS
    assert density_words(seconds).startswith("cited from ")
