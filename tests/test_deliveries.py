"""What is owed: who gets what next, in which order, and what a failure leaves behind."""

from __future__ import annotations

from storage import chats
from storage.deliveries import (
    MOST_IN_DIGEST,
    MOST_SINGLE,
    drop,
    next_parcel,
    put_off,
    sent,
    set_aside,
)
from storage.rhythm import Manners, Often, Rhythm
from storage.state import State
from tests.owing import (
    ANN,
    BEN,
    GROUP,
    NOW,
    deliver_all,
    notify,
    parcel,
    subscribe,
    tell,
    told,
)

DAILY = Rhythm(Often.DAILY, hour=16)
FOUR = NOW + 6_400  # 16:00 UTC


def test_nothing_is_owed_to_nobody(state: State) -> None:
    assert next_parcel(state, NOW) is None
    subscribe(state, ANN)
    assert next_parcel(state, NOW) is None


def test_notes_go_out_one_by_one_in_the_order_they_came(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1, 2)
    tell(state, 3)
    assert deliver_all(state) == [(ANN, 0, [f"Tides {number}"]) for number in (1, 2, 3)]
    assert next_parcel(state, NOW) is None


def test_a_parcel_names_the_note_and_the_chat(state: State) -> None:
    subscribe(state, GROUP, thread_id=5)
    chats.set_manners(state, GROUP, Manners("Europe/Berlin", silent=True))
    tell(state, 1)
    one = parcel(state)
    (owed,) = one.deliveries
    assert (one.chat.kind, one.chat.title, one.thread_id) == ("group", f"Chat {GROUP}", 5)
    assert one.chat.manners == Manners("Europe/Berlin", silent=True)
    assert owed.news is not None
    assert (owed.news.key, owed.news.channel, owed.news.video_id) == (
        "night_sky/tides_1.md",
        "night_sky",
        "Video_00001",
    )
    assert not one.digest


def test_it_is_owed_until_it_was_sent(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1)
    assert parcel(state) == parcel(state)
    sent(state, parcel(state), NOW, NOW + 1, [NOW])
    assert next_parcel(state, NOW) is None


def test_every_chat_has_its_turn_before_one_has_its_second(state: State) -> None:
    for chat_id in (ANN, BEN, GROUP):
        subscribe(state, chat_id)
    tell(state, 1, 2)
    turns = []
    for step in range(6):
        one = parcel(state, NOW + step)
        turns.append(one.chat.id)
        sent(state, one, NOW + step, NOW + step + 1)
    assert sorted(turns[:3]) == sorted(turns[3:]) == sorted([ANN, BEN, GROUP])


def test_a_chat_rests_for_as_long_as_its_pace_says_also_from_what_is_new(state: State) -> None:
    subscribe(state, GROUP)
    tell(state, 1, 2)
    sent(state, parcel(state), NOW, NOW + 9, [NOW - 1, NOW])
    assert next_parcel(state, NOW + 1) == NOW + 9
    tell(state, 3, now=NOW + 2)
    assert next_parcel(state, NOW + 3) == NOW + 9
    assert parcel(state, NOW + 9).recent == (NOW - 1, NOW)


def test_a_few_new_notes_are_single_messages_and_many_one_digest(state: State) -> None:
    subscribe(state, ANN)
    tell(state, *range(MOST_SINGLE))
    assert len(deliver_all(state)) == MOST_SINGLE
    tell(state, *range(100, 101 + MOST_SINGLE))
    assert deliver_all(state) == [
        (ANN, 0, [f"Tides {number}" for number in range(100, 101 + MOST_SINGLE)])
    ]


def test_a_digest_has_room_for_so_many_and_the_next_takes_the_rest(state: State) -> None:
    subscribe(state, ANN)
    tell(state, *range(MOST_IN_DIGEST + 7))
    assert [len(titles) for _, _, titles in deliver_all(state)] == [MOST_IN_DIGEST, 7]


def test_topics_of_a_group_are_told_apart(state: State) -> None:
    subscribe(state, GROUP, thread_id=5)
    subscribe(state, GROUP, thread_id=6)
    tell(state, *range(MOST_SINGLE))
    places = [(thread_id, len(titles)) for _, thread_id, titles in deliver_all(state)]
    assert sorted(places) == [(5, 1)] * MOST_SINGLE + [(6, 1)] * MOST_SINGLE


def test_a_daily_digest_goes_out_at_its_hour_and_not_before(state: State) -> None:
    subscribe(state, ANN, rhythm=DAILY)
    tell(state, 1)
    tell(state, 2, now=NOW + 60)
    assert next_parcel(state, NOW + 60) == FOUR
    assert deliver_all(state, FOUR) == [(ANN, 0, ["Tides 1", "Tides 2"])]


def test_what_is_due_now_does_not_wait_for_a_digest_in_the_same_chat(state: State) -> None:
    subscribe(state, GROUP, rhythm=DAILY, thread_id=5)
    tell(state, 1, 2)
    subscribe(state, GROUP)
    tell(state, 3, now=NOW + 1)
    assert deliver_all(state, NOW + 1) == [(GROUP, 0, ["Tides 3"])]
    assert next_parcel(state, NOW + 2) == FOUR
    assert deliver_all(state, FOUR) == [(GROUP, 5, ["Tides 1", "Tides 2", "Tides 3"])]


def test_notices_go_alone_and_in_their_turn(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1)
    notify(state, ANN, "Mind the gap.", NOW)
    tell(state, 2)
    assert [titles for _, _, titles in deliver_all(state)] == [
        ["Tides 1"],
        ["Mind the gap."],
        ["Tides 2"],
    ]
    tell(state, 11, 12, 13)
    notify(state, ANN, "Mind the gap.", NOW)
    tell(state, 14, 15, 16)
    assert [len(titles) for _, _, titles in deliver_all(state)] == [6, 1]


def test_in_quiet_hours_nothing_goes_out_and_nobody_else_waits(state: State) -> None:
    for chat_id in range(1, 250):
        subscribe(state, chat_id)
        chats.set_manners(state, chat_id, Manners(quiet=(13, 16)))
    subscribe(state, 999)
    tell(state, 1)
    assert [chat_id for chat_id, *_ in deliver_all(state)] == [999]
    assert next_parcel(state, NOW) == FOUR
    assert len(deliver_all(state, FOUR)) == 249


def test_a_failed_one_is_tried_again_later_and_others_go_first(state: State) -> None:
    subscribe(state, ANN)
    subscribe(state, BEN)
    tell(state, 1, 2)
    failed = parcel(state)
    put_off(state, failed, NOW + 30, NOW, "no network")
    other = deliver_all(state)
    assert {chat_id for chat_id, _, _ in other} == {ANN, BEN} - {failed.chat.id}
    assert next_parcel(state, NOW) == NOW + 30
    again = parcel(state, NOW + 30)
    assert told(again) == ["Tides 1"]
    assert (again.deliveries[0].attempts, again.unsure, again.plain) == (1, False, False)
    assert len(deliver_all(state, NOW + 30)) == 2


def test_one_that_has_perhaps_arrived_is_not_mixed_with_others(state: State) -> None:
    subscribe(state, ANN)
    tell(state, *range(7))
    put_off(state, parcel(state), NOW, NOW, "timed out", unsure=True)
    tell(state, *range(10, 18))
    again = parcel(state)
    assert again.unsure
    assert told(again) == [f"Tides {number}" for number in range(7)]
    sent(state, again, NOW, NOW)
    assert [len(titles) for _, _, titles in deliver_all(state)] == [8]


def test_one_that_is_to_be_plain_says_so(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1)
    put_off(state, parcel(state), NOW, NOW, "bad markup", plain=True)
    assert parcel(state).plain


def test_what_is_set_aside_is_kept_and_holds_up_nothing(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1, 2)
    set_aside(state, parcel(state), "Bad Request", NOW)
    assert deliver_all(state) == [(ANN, 0, ["Tides 2"])]
    row = state.database.execute("select aside, attempts, error from deliveries").fetchone()
    assert row == (1, 1, "Bad Request")


def test_what_is_dropped_is_owed_no_more(state: State) -> None:
    subscribe(state, ANN)
    tell(state, 1, 2)
    drop(state, parcel(state), NOW)
    assert deliver_all(state) == [(ANN, 0, ["Tides 2"])]
