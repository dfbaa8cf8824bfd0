"""Subscriptions: who is owed what, whatever people and topics do in between."""

import pytest

from storage import interest
from storage.chats import Chat, hold
from storage.deliveries import Parcel, next_parcel, sent
from storage.errors import LimitError
from storage.filing import MOST
from storage.rhythm import Often, Rhythm
from storage.state import State
from storage.subscriptions import (
    add,
    find,
    in_chat,
    listed,
    pause,
    pause_thread,
    remove,
    remove_all,
    resume,
    resume_thread,
    set_rhythm,
)
from tests.owing import notify
from tests.subscriptions_fixture import (
    DAY,
    GROUP,
    HOUR,
    ME,
    NOW,
    ask,
    asked,
    new,
    note,
    owed,
    ready,
    saved,
)

SKY, TIDES = interest.channel("night_sky"), interest.topic("Tides")
MOON = saved("moon -mars")
DAILY = Rhythm(Often.DAILY, 9)
AT_NINE = NOW + HOUR
TOPIC = 5


def test_what_was_asked_for_is_listed_with_all_that_is_known(state: State) -> None:
    assert add(state, ME, 0, MOON, 7, NOW, "moon", DAILY)
    assert add(state, ME, 0, SKY, 8, NOW + 1)
    moon, sky = listed(state, ME.id, 0)
    assert (moon.interest, moon.rhythm, moon.by, moon.created) == (MOON, DAILY, 7, NOW)
    assert (sky.interest, sky.rhythm, sky.by, sky.paused) == (SKY, Rhythm(), 8, None)
    assert find(state, ME.id, 0, MOON.ref) == moon
    assert find(state, ME.id, 0, TIDES.ref) is None


def test_asking_again_changes_nothing(state: State) -> None:
    assert add(state, ME, 0, MOON, 7, NOW, rhythm=DAILY)
    before = listed(state, ME.id, 0)
    assert not add(state, ME, 0, saved("-MARS moons"), 8, NOW + 1)
    assert listed(state, ME.id, 0) == before


def test_each_topic_of_a_group_has_its_own(state: State) -> None:
    ask(state, SKY, TIDES, chat=GROUP)
    ask(state, SKY, chat=GROUP, thread_id=TOPIC)
    assert in_chat(state, GROUP.id) == {0: 2, TOPIC: 1}
    assert asked(state, GROUP, TOPIC) == ["night_sky"]
    assert remove_all(state, GROUP.id, 0) == 2
    assert in_chat(state, GROUP.id) == {TOPIC: 1}


def test_a_place_has_so_many_and_hears_why_there_are_no_more(state: State) -> None:
    ask(state, *(interest.topic(f"topic {number}") for number in range(MOST)))
    with pytest.raises(LimitError, match=f"There are {MOST} subscriptions here already"):
        add(state, ME, 0, SKY, 7, NOW)
    assert not add(state, ME, 0, interest.topic("Topic 1"), 7, NOW)
    assert add(state, GROUP, 0, SKY, 7, NOW)
    remove(state, ME.id, 0, interest.topic("topic 3").ref)
    assert add(state, ME, 0, SKY, 7, NOW)


def test_a_removed_one_is_gone_with_what_it_was_owed(state: State) -> None:
    add(state, ME, 0, MOON, 7, NOW - DAY, rhythm=DAILY)
    new(state, note("Tides", "moon"))
    removed = remove(state, ME.id, 0, MOON.ref)
    assert removed
    assert removed.interest == MOON
    assert remove(state, ME.id, 0, MOON.ref) is None
    assert not owed(state)
    assert next_parcel(state, AT_NINE) is None


def test_what_another_one_may_have_asked_for_too_stays_owed(state: State) -> None:
    for one in (MOON, TIDES):
        add(state, ME, 0, one, 7, NOW - DAY, rhythm=DAILY)
    new(state, note("Tides", "moon"))
    remove(state, ME.id, 0, MOON.ref)
    assert owed(state) == [("Tides", AT_NINE)]
    remove(state, ME.id, 0, TIDES.ref)
    assert not owed(state)


def test_a_paused_one_waits_and_catches_up_when_resumed(state: State) -> None:
    ask(state, MOON)
    assert pause(state, ME.id, 0, MOON.ref, NOW - HOUR)
    assert not pause(state, ME.id, 0, MOON.ref, NOW)
    new(state, note("Tides", "moon"))
    assert owed(state) == [("Tides", None)]
    (one,) = listed(state, ME.id, 0)
    assert (one.paused, one.waiting) == (NOW - HOUR, 1)
    assert next_parcel(state, NOW) is None
    assert resume(state, ME.id, 0, MOON.ref, NOW + 60, catch_up=True)
    assert not resume(state, ME.id, 0, MOON.ref, NOW + 60, catch_up=True)
    assert owed(state) == [("Tides", NOW + 60)]
    assert isinstance(next_parcel(state, NOW + 60), Parcel)


def test_a_digest_catches_up_with_its_next_one(state: State) -> None:
    add(state, ME, 0, MOON, 7, NOW - DAY, rhythm=DAILY)
    pause(state, ME.id, 0, MOON.ref, NOW)
    new(state, note("Tides", "moon"))
    resume(state, ME.id, 0, MOON.ref, NOW + 60, catch_up=True)
    assert owed(state) == [("Tides", AT_NINE)]
    assert ready(state) == AT_NINE


def test_resumed_from_now_on_nothing_of_before_comes(state: State) -> None:
    ask(state, MOON)
    pause(state, ME.id, 0, MOON.ref, NOW)
    new(state, note("Tides", "moon"))
    assert resume(state, ME.id, 0, MOON.ref, NOW + 60, catch_up=False)
    assert not owed(state)
    new(state, note("Moons"))
    assert [title for title, _ in owed(state)] == ["Moons"]


def test_what_another_paused_one_may_wait_for_is_not_dropped(state: State) -> None:
    ask(state, MOON, TIDES)
    for one in (MOON, TIDES):
        pause(state, ME.id, 0, one.ref, NOW - HOUR)
    new(state, note("Tides", "moon"))
    resume(state, ME.id, 0, MOON.ref, NOW, catch_up=False)
    assert owed(state) == [("Tides", None)]
    resume(state, ME.id, 0, TIDES.ref, NOW, catch_up=True)
    assert owed(state) == [("Tides", NOW)]


def test_pausing_holds_back_the_digest_under_way(state: State) -> None:
    add(state, ME, 0, MOON, 7, NOW - DAY, rhythm=DAILY)
    new(state, note("Tides", "moon"))
    pause(state, ME.id, 0, MOON.ref, NOW)
    assert owed(state) == [("Tides", None)]
    assert next_parcel(state, AT_NINE) is None


def test_another_rhythm_counts_for_the_digest_under_way(state: State) -> None:
    add(state, ME, 0, MOON, 7, NOW - DAY, rhythm=DAILY)
    new(state, note("Tides", "moon"))
    assert set_rhythm(state, ME.id, 0, MOON.ref, Rhythm(Often.DAILY, 12), NOW)
    assert owed(state) == [("Tides", NOW + 4 * HOUR)]
    assert set_rhythm(state, ME.id, 0, MOON.ref, Rhythm(), NOW)
    assert owed(state) == [("Tides", NOW)]
    assert isinstance(next_parcel(state, NOW), Parcel)
    assert not set_rhythm(state, ME.id, 0, TIDES.ref, Rhythm(), NOW)
    assert [one.rhythm for one in listed(state, ME.id, 0)] == [Rhythm()]


def test_another_rhythm_does_not_put_off_what_was_to_come_at_once(state: State) -> None:
    """It waits for the end of quiet hours, say."""
    ask(state, MOON)
    new(state, note("Tides", "moon"))
    set_rhythm(state, ME.id, 0, MOON.ref, DAILY, NOW)
    assert owed(state) == [("Tides", NOW)]


def test_catching_up_does_not_cut_a_wait_of_telegrams_short(state: State) -> None:
    ask(state, MOON)
    pause(state, ME.id, 0, MOON.ref, NOW - HOUR)
    new(state, note("Tides", "moon"))
    ask(state, TIDES)
    new(state, note("Tides"), note("On tides", links=["Tides"]))
    hold(state, ME.id, NOW + 300, NOW)
    resume(state, ME.id, 0, MOON.ref, NOW + 1, catch_up=True)
    assert next_parcel(state, NOW + 1) == NOW + 300


def test_a_closed_topic_is_paused_and_tells_those_who_asked_once(state: State) -> None:
    add(state, GROUP, TOPIC, SKY, 7, NOW - DAY)
    add(state, GROUP, TOPIC, MOON, 8, NOW - DAY)
    add(state, GROUP, TOPIC, TIDES, 7, NOW - DAY)
    ask(state, SKY, chat=GROUP)
    new(state, note("Tides"))
    pause(state, GROUP.id, TOPIC, TIDES.ref, NOW)
    assert pause_thread(state, GROUP.id, TOPIC, "the topic is closed", NOW) == (7, 8)
    assert pause_thread(state, GROUP.id, TOPIC, "the topic is closed", NOW) == ()
    reasons = [one.reason for one in listed(state, GROUP.id, TOPIC)]
    assert reasons == ["the topic is closed", "the topic is closed", ""]
    assert owed(state, GROUP, TOPIC) == [("Tides", None)]
    assert owed(state, GROUP) == [("Tides", NOW)]


def test_a_closed_topic_keeps_nothing_that_nobody_could_resume(state: State) -> None:
    ask(state, SKY, chat=GROUP, thread_id=TOPIC)
    notify(state, GROUP.id, "Hello", NOW, TOPIC)
    notify(state, GROUP.id, "Hello", NOW)
    pause_thread(state, GROUP.id, TOPIC, "the topic is closed", NOW)
    assert [row["thread_id"] for row in state.database["deliveries"].rows] == [0]


def test_an_open_topic_again_catches_up_but_for_what_people_paused(state: State) -> None:
    ask(state, SKY, TIDES, chat=GROUP, thread_id=TOPIC)
    pause(state, GROUP.id, TOPIC, TIDES.ref, NOW)
    pause_thread(state, GROUP.id, TOPIC, "the topic is closed", NOW)
    new(state, note("Moons"), note("On tides", of="seas", links=["Tides"]))
    assert resume_thread(state, GROUP.id, TOPIC, NOW + 60)
    assert not resume_thread(state, GROUP.id, TOPIC, NOW + 60)
    assert owed(state, GROUP, TOPIC) == [("Moons", NOW + 60), ("On tides", None)]
    paused = [one.paused is not None for one in listed(state, GROUP.id, TOPIC)]
    assert paused == [False, True]


def test_what_was_sent_is_not_owed_when_its_subscription_goes(state: State) -> None:
    ask(state, SKY)
    new(state, note("Tides"), note("Moons"))
    parcel = next_parcel(state, NOW)
    assert isinstance(parcel, Parcel)
    sent(state, parcel, NOW, NOW + 1)
    remove(state, ME.id, 0, SKY.ref)
    assert not owed(state)
    assert next_parcel(state, NOW + DAY) is None


def test_a_chat_that_is_met_again_keeps_its_subscriptions(state: State) -> None:
    ask(state, SKY)
    ask(state, TIDES, chat=Chat(ME.id, "private", "Me, renamed"))
    assert asked(state) == ["night_sky", "Tides"]
