"""Answers to `@bot words`: what is read off them, and what holds for each."""

from __future__ import annotations

import re

from bot.inline import PER_PAGE, InlineAnswer, InlineCard
from bot.text import to_plain, truncate, utf16_len


def titles(answer: InlineAnswer) -> list[str]:
    return [card.title for card in answer.cards]


def times(answer: InlineAnswer) -> list[str]:
    return [card.description.rpartition(" · ")[2] for card in answer.cards]


def check_card(card: InlineCard) -> None:
    """Telegram's limits of one card."""
    assert 1 <= len(card.id.encode()) <= 64
    assert card.title.strip()
    assert card.description.strip()
    assert truncate(card.text, 4096, 100) == card.text
    assert utf16_len(to_plain(card.text).strip()) > 0
    for button in (button for row in card.buttons for button in row):
        assert button.url or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.start)


def check(answer: InlineAnswer) -> None:
    """What holds for every answer."""
    assert 1 <= len(answer.cards) <= PER_PAGE <= 20
    assert len({card.id for card in answer.cards}) == len(answer.cards)
    assert len(answer.next_offset.encode()) <= 64
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", answer.start)
    assert answer.button.strip()
    for card in answer.cards:
        check_card(card)
