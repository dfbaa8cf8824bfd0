"""Waiting for what fails: longer each time, told once."""

from __future__ import annotations

import logging

import pytest

from bot.patience import Patience

log = logging.getLogger("tests.patience")


async def waits(patience: Patience, slept: list[float], reasons: list[str]) -> list[float]:
    slept.clear()
    for reason in reasons:
        await patience.wait(reason)
    return list(slept)


async def test_waits_grow_to_half_a_minute_and_a_reason_is_told_when_it_is_new(
    caplog: pytest.LogCaptureFixture,
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    patience = Patience("the disk", log, sleep)
    with caplog.at_level(logging.INFO, log.name):
        assert await waits(patience, slept, ["full"] * 7) == [1, 2, 4, 8, 16, 30, 30]
        assert await waits(patience, slept, ["locked"]) == [30]
        patience.over()
        patience.over()
        assert await waits(patience, slept, ["full"]) == [1]
    assert caplog.messages == [
        "the disk: full",
        "the disk: locked",
        "the disk: no longer",
        "the disk: full",
    ]
