"""What is owed in all, as an owner reads it, and what is let go of in time."""

from __future__ import annotations

from storage import chats, subscriptions
from storage.backlog import (
    DIGEST_SECONDS,
    MOST_ASIDE,
    MOST_WAITING,
    Owed,
    aside,
    next_ready,
    owed,
    tidy,
)
from storage.deliveries import next_parcel, sent, set_aside
from storage.digests import digest, keep_digest
from storage.state import State
from tests.owing import ANN, BEN, GROUP, NOW, notify, parcel, subscribe, tell, told


def count(state: State, table: str) -> int:
    return int(state.database.execute(f"select count(*) from {table}").fetchone()[0])


def test_an_owner_sees_what_is_owed_what_waits_and_what_was_given_up(state: State) -> None:
    assert owed(state) == Owed(0, 0, 0, 0, 0, None, 0, 0)
    paused = subscribe(state, ANN, thread_id=1)
    subscribe(state, ANN)
    subscribe(state, BEN)
    subscribe(state, GROUP)
    subscriptions.pause(state, ANN, 1, paused, NOW)
    chats.suspend(state, BEN, "blocked", NOW)
    tell(state, 1, now=NOW)
    tell(state, 2, now=NOW + 5)
    set_aside(state, parcel(state, NOW + 5), "Bad Request", NOW + 5)
    assert owed(state) == Owed(
        deliveries=3,
        chats=2,
        waiting=2,
        aside=1,
        suspended=1,
        oldest=NOW,
        subscriptions=4,
        subscribers=3,
    )


def test_it_tells_when_something_may_go_out_again(state: State) -> None:
    assert next_ready(state, NOW) is None
    subscribe(state, ANN)
    subscribe(state, BEN)
    tell(state, 1, now=NOW)
    assert next_ready(state, NOW + 90) == NOW
    chats.suspend(state, BEN, "blocked", NOW)
    chats.hold(state, ANN, NOW + 60, NOW)
    assert next_ready(state, NOW) == NOW + 60
    chats.hold_all(state, NOW + 300, NOW)
    assert next_ready(state, NOW) == NOW + 300
    chats.suspend(state, ANN, "blocked", NOW)
    assert next_ready(state, NOW) is None


def test_what_was_given_up_is_listed_the_newest_first(state: State) -> None:
    subscribe(state, GROUP)
    tell(state, 1)
    set_aside(state, parcel(state), "Bad Request: no", NOW)
    notify(state, ANN, "Mind the gap.", NOW)
    set_aside(state, parcel(state), "Bad Request: never", NOW)
    assert aside(state, 5) == [
        (f"{ANN}", "Bad Request: never", "Mind the gap."),
        (f"Chat {GROUP}", "Bad Request: no", "Tides 1"),
    ]
    assert len(aside(state, 1)) == 1


def test_of_what_waits_the_newest_are_kept(state: State) -> None:
    ref = subscribe(state, ANN)
    subscribe(state, BEN)
    subscribe(state, GROUP)
    subscriptions.pause(state, ANN, 0, ref, NOW)
    chats.suspend(state, BEN, "blocked", NOW)
    tell(state, *range(MOST_WAITING + 20))
    tidy(state, NOW)
    found = owed(state)
    assert (found.waiting, found.deliveries) == (MOST_WAITING, MOST_WAITING + 20)
    chats.revive(state, BEN, NOW)
    subscriptions.resume(state, ANN, 0, ref, NOW, catch_up=True)
    first: dict[int, str] = {}
    while (one := next_parcel(state, NOW)) is not None:
        assert not isinstance(one, float)
        first.setdefault(one.chat.id, told(one)[0])
        sent(state, one, NOW, NOW)
    assert first == {ANN: "Tides 20", BEN: "Tides 20", GROUP: "Tides 0"}


def test_of_what_was_given_up_the_newest_are_kept(state: State) -> None:
    for number in range(MOST_ASIDE + 3):
        notify(state, ANN, f"Notice {number}", NOW)
    state.database.execute("update deliveries set aside = 1")
    state.database.conn.commit()
    tidy(state, NOW)
    assert count(state, "deliveries") == MOST_ASIDE
    assert aside(state, MOST_ASIDE)[-1][2] == "Notice 3"


def test_news_that_nobody_is_owed_any_more_go(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1, 2)
    sent(state, parcel(state), NOW, NOW)
    tidy(state, NOW)
    assert count(state, "news") == 1
    assert told(parcel(state)) == ["Tides 2"]


def test_a_digest_can_be_opened_for_two_years(state: State) -> None:
    ref = keep_digest(state, ["a.md"], NOW)
    tidy(state, NOW + DIGEST_SECONDS - 1)
    assert digest(state, ref) == ("a.md",)
    tidy(state, NOW + DIGEST_SECONDS + 1)
    assert digest(state, ref) is None


def test_where_there_is_nothing_to_tidy_nothing_is_written(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1)
    before = state.database.conn.total_changes
    tidy(state, NOW)
    assert state.database.conn.total_changes == before
