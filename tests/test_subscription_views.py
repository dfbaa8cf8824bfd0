"""Subscriptions in words and buttons, whatever their names are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Here, Place, Reply
from bot.spot import Spot
from bot.subscription_views import (
    confirmed,
    details_view,
    list_view,
    named,
    short,
    stop_view,
    stopped_view,
    what,
    words,
)
from bot.text import truncate
from storage import interest
from storage.interest import Interest
from storage.rhythm import Manners, Often, Rhythm
from storage.subscriptions import Subscription

SPOT = Spot(Here(-5, title="Sky", manages=True, elsewhere=True), Place.GROUP)
TIDES = interest.search('"high tide" -moon')
assert TIDES is not None
ALL = (interest.everything(), interest.channel("night_sky"), interest.topic("Tides"), TIDES)


def subscription(wanted: Interest, number: int = 1, **state: float) -> Subscription:
    paused, waiting = state.get("paused"), int(state.get("waiting", 0))
    rhythm = Rhythm(Often.WEEKLY, 9, 2)
    return Subscription(number, -5, 0, wanted, rhythm, 0.0, 7, paused, "", waiting)


@pytest.mark.parametrize(
    ("wanted", "sentence", "name", "label"),
    [
        (ALL[0], "each new note", "everything new", "Everything new"),
        (
            ALL[1],
            "each new note of the channel “night_sky”",
            "the channel “night_sky”",
            "Channel night_sky",
        ),
        (
            ALL[2],
            "each new note on the topic “Tides” or with a link to it",
            "the topic “Tides”",
            "Topic Tides",
        ),
        (
            ALL[3],
            'each new note that the search “"high tide" -moon” finds',
            'the search “"high tide" -moon”',
            'Search "high tide" -moon',
        ),
    ],
)
def test_each_kind_has_its_words(wanted: Interest, sentence: str, name: str, label: str) -> None:
    assert (what(wanted), named(wanted), short(wanted)) == (sentence, name, label)


def test_the_words_of_a_subscription_are_those_that_subscribe_to_it() -> None:
    assert [words(one) for one in ALL] == [
        "everything",
        "channel night_sky",
        "topic Tides",
        'search "high tide" -moon',
    ]


@given(
    st.lists(st.text(min_size=1, max_size=200) | st.just("🌊" * 200), min_size=1, max_size=20),
    st.integers(-3, 9),
)
def test_whatever_the_names_are_every_answer_is_one_message(names: list[str], page: int) -> None:
    listed = [
        subscription(interest.channel(name), number, paused=1.0, waiting=9_999)
        for number, name in enumerate(names)
    ]
    check(list_view(SPOT, listed, Manners(), page, others=3, lead="Done."))
    check(stop_view(SPOT, listed, page, "What should stop?", "/unsubscribe for:-5"))
    check(stopped_view(SPOT, listed))
    check(details_view(SPOT, listed[0], Manners(), "Resumed."))
    check(confirmed(SPOT, listed[0], Manners(), added=True))
    check(confirmed(SPOT, listed[0], Manners(), added=False))


def check(reply: Reply) -> None:
    assert truncate(reply.text, 4096, 100) == reply.text
    buttons = [button for row in reply.buttons for button in row]
    assert len({button.text for button in buttons}) == len(buttons)
    assert all(len(row) <= 8 for row in reply.buttons)
    for button in buttons:
        assert 0 < len(button.text) <= 40
        assert "for:-5" in button.request
