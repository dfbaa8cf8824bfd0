"""Whether Telegram is heard."""

from __future__ import annotations

from bot.hearing import Hearing


def test_what_is_wrong_stays_until_telegram_is_heard_again() -> None:
    hearing = Hearing(at=1.0)
    hearing.failed("a cut cable")
    assert (hearing.at, hearing.wrong) == (1.0, "a cut cable")
    hearing.heard()
    assert hearing.at > 1.0
    assert not hearing.wrong
