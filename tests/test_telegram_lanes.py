"""Jobs side by side: order where it matters, fairness between chats, an end in time."""

from __future__ import annotations

import asyncio

import pytest

from bot.telegram.lanes import Job, Lanes


def _job(name: str, done: list[str], wait: asyncio.Event | None = None) -> Job:
    async def job() -> None:
        if wait:
            await wait.wait()
        done.append(name)

    return job


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_jobs_of_one_key_run_in_the_order_they_came() -> None:
    lanes, done, gate = Lanes(), list[str](), asyncio.Event()
    await lanes.put(1, "a", _job("first", done, gate))
    await lanes.put(1, "a", _job("second", done))
    await lanes.put(1, "a", _job("third", done))
    await lanes.put(1, "b", _job("other", done))
    await _settle()
    assert done == ["other"]
    gate.set()
    await lanes.drain(60)
    assert done == ["other", "first", "second", "third"]


async def test_a_busy_chat_does_not_hold_up_another() -> None:
    lanes, done, gate = Lanes(per_chat=2), list[str](), asyncio.Event()
    for number in range(20):
        await lanes.put(1, number, _job("busy", done, gate))
    await lanes.put(2, "x", _job("quick", done))
    await _settle()
    assert done == ["quick"]
    gate.set()
    await lanes.drain(60)
    assert done == ["quick", *["busy"] * 20]


async def test_a_chat_runs_only_so_many_jobs_at_once() -> None:
    lanes, running, gate = Lanes(per_chat=2), list[int](), asyncio.Event()

    async def job() -> None:
        running.append(1)
        await gate.wait()

    for number in range(5):
        await lanes.put(1, number, job)
    await _settle()
    assert len(running) == 2
    gate.set()
    await lanes.drain(60)
    assert len(running) == 5


async def test_no_more_jobs_are_taken_in_than_there_is_room() -> None:
    lanes, done, gate = Lanes(most=2), list[str](), asyncio.Event()
    await lanes.put(1, 1, _job("one", done, gate))
    await lanes.put(1, 2, _job("two", done, gate))
    third = asyncio.create_task(lanes.put(2, 3, _job("three", done)))
    await _settle()
    assert not third.done()
    gate.set()
    await third
    await lanes.drain(60)
    assert sorted(done) == ["one", "three", "two"]


async def test_a_job_that_fails_is_logged_and_the_next_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lanes, done = Lanes(), list[str]()

    async def broken() -> None:
        raise ZeroDivisionError("what people said")

    await lanes.put(1, "a", broken)
    await lanes.put(1, "a", _job("next", done))
    await lanes.drain(60)
    assert done == ["next"]
    assert "a job failed: ZeroDivisionError" in caplog.text
    assert "test_telegram_lanes.py" in caplog.text
    assert "a job failed: ZeroDivisionError: what people said" not in caplog.text


async def test_draining_waits_only_so_long() -> None:
    lanes, done = Lanes(), list[str]()
    await lanes.put(1, "a", _job("never", done, asyncio.Event()))
    await lanes.put(1, "a", _job("behind it", done))
    async with asyncio.timeout(20):
        await lanes.drain(0.01)
    assert done == []


async def test_idle_returns_as_soon_as_the_last_job_is_done() -> None:
    lanes, done = Lanes(), list[str]()
    first, last = asyncio.Event(), asyncio.Event()
    async with asyncio.timeout(20):
        await lanes.idle(most=60)
    await lanes.put(1, "a", _job("first", done, first))
    await lanes.put(2, "b", _job("last", done, last))
    idle = asyncio.create_task(lanes.idle(most=60))
    first.set()
    await _settle()
    assert done == ["first"]
    assert not idle.done()
    last.set()
    async with asyncio.timeout(20):
        await idle


async def test_idle_does_not_wait_for_a_slow_job_for_ever() -> None:
    lanes = Lanes()
    await lanes.put(1, "a", _job("never", [], asyncio.Event()))
    async with asyncio.timeout(20):
        await lanes.idle(most=0.01)
    await lanes.drain(0)
