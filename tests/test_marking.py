"""What came of a message: who waits, who gets it again, who hears of it."""

from __future__ import annotations

import logging
from itertools import pairwise

import pytest

from bot.marking import named
from bot.metrics import DELIVERIES, by
from bot.outcomes import Barred, Moved, Outcome, Refused, Sent, TopicGone, Unreachable, Unsure, Wait
from storage import chats, subscriptions
from storage.backlog import owed
from tests.outbox import (
    ADMIN,
    Message,
    World,
    failing,
    until,
)
from tests.owing import (
    ANN,
    BEN,
    CHANNEL,
    GROUP,
    NOW,
    notify,
    subscribe,
    tell,
)
from tests.tasks import stop


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (Sent(), "sent"),
        (Wait(1), "wait"),
        (TopicGone("closed"), "topic_gone"),
        (Unreachable("no network"), "unreachable"),
    ],
)
def test_an_outcome_has_one_name_for_prometheus(outcome: Outcome, name: str) -> None:
    assert named(outcome) == name


async def test_what_came_of_each_message_is_counted(world: World) -> None:
    before = by(DELIVERIES, "outcome")
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.telegram.script.extend([Wait(3), Unreachable("no network"), Sent()])
    await world.run()
    after = by(DELIVERIES, "outcome")
    new = [after[name] - before.get(name, 0) for name in ("wait", "unreachable", "sent")]
    assert new == [1, 1, 1]


async def test_who_is_told_to_wait_does_so_and_others_go_on(world: World) -> None:
    subscribe(world.state, ANN)
    subscribe(world.state, BEN)
    tell(world.state, 0)
    world.telegram.script.append(Wait(300))
    await world.run()
    first, other, again = world.telegram.tried
    assert other.chat_id != first.chat_id == again.chat_id
    assert other.at - NOW < 2
    assert again.at - first.at >= 300


async def test_a_wait_of_one_chat_after_the_other_stops_everything(world: World) -> None:
    for chat_id in range(1, 6):
        subscribe(world.state, chat_id)
    tell(world.state, 0)
    world.telegram.script.extend([Wait(100), Wait(200)])
    await world.run()
    times = [one.at - NOW for one in world.telegram.tried]
    assert times[1] < 1
    assert times[2] >= 200
    assert len(times) == 7


async def test_waits_with_messages_sent_in_between_stop_nobody_else(world: World) -> None:
    for chat_id in range(1, 6):
        subscribe(world.state, chat_id)
    tell(world.state, 0)
    world.telegram.script.extend([Wait(100), Sent(), Wait(200)])
    await world.run()
    assert [one.at - NOW < 2 for one in world.telegram.tried] == [True] * 5 + [False] * 2


async def test_a_chat_that_must_wait_twice_in_a_row_stops_nobody_else(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.telegram.script.extend([Wait(2), Wait(300)])
    await world.run(hours=0.01)
    subscribe(world.state, BEN)
    tell(world.state, 1, now=world.clock.now())
    await world.run(hours=0.01)
    assert world.telegram.told(BEN) == [1]


async def test_a_wait_outlives_the_process(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.telegram.script.append(Wait(3_600))
    await world.run(hours=0.5)
    assert len(world.telegram.tried) == 1
    await world.run(hours=1)
    assert world.telegram.tried[1].at - NOW >= 3_600


async def test_a_group_that_moved_gets_it_under_its_new_id(world: World) -> None:
    subscribe(world.state, GROUP, thread_id=3)
    tell(world.state, 0, 1)
    world.telegram.rule = lambda one: Moved(CHANNEL) if one.chat_id == GROUP else Sent()
    await world.run()
    assert [one.chat_id for one in world.telegram.tried] == [GROUP, CHANNEL, CHANNEL]
    assert world.telegram.told(CHANNEL) == [0, 1]
    assert subscriptions.in_chat(world.state, CHANNEL) == {3: 1}


async def test_who_bars_us_is_left_alone_and_gets_it_all_once_back(world: World) -> None:
    subscribe(world.state, ANN)
    subscribe(world.state, BEN)
    tell(world.state, 0, 1)
    world.telegram.rule = lambda one: Barred("blocked") if one.chat_id == ANN else Sent()
    await world.run(hours=0.2)
    assert len([one for one in world.telegram.tried if one.chat_id == ANN]) == 1
    assert world.telegram.told(BEN) == [0, 1]
    world.telegram.rule = lambda _: Sent()
    chats.revive(world.state, ANN, world.clock.now())
    await world.run(hours=0.2)
    assert world.telegram.told(ANN) == [0, 1]


async def test_a_closed_topic_is_paused_and_who_subscribed_is_told_once(world: World) -> None:
    subscribe(world.state, GROUP, thread_id=3)
    subscribe(world.state, GROUP, thread_id=4)
    tell(world.state, 0, 1)

    def closed(one: Message) -> Outcome:
        return TopicGone("TOPIC_CLOSED") if one.thread_id == 3 else Sent()

    world.telegram.rule = closed
    await world.run(hours=0.2)
    (notice,) = [one for one in world.telegram.arrived if one.chat_id == ANN]
    assert notice.text.startswith(f"A topic of “Chat {GROUP}” (https://t.me/c/77/3) is closed")
    assert "/subscriptions" in notice.text
    assert world.telegram.told(GROUP) == [0, 1]
    assert len([one for one in world.telegram.tried if one.thread_id == 3]) == 1
    world.telegram.rule = lambda _: Sent()
    assert subscriptions.resume_thread(world.state, GROUP, 3, world.clock.now())
    await world.run(hours=0.2)
    assert world.telegram.told(GROUP) == [0, 1, 0, 1]


async def test_what_is_refused_is_tried_as_plain_text(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.telegram.rule = lambda one: Sent() if one.plain else Refused("can't parse entities")
    await world.run()
    assert [one.plain for one in world.telegram.tried] == [False, True]
    assert world.telegram.told(ANN) == [0]


async def test_what_is_refused_twice_is_set_aside_and_the_admins_hear_of_it(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)

    def bad(one: Message) -> Outcome:
        return Refused("Bad Request: no") if one.chat_id in {ANN, ADMIN} else Sent()

    world.telegram.rule = lambda one: bad(one) if one.chat_id == ANN else Sent()
    await world.run()
    tell(world.state, 1)
    assert len(world.telegram.tried) == 3
    assert world.telegram.arrived[0].text == (
        f"An update to Chat {ANN} could not be sent and was set aside: Tides 0\n\nBad Request: no"
    )
    world.telegram.rule = bad  # a notice that is refused is no reason for another one
    await world.run()
    assert len(world.telegram.tried) == 7
    assert owed(world.state).aside == 3


async def test_a_message_that_perhaps_arrived_is_sent_once_more_and_never_again(
    world: World,
) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0, 1)
    world.telegram.script.extend([Unsure("ReadTimeout"), Unsure("ReadTimeout")])
    await world.run()
    assert [one.numbers for one in world.telegram.tried] == [[0], [0], [1]]
    assert len(world.telegram.asked) == 2


async def test_nothing_is_sent_while_telegram_cannot_be_reached(world: World) -> None:
    subscribe(world.state, ANN)
    subscribe(world.state, BEN)
    tell(world.state, 0, 1)
    world.telegram.online = False
    world.telegram.rule = lambda _: Unreachable("ConnectError")
    await world.run(hours=1)
    assert len(world.telegram.tried) == 1
    asked = world.telegram.asked
    waits = [later - one for one, later in pairwise(asked)]
    assert waits[:4] == [2, 4, 8, 16]
    assert set(waits[4:]) == {30}
    tell(world.state, *range(2, 9), now=world.clock.now())
    world.telegram.online, world.telegram.rule = True, lambda _: Sent()
    back = world.clock.at
    await world.run()
    assert world.telegram.arrived[0].at - back < 31
    for chat_id in (ANN, BEN):
        assert world.telegram.told(chat_id) == list(range(9))
        assert len([one for one in world.telegram.arrived if one.chat_id == chat_id]) <= 2


async def test_trouble_with_one_chat_alone_holds_others_up_little(world: World) -> None:
    for chat_id in range(1, 21):
        subscribe(world.state, chat_id)
    tell(world.state, 0)
    world.telegram.rule = lambda one: Unreachable("502") if one.chat_id == 1 else Sent()
    await world.run(hours=0.1)
    arrived = [one.at - NOW for one in world.telegram.arrived]
    assert len(arrived) == 19
    assert arrived[-1] < 20


async def test_trouble_with_one_chat_is_looked_into_less_and_less_often(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    for number in range(60):
        notify(world.state, BEN, f"Notice {number}", NOW)
    world.telegram.rule = lambda one: Unreachable("502") if one.chat_id == ANN else Sent()
    task = world.start()
    await until(lambda: len(world.telegram.arrived) == 60)
    await stop(task)
    assert len([one for one in world.telegram.tried if one.chat_id == ANN]) <= 7


async def test_a_network_that_was_away_for_days_is_still_waited_for(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.state.database.execute("update deliveries set attempts = 100000")
    world.state.database.conn.commit()
    world.telegram.script.append(Unreachable("ConnectError"))
    await world.run()
    first, again = (one.at for one in world.telegram.tried)
    assert again - first == 30


async def test_after_a_success_the_next_trouble_begins_with_a_short_wait_again(
    world: World,
) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0, 1)
    world.telegram.script.extend([Unreachable("502"), Sent(), Unreachable("502"), Sent()])
    await world.run()
    first, second, third, fourth = (one.at for one in world.telegram.tried)
    assert second - first < 1.5
    assert fourth - third < 1.5


async def test_what_was_sent_is_marked_before_anything_else_is_sent(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(world.state, ANN)
    subscribe(world.state, BEN)
    tell(world.state, 0)
    jobs = failing(world, "sent", 40)
    with caplog.at_level(logging.WARNING):
        await world.run()
    assert sorted(one.chat_id for one in world.telegram.tried) == [ANN, BEN]
    first, second = (one.at for one in world.telegram.tried)
    assert second - first > 600
    assert "next_parcel" not in jobs[jobs.index("sent") : jobs.index("sent") + 40]
    assert len([one for one in caplog.messages if "cannot be written" in one]) == 1
