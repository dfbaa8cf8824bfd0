"""The chat that a request is about: how it is named, and who is let in."""

from __future__ import annotations

import pytest

from bot.reply import Here, Place, Reply, Request
from bot.spot import Spot, gate
from tests.library_fixture import words


@pytest.mark.parametrize(
    ("here", "place", "name"),
    [
        (Here(1), Place.PRIVATE, "this chat"),
        (Here(-1), Place.GROUP, "this chat"),
        (Here(-1, 5), Place.GROUP, "this topic"),
        (Here(-1), Place.CHANNEL, "this channel"),
        (Here(-1, title="Sky", elsewhere=True), Place.CHANNEL, "“Sky”"),
    ],
)
def test_a_chat_is_named_as_people_would(here: Here, place: Place, name: str) -> None:
    assert Spot(here, place).name == name


def test_buttons_repeat_a_chat_only_where_it_is_another_one() -> None:
    assert Spot(Here(5), Place.PRIVATE).request("subscribe", "topic x") == "/subscribe topic x"
    other = Spot(Here(-100, elsewhere=True), Place.CHANNEL)
    assert other.request("subscribe", "topic x") == "/subscribe for:-100 topic x"
    assert other.request("subscriptions") == "/subscriptions for:-100"


def test_who_manages_is_let_in_and_others_are_told_by_a_notice() -> None:
    assert isinstance(gate("x", Request("", here=Here(1, manages=True))), Spot)
    refused = gate("x", Request("", Place.GROUP, here=Here(-1)))
    assert isinstance(refused, Reply)
    assert refused.notice == "Only administrators of this chat change its subscriptions."


def test_a_channel_is_managed_from_elsewhere_only() -> None:
    here = Here(-1, title="Sky", manages=True)
    refused = gate("x", Request("", Place.CHANNEL, here=here))
    assert isinstance(refused, Reply)
    assert "/subscriptions for:-1" in refused.notice
    assert len(refused.notice) <= 200
    there = Here(-1, title="Sky", manages=True, elsewhere=True)
    assert isinstance(gate("x", Request("", Place.CHANNEL, here=there)), Spot)


def test_without_chats_it_is_said_where_updates_go() -> None:
    refused = gate("x", Request(""))
    assert isinstance(refused, Reply)
    assert "sent in Telegram" in words(refused)
