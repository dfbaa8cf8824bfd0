"""One update followed through: its id in every line of the log, one line of its own, its count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from bot.following import followed
from bot.log import UPDATE
from bot.metrics import REGISTRY

Ids = list[int | None]


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"kind": "message"}) or 0.0


async def run(update_id: int, job: Callable[[], Awaitable[None]]) -> None:
    """In a task of its own, as lanes run it."""
    await asyncio.create_task(_run(followed(update_id, "message", -77, job)))


async def _run(job: Callable[[], Awaitable[None]]) -> None:
    await job()


async def test_whatever_is_done_for_an_update_knows_its_id_and_nothing_else_does() -> None:
    seen: Ids = []

    async def job() -> None:
        await asyncio.sleep(0)
        seen.append(UPDATE.get())
        await asyncio.create_task(beside())
        await asyncio.to_thread(lambda: seen.append(UPDATE.get()))

    async def beside() -> None:
        seen.append(UPDATE.get())

    await run(7, job)
    assert seen == [7, 7, 7]
    assert UPDATE.get() is None


async def test_updates_side_by_side_keep_their_own_ids() -> None:
    seen: list[tuple[int, int | None]] = []

    def job(number: int) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            await asyncio.sleep(0)
            seen.append((number, UPDATE.get()))

        return work

    await asyncio.gather(*(run(number, job(number)) for number in range(5)))
    assert sorted(seen) == [(number, number) for number in range(5)]


async def test_each_update_is_one_line_of_kind_chat_and_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)

    async def job() -> None: ...

    await run(7, job)
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert record.getMessage().startswith("message in chat -77: done in ")


async def test_a_job_that_fails_is_told_so_and_its_error_goes_on_with_the_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    ids: Ids = []

    async def job() -> None:
        raise ZeroDivisionError

    async def lane() -> None:
        try:
            await followed(8, "message", 5, job)()
        except ZeroDivisionError:
            ids.append(UPDATE.get())

    await asyncio.create_task(lane())
    assert ids == [8]
    assert "message in chat 5: failed in" in caplog.text


async def test_updates_are_counted_and_timed_by_kind() -> None:
    async def job() -> None: ...

    before = counted("tubenotes_updates_total"), counted("tubenotes_update_seconds_count")
    await run(1, job)
    await run(2, job)
    after = counted("tubenotes_updates_total"), counted("tubenotes_update_seconds_count")
    assert after == (before[0] + 2, before[1] + 2)
