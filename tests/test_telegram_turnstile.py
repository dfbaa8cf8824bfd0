"""The cooldown as groups and people meet it."""

from __future__ import annotations

import pytest

from bot.cooldown import ALONE, Halt
from bot.reply import Place
from bot.telegram.turnstile import Turnstile, too_many


async def _thirty(chat_id: int) -> int | None:
    return 30 if chat_id == -5 else None


async def test_a_group_has_the_cooldown_that_it_chose() -> None:
    turnstile = Turnstile(_thirty)
    assert await turnstile.halt(Place.GROUP, -5, 1) is None
    halt = await turnstile.halt(Place.GROUP, -5, 1)
    assert halt == Halt(30, tell=True)
    assert too_many(halt) == "Too many questions at once here; I answer again in 30 s."
    assert await turnstile.halt(Place.GROUP, -6, 1) is None
    assert await turnstile.halt(Place.GROUP, -6, 1) is None


def test_who_presses_on_and_on_is_looked_up_thirty_times_a_minute() -> None:
    turnstile = Turnstile(_thirty)
    assert [turnstile.lookup(7) for _ in range(ALONE.most)] == [None] * ALONE.most
    assert turnstile.lookup(7) is not None
    assert turnstile.lookup(8) is None


@pytest.mark.parametrize("place", [Place.PRIVATE, Place.CHANNEL])
async def test_elsewhere_a_person_gets_thirty_a_minute_presses_included(place: Place) -> None:
    turnstile = Turnstile(_thirty)
    allowed = [await turnstile.halt(place, 7, 7, press=at % 2 == 1) for at in range(ALONE.most)]
    assert allowed == [None] * 30
    halts = [await turnstile.halt(place, 7, 7, press=press) for press in (True, False, False)]
    assert [halt.tell for halt in halts if halt] == [False, True, False]
    assert await turnstile.halt(place, 8, 8) is None
