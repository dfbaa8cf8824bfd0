"""New notes become owed: to everyone who asked, once, and never twice."""

from __future__ import annotations

import pytest

from storage import chats, seen, subscriptions
from storage.announce import announce
from storage.deliveries import next_parcel, sent
from storage.errors import StorageError
from storage.interest import channel
from storage.rhythm import Manners, Often, Rhythm
from storage.state import State
from tests.owing import (
    ANN,
    BEN,
    GROUP,
    NOW,
    marked,
    new_note,
    notify,
    parcel,
    subscribe,
    tell,
    told,
)

FOUR = NOW + 6_400  # 16:00 UTC
DAILY = Rhythm(Often.DAILY, hour=16)


def dues(state: State) -> list[tuple[int, float | None, int]]:
    rows = state.database.execute("select chat_id, due, digest from deliveries order by chat_id")
    return [tuple(row) for row in rows]


def test_a_note_is_owed_to_those_who_asked_and_to_nobody_else(state: State) -> None:
    subscribe(state, ANN, channel("night sky"))
    subscribe(state, BEN, channel("gardens"))
    subscribe(state, GROUP)
    assert tell(state, 1) == 2
    assert [chat_id for chat_id, *_ in dues(state)] == [GROUP, ANN]


def test_a_note_is_announced_once_however_often_it_is_found(state: State) -> None:
    subscribe(state, ANN)
    assert [tell(state, 1), tell(state, 1), tell(state, 1, 2)] == [1, 0, 1]


def test_a_note_that_nobody_asked_for_is_no_news_to_who_subscribes_later(state: State) -> None:
    assert tell(state, 1) == 0
    subscribe(state, ANN)
    assert tell(state, 1) == 0
    assert state.database.execute("select count(*) from news").fetchone() == (0,)


def test_a_renamed_an_edited_and_a_copied_note_are_no_news(state: State) -> None:
    subscribe(state, ANN)
    first = new_note(1)
    renamed, copied = new_note(1, channel="night_skies"), new_note(2)
    edited = marked(first, content="other words")
    assert announce(state, [(first, marked(first)), (renamed, marked(renamed))], NOW) == 1
    assert announce(state, [(first, edited)], NOW) == 0
    assert announce(state, [(copied, marked(copied, content=first.key))], NOW) == 0


def test_who_asked_in_several_ways_is_told_once_and_as_early_as_any_says(state: State) -> None:
    subscribe(state, ANN, rhythm=DAILY)
    subscribe(state, ANN, channel("night_sky"))
    subscribe(state, BEN, rhythm=Rhythm(Often.WEEKLY, 9, 3))
    subscribe(state, BEN, channel("night_sky"), rhythm=DAILY)
    assert tell(state, 1) == 2
    assert dues(state) == [(ANN, NOW, 0), (BEN, FOUR, 1)]


def test_two_topics_of_a_group_are_two_places(state: State) -> None:
    subscribe(state, GROUP, thread_id=5)
    subscribe(state, GROUP, thread_id=6)
    assert tell(state, 1) == 2


def test_a_digest_is_due_by_the_clock_of_its_chat(state: State) -> None:
    subscribe(state, ANN, rhythm=DAILY)
    chats.set_manners(state, ANN, Manners("Asia/Tokyo"))  # 23:13 there
    tell(state, 1)
    assert dues(state) == [(ANN, FOUR - 9 * 3_600 + 86_400, 1)]


def test_what_is_paused_waits_unless_another_way_of_asking_is_not(state: State) -> None:
    ref = subscribe(state, ANN)
    subscriptions.pause(state, ANN, 0, ref, NOW)
    tell(state, 1)
    assert (dues(state), next_parcel(state, NOW)) == ([(ANN, None, 0)], None)
    subscribe(state, ANN, channel("night_sky"), rhythm=DAILY)
    tell(state, 2)
    assert next_parcel(state, NOW) == FOUR


def test_nothing_is_half_announced(state: State) -> None:
    subscribe(state, ANN)
    good, bad = new_note(1), new_note(2)
    state.database.execute(
        "create trigger full before insert on news when new.title = 'Tides 2'"
        " begin select raise(abort, 'no room'); end"
    )
    with pytest.raises(StorageError, match="no room"):
        announce(state, [(good, marked(good)), (bad, marked(bad))], NOW)
    assert (dues(state), next_parcel(state, NOW)) == ([], None)
    assert seen.unseen(state, [marked(good), marked(bad)]) == [good.key, bad.key]


def test_a_notice_reaches_also_a_chat_that_was_never_met(state: State) -> None:
    notify(state, ANN, "Mind the gap.", NOW)
    notify(state, GROUP, "All change.", NOW + 1, thread_id=9)
    first = parcel(state, NOW + 1)
    sent(state, first, NOW, NOW)
    second = parcel(state, NOW + 1)
    assert (first.chat.kind, first.thread_id, told(first)) == ("private", 0, ["Mind the gap."])
    assert (second.chat.kind, second.thread_id, told(second)) == ("group", 9, ["All change."])
