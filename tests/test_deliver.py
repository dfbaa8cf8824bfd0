"""The outbox: what a subscriber gets and when, whatever the disk and the clock do meanwhile."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.deliver import deliver
from bot.outcomes import Outcome, Sent
from bot.pace import Pace
from bot.reply import Reply
from storage import chats
from storage.announce import announce
from storage.backlog import owed
from storage.rhythm import Manners
from storage.state import State
from tests.library_fixture import opened
from tests.outbox import (
    HOUR,
    Message,
    Telegram,
    World,
    failing,
    until,
    write_tides,
)
from tests.owing import (
    ANN,
    BEN,
    GROUP,
    NOW,
    marked,
    new_note,
    notify,
    subscribe,
    tell,
)
from tests.tasks import stop


async def test_everyone_gets_every_note_once_and_in_order(world: World) -> None:
    for chat_id in (ANN, BEN, GROUP):
        subscribe(world.state, chat_id)
    tell(world.state, 0, 1, 2)
    await world.run()
    assert [world.telegram.told(one) for one in (ANN, BEN, GROUP)] == [[0, 1, 2]] * 3
    assert "Tides 0\nnight_sky\n\nWater number 0 rises" in world.telegram.arrived[0].text


async def test_no_chat_gets_more_than_one_a_second_and_all_together_25(world: World) -> None:
    people = range(1, 151)
    for chat_id in people:
        subscribe(world.state, chat_id)
    tell(world.state, 0, 1)
    await world.run()
    times = [one.at for one in world.telegram.arrived]
    assert len(times) == 300
    assert 11.5 < times[-1] - times[0] < 13
    for chat_id in people:
        first, second = (one.at for one in world.telegram.arrived if one.chat_id == chat_id)
        assert second - first >= 1


async def test_a_group_gets_18_in_a_minute(world: World) -> None:
    subscribe(world.state, GROUP)
    for number in range(20):
        tell(world.state, number)
        await world.run()
    times = [one.at for one in world.telegram.arrived]
    assert len(times) == 20
    assert times[18] - times[0] >= 60
    assert times[17] - times[0] < 20


async def test_a_chat_that_just_got_an_answer_waits_its_second(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    pace = Pace()
    pace.note(ANN, NOW)
    task = world.start(pace)
    await until(lambda: not world.is_owed())
    await stop(task)
    assert 1 <= world.telegram.arrived[0].at - NOW < 2


async def test_a_chat_is_written_to_in_its_manners(world: World) -> None:
    subscribe(world.state, GROUP, thread_id=7)
    chats.set_manners(world.state, GROUP, Manners(silent=True, quiet=(14, 16)))
    tell(world.state, 0)
    await world.run(hours=3)
    (message,) = world.telegram.arrived
    assert (message.thread_id, message.silent, message.plain) == (7, True, False)
    assert 0 <= message.at - (NOW + 6_400) < 60


async def test_answers_to_people_go_first_but_hold_nothing_up(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    waited = asyncio.Event()

    async def idle() -> None:
        assert not world.telegram.tried
        waited.set()
        await asyncio.Future()

    began = time.monotonic()
    task = asyncio.create_task(
        deliver(
            world.house,
            world.telegram,
            Pace(),
            [],
            idle=idle,
            sleep=world.clock.sleep,
            steady=world.clock.steady,
        )
    )
    await until(lambda: not world.is_owed())
    await stop(task)
    assert waited.is_set()
    assert 0.15 < time.monotonic() - began < 20


async def test_who_stops_the_bot_lets_the_message_under_way_arrive_and_be_marked(
    world: World,
) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0, 1)
    task = world.start()
    await until(lambda: world.telegram.tried)
    await stop(task)
    assert world.telegram.told(ANN) == [0]
    await world.run()
    assert world.telegram.told(ANN) == [0, 1]


async def test_a_message_that_never_ends_holds_up_the_stop_for_a_moment_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck(Telegram):
        async def post(self, *args: object, **kwargs: object) -> Outcome:
            self.tried.append(Message(ANN, 0, "", 0))
            return await asyncio.Future()

    monkeypatch.setattr("bot.deliver.FINISH_WITHIN", 0.05)
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.telegram = Stuck(world.clock)
    task = world.start()
    await until(lambda: world.telegram.tried)
    async with asyncio.timeout(20):
        await stop(task)
    assert world.is_owed()


async def test_who_is_woken_sends_at_once(world: World) -> None:
    subscribe(world.state, ANN)
    resting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        resting.set()
        await asyncio.Future()

    world.clock.sleep = sleep  # type: ignore[method-assign]
    task = world.start()
    await resting.wait()
    tell(world.state, 0)
    resting.clear()
    world.house.woken.set()
    await until(lambda: not world.is_owed())
    await resting.wait()
    asked = failing(world, "", 0)
    for _ in range(50):
        await asyncio.sleep(0)
    await stop(task)
    assert world.telegram.told(ANN) == [0]
    assert not asked


async def test_while_nothing_is_owed_it_looks_every_half_minute_and_tidies_every_hour(
    world: World,
) -> None:
    asked = failing(world, "", 0)
    task = world.start()
    await until(lambda: world.clock.at > NOW + 2.5 * HOUR)
    await stop(task)
    assert asked.count("tidy") == 3
    assert asked.count("next_parcel") == pytest.approx(300, abs=3)
    assert asked.count("clock_moved") == 1


async def test_with_the_real_library_a_new_note_arrives(tmp_path: Path) -> None:
    def owe(state: State) -> None:
        subscribe(state, ANN)
        notify(state, BEN, "Hello.", time.time())
        note = new_note(0)
        announce(state, [(note, marked(note))], time.time())

    with opened(tmp_path) as library:
        write_tides(tmp_path / "notes", 1)
        await library.reload()
        arrived: list[tuple[int, Reply]] = []
        done = asyncio.Event()

        class Real:
            async def post(
                self, chat_id: int, thread_id: int, reply: Reply, *, silent: bool, plain: bool
            ) -> Outcome:
                arrived.append((chat_id, reply))
                if len(arrived) == 2:
                    done.set()
                return Sent()

            async def reachable(self) -> bool:
                return True

        task = asyncio.create_task(deliver(library, Real(), Pace(), []))
        await library.keep(owe)
        library.wake()
        await asyncio.wait_for(done.wait(), 60)
        await stop(task)
        assert sorted(chat_id for chat_id, _ in arrived) == [ANN, BEN]
        assert (await library.keep(owed)).deliveries == 0
