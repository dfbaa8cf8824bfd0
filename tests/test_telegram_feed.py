"""What polling and the webhook share: each update once, and no fight over the bot."""

from __future__ import annotations

from bot.telegram.feed import Claim, Once


def test_an_update_is_new_once() -> None:
    once = Once()
    assert [once.is_new(number) for number in (7, 7, 5, 7, 5)] == [True, False, True, False, False]
    once.forget(5)
    assert once.is_new(5)


def test_only_the_latest_updates_are_remembered() -> None:
    once = Once()
    assert all(once.is_new(number) for number in range(5_000))
    assert not once.is_new(4_999)
    assert once.is_new(0)


def test_the_bot_is_taken_back_after_a_while_and_seldom() -> None:
    now = 0.0
    claim = Claim(grace=50, seldom=300, clock=lambda: now)
    due = list[float]()
    while now < 1_000:
        if claim.is_due():
            due.append(now)
        now += 10
    assert due == [50, 350, 650, 950]


def test_a_short_loss_is_no_reason_to_take_it_back() -> None:
    now = 0.0
    claim = Claim(grace=50, seldom=300, clock=lambda: now)
    for _ in range(20):
        assert not claim.is_due()
        now += 40
        claim.held()
        now += 40
