"""The cooldown as groups meet it."""

from __future__ import annotations

from bot.cooldown import Halt
from bot.reply import Place
from bot.telegram.turnstile import Turnstile, too_many


async def _thirty(chat_id: int) -> int | None:
    return 30 if chat_id == -5 else None


async def test_a_group_has_the_cooldown_that_it_chose_and_other_places_have_none() -> None:
    turnstile = Turnstile(_thirty)
    assert await turnstile.halt(Place.GROUP, -5, 1) is None
    halt = await turnstile.halt(Place.GROUP, -5, 1)
    assert halt == Halt(30, tell=True)
    assert too_many(halt) == "Too many questions at once here; I answer again in 30 s."
    assert await turnstile.halt(Place.GROUP, -6, 1) is None
    assert await turnstile.halt(Place.GROUP, -6, 1) is None
    for place in (Place.PRIVATE, Place.CHANNEL):
        assert [await turnstile.halt(place, 7, 1) for _ in range(50)] == [None] * 50
