"""What is owed to chats that must wait, are suspended or move, and all of it together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import chats
from storage.deliveries import (
    Parcel,
    next_parcel,
    put_off,
    sent,
)
from storage.rhythm import Often, Rhythm
from storage.state import State
from tests.owing import (
    ANN,
    BEN,
    CHANNEL,
    GROUP,
    NOW,
    deliver_all,
    opened_state,
    parcel,
    subscribe,
    tell,
    told,
)

HOUR = 3_600.0
DAILY = Rhythm(Often.DAILY, hour=16)


def test_where_all_must_wait_all_do(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1)
    chats.hold_all(state, NOW + 100, NOW)
    assert next_parcel(state, NOW + 1) == NOW + 100
    assert told(parcel(state, NOW + 101)) == ["Tides 1"]


def test_a_chat_that_must_wait_does_also_after_a_restart(state: State, tmp_path: Path) -> None:
    subscribe(state, ANN)
    subscribe(state, BEN)
    tell(state, 1)
    held = parcel(state)
    chats.hold(state, held.chat.id, NOW + HOUR, NOW)
    with opened_state(tmp_path) as again:
        assert len(deliver_all(again)) == 1
        tell(again, 2, now=NOW + 1)
        assert {chat_id for chat_id, _, _ in deliver_all(again, NOW + 2)} == {
            ANN + BEN - held.chat.id
        }
        assert next_parcel(again, NOW + 3) == NOW + HOUR
        assert len(deliver_all(again, NOW + HOUR)) == 2


def test_a_suspended_chat_gets_all_of_it_once_it_is_back(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1)
    chats.suspend(state, ANN, "blocked", NOW)
    tell(state, 2, now=NOW + 1)
    assert next_parcel(state, NOW + 2) is None
    chats.revive(state, ANN, NOW + HOUR)
    assert len(deliver_all(state, NOW + HOUR)) == 2


def test_a_chat_suspended_while_its_message_was_out_stays_so(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1, 2)
    one = parcel(state)
    chats.suspend(state, ANN, "blocked", NOW)
    sent(state, one, NOW, NOW)
    assert next_parcel(state, NOW) is None
    chats.revive(state, ANN, NOW)
    assert deliver_all(state) == [(ANN, 0, ["Tides 2"])]


def test_a_group_migrated_while_its_message_was_out_gets_it_once(state: State) -> None:
    subscribe(state, GROUP)
    tell(state, 1, 2)
    one = parcel(state)
    chats.migrate(state, GROUP, CHANNEL)
    sent(state, one, NOW, NOW)
    assert deliver_all(state) == [(CHANNEL, 0, ["Tides 2"])]


@settings(max_examples=40)
@given(steps=st.lists(st.tuples(st.sampled_from("tasf"), st.integers(0, 8)), max_size=25))
def test_whatever_happens_each_note_is_told_once_and_in_order(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """News, time, failures, one message after the other: at the end everything is out, in order."""
    with opened_state(tmp_path_factory.mktemp("state")) as state:
        subscribe(state, ANN)
        subscribe(state, GROUP, thread_id=5)
        subscribe(state, BEN, rhythm=DAILY)
        now, number = NOW, 0
        out: dict[int, list[str]] = {ANN: [], GROUP: [], BEN: []}
        for step, size in steps:
            now += size
            if step == "a":
                tell(state, *range(number, number + size), now=now)
                number += size
            elif step == "t":
                now += size * HOUR
            elif isinstance(one := next_parcel(state, now), Parcel):
                if step == "f":
                    put_off(state, one, now + size, now, "no", unsure=size > 4)
                else:
                    out[one.chat.id] += told(one)
                    sent(state, one, now, now + size)
        end = now + 48 * HOUR
        for chat_id, _, titles in deliver_all(state, end):
            out[chat_id] += titles
        assert next_parcel(state, end) is None
    for titles in out.values():
        assert titles == [f"Tides {one}" for one in range(number)]
