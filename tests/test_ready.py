"""When a chat's turn comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.ready import earliest, owe, settle
from storage.state import State
from tests.owing import ANN, NOW, opened_state, subscribe


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with opened_state(tmp_path) as state:
        subscribe(state, ANN)
        yield state


def ready(state: State) -> float | None:
    found = state.database.execute("select ready from chats where id = ?", (ANN,)).fetchone()[0]
    return None if found is None else float(found)


def is_owed(state: State, *dues: float | None) -> None:
    state.database.conn.execute("delete from deliveries")
    state.database.conn.executemany(
        "insert into deliveries(chat_id, thread_id, text, due, at) values (?, 0, 'x', ?, 0)",
        [(ANN, due) for due in dues],
    )


def test_a_turn_comes_when_the_earliest_is_due(state: State) -> None:
    is_owed(state, NOW + 90, NOW + 30, None)
    settle(state.database, ANN, 0, NOW)
    assert ready(state) == NOW + 30


def test_a_chat_that_is_owed_nothing_now_has_no_turn(state: State) -> None:
    is_owed(state, None)
    settle(state.database, ANN, NOW + 60, NOW)
    assert ready(state) is None


def test_what_becomes_due_earlier_brings_the_turn_forward_but_never_into_a_wait(
    state: State,
) -> None:
    owe(state.database, ANN, NOW + 90, NOW)
    owe(state.database, ANN, NOW + 30, NOW)
    owe(state.database, ANN, NOW + 60, NOW)
    assert ready(state) == NOW + 30
    is_owed(state, NOW)
    settle(state.database, ANN, NOW + 600, NOW)
    owe(state.database, ANN, NOW + 1, NOW + 1)
    assert ready(state) == NOW + 600


def test_a_suspended_chat_has_no_turn(state: State) -> None:
    is_owed(state, NOW)
    state.database.execute("update chats set suspended = 'blocked'")
    settle(state.database, ANN, 0, NOW)
    owe(state.database, ANN, NOW, NOW)
    assert ready(state) is None


@settings(max_examples=50, deadline=None)
@given(dues=st.lists(st.none() | st.floats(-100, 100), max_size=8))
def test_the_earliest_due_is_known_or_that_one_is_due_already(
    tmp_path_factory: pytest.TempPathFactory, dues: list[float | None]
) -> None:
    with opened_state(tmp_path_factory.mktemp("state")) as state:
        is_owed(state, *(None if due is None else NOW + due for due in dues))
        found = earliest(state.database, ANN, NOW)
    known = [NOW + due for due in dues if due is not None]
    if known and min(known) <= NOW:
        assert found is not None
        assert found <= NOW
    else:
        assert found == (min(known) if known else None)
