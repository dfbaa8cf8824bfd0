"""How long a reload waits for the next: hardly any work where nothing happens, and no end of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.reload import pause


def test_an_idle_bot_leaves_the_machine_alone() -> None:
    assert pause(0.01, None, folder=False) == (0.01, 5.0)
    assert pause(0.2, None, folder=False)[1] >= 100 * 0.2
    assert pause(60.0, None, folder=False)[1] <= 300


def test_a_folder_that_appeared_is_looked_at_again() -> None:
    assert pause(0.2, None, folder=True)[1] <= 1.0


def test_files_in_motion_are_looked_at_soon_and_then_less_often() -> None:
    waits = [pause(0.2, stalled, folder=False) for stalled in range(12)]
    assert waits[0] == (0.25, 0.25)
    assert waits == sorted(waits)
    assert waits[-1] == (1.0, 1.0)


@given(st.floats(0, 1e4), st.none() | st.integers(0, 900), st.booleans())
def test_a_pause_is_never_endless_nor_backwards(
    scan: float, stalled: int | None, folder: bool
) -> None:
    least, most = pause(scan, stalled, folder)
    assert 0 <= least <= most <= 120
