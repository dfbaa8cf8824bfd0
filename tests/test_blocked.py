"""Who is blocked, kept in the precious database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.blocked import Blocked, block, blocked, unblock
from storage.state import State

OWNER, ANN, GROUP = 1, 2, -1_000_000_000_005


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def state(path: Path) -> Iterator[State]:
    with closing(State.open(path)) as state:
        yield state


def test_who_is_blocked_stays_so_after_a_restart_the_latest_first(path: Path) -> None:
    with closing(State.open(path)) as state:
        assert blocked(state) == ()
        assert block(state, ANN, OWNER, 10.0, "Ann")
        assert block(state, GROUP, OWNER, 20.5)
    with closing(State.open(path)) as state:
        assert blocked(state) == (
            Blocked(GROUP, "", OWNER, 20.5),
            Blocked(ANN, "Ann", OWNER, 10.0),
        )


def test_to_block_twice_changes_nothing_but_a_name_that_was_not_known(state: State) -> None:
    assert block(state, ANN, OWNER, 10.0)
    assert not block(state, ANN, 3, 20.0, "Ann")
    assert not block(state, ANN, 4, 30.0, "Anna")
    assert blocked(state) == (Blocked(ANN, "Ann", OWNER, 10.0),)


def test_who_is_unblocked_is_gone_from_the_list(state: State) -> None:
    block(state, ANN, OWNER, 10.0)
    assert not unblock(state, GROUP)
    assert unblock(state, ANN)
    assert blocked(state) == ()
    assert not unblock(state, ANN)
