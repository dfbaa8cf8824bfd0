"""A group that has a new id: what it asked for and is owed goes with it, once."""

import pytest

from storage.chats import (
    Chat,
    find,
    hold,
    meet,
    migrate,
)
from storage.rhythm import Manners
from storage.state import State
from tests.chats_fixture import (
    BERLIN,
    DAY,
    HOUR,
    NOW,
    deliver,
    dues,
    query,
    ready,
    state,
    subscribe,
)

__all__ = ["state"]


# A group with a new id


def test_a_group_moves_with_all_that_is_its(state: State) -> None:
    manners = Manners(BERLIN, (22, 7), silent=True, cooldown=30)
    meet(state, Chat(-1, "group", "Friends", manners))
    subscribe(state, -1, "fox")
    deliver(state, NOW, chat=-1, news=1)
    waiting = deliver(state, None, chat=-1, news=2)
    hold(state, -1, NOW + HOUR, NOW)
    for _ in range(2):
        migrate(state, -1, -1001)
        assert find(state, -1) is None
        assert find(state, -1001) == Chat(-1001, "group", "Friends", manners)
        assert query(state, "select chat_id, key from subscriptions") == [(-1001, "fox")]
        assert dues(state, -1001) == [NOW, None]
        assert ready(state, -1001) == NOW + HOUR
    assert query(state, "select chat_id from deliveries where id = ?", waiting) == [(-1001,)]
    deliver(state, NOW, chat=-1001, news=3)
    assert ready(state, -1001) == NOW + HOUR


def test_a_group_moves_to_an_id_that_was_met_already(state: State) -> None:
    meet(state, Chat(-1, "group", "Friends", Manners(BERLIN)))
    meet(state, Chat(-1001, "group", "Best friends"))
    deliver(state, NOW, chat=-1, news=1)
    migrate(state, -1, -1001)
    assert find(state, -1001) == Chat(-1001, "group", "Best friends", Manners(BERLIN))
    assert ready(state, -1001) == NOW


@pytest.mark.parametrize("manners", [Manners("UTC", silent=True), Manners(cooldown=0)])
def test_what_was_set_in_the_new_group_stays(state: State, manners: Manners) -> None:
    meet(state, Chat(-1, "group", "Friends", Manners(BERLIN)))
    meet(state, Chat(-1001, "group", "Friends", manners))
    migrate(state, -1, -1001)
    assert find(state, -1001) == Chat(-1001, "group", "Friends", manners)


@pytest.mark.parametrize("manners", [Manners(), Manners(BERLIN)])
def test_a_group_that_is_not_known_moves_nothing(state: State, manners: Manners) -> None:
    meet(state, Chat(-1001, "group", "Friends", manners))
    for old in (-1, -1001):
        migrate(state, old, -1001)
        assert find(state, -1001) == Chat(-1001, "group", "Friends", manners)


@pytest.mark.parametrize("paused", [None, NOW])
def test_equal_subscriptions_become_one(state: State, paused: float | None) -> None:
    """What waited for the old one waits for the new one, or goes out where that is served."""
    for chat in (-1, -1001):
        meet(state, Chat(chat, "group", "Friends"))
    old, new = subscribe(state, -1, "fox", paused=NOW), subscribe(state, -1001, "fox", paused)
    deliver(state, None, chat=-1, news=1, subscription=old)
    migrate(state, -1, -1001)
    assert query(state, "select id, paused from subscriptions") == [(new, paused)]
    assert query(state, "select subscription_id from deliveries") == [(new,)]
    assert dues(state, -1001) == [None if paused else NOW]
    assert ready(state, -1001) == (None if paused else NOW)


@pytest.mark.parametrize("old_first", [True, False])
@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ((NOW, False), (NOW + DAY, False), NOW),
        ((NOW, False), (None, False), NOW),
        ((NOW, False), (NOW - DAY, True), NOW),
        ((None, False), (NOW, True), None),
        ((NOW, False), (NOW, False), NOW),
    ],
)
def test_a_note_that_both_ids_are_owed_is_owed_once(
    state: State,
    one: tuple[float | None, bool],
    other: tuple[float | None, bool],
    kept: float | None,
    old_first: bool,
) -> None:
    for chat, (due, aside) in zip(
        (-1, -1001), (one, other)[:: 1 if old_first else -1], strict=True
    ):
        meet(state, Chat(chat, "group", "Friends"))
        deliver(state, due, chat=chat, news=1, aside=aside)
    migrate(state, -1, -1001)
    assert query(state, "select chat_id, due, aside from deliveries") == [(-1001, kept, 0)]
    assert ready(state, -1001) == kept


def test_notices_and_other_topics_are_all_kept(state: State) -> None:
    for chat in (-1, -1001):
        meet(state, Chat(chat, "group", "Friends"))
        deliver(state, NOW, chat=chat)
        deliver(state, NOW, chat=chat, thread=chat, news=1)
    migrate(state, -1, -1001)
    assert dues(state, -1001) == [NOW] * 4
