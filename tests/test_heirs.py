"""When a subscription ends or rests, what another may have asked for too is still sent."""

import pytest

from storage import interest
from storage.interest import Interest
from storage.rhythm import Often, Rhythm
from storage.state import State
from storage.subscriptions import add, pause, remove
from tests.subscriptions_fixture import DAY, HOUR, ME, NOW, Owed, new, note, owed, saved

MOON = saved("moon")
AT_ONCE, DAILY, LATER = Rhythm(), Rhythm(Often.DAILY, 9), Rhythm(Often.DAILY, 12)
AT_NINE, AT_NOON = NOW + HOUR, NOW + 4 * HOUR


def ask(state: State, one: Interest, rhythm: Rhythm = AT_ONCE, created: float = NOW - DAY) -> None:
    assert add(state, ME, 0, one, 7, created, rhythm=rhythm)


NOTE = note("Tides", "moon")
GOES: list[Owed] = []


@pytest.mark.parametrize(
    ("other", "rhythm", "left"),
    [
        (interest.everything(), DAILY, [("Tides", AT_NINE)]),
        (interest.channel("night_sky"), DAILY, [("Tides", AT_NINE)]),
        (interest.channel("seas"), DAILY, GOES),
        (interest.topic("Tides"), DAILY, [("Tides", AT_NINE)]),
        # Later in the day: that is when it would have come for that one alone.
        (interest.topic("Tides"), LATER, [("Tides", AT_NOON)]),
        # One that is served at once would have come first, so it did not fit.
        (saved("mars"), AT_ONCE, GOES),
    ],
)
def test_a_removed_digest_leaves_what_another_one_may_be_owed(
    state: State, other: Interest, rhythm: Rhythm, left: list[Owed]
) -> None:
    ask(state, MOON, DAILY)
    ask(state, other, rhythm)
    new(state, NOTE)
    remove(state, ME.id, 0, MOON.ref)
    assert owed(state) == left


def test_one_that_came_later_is_owed_nothing_of_before(state: State) -> None:
    ask(state, MOON, DAILY)
    new(state, NOTE)
    ask(state, interest.everything(), DAILY, created=NOW + 1)
    remove(state, ME.id, 0, MOON.ref)
    assert not owed(state)


def test_one_that_is_served_does_not_send_what_waited_for_a_paused_one(state: State) -> None:
    ask(state, MOON)
    pause(state, ME.id, 0, MOON.ref, NOW - HOUR)
    ask(state, saved("mars"))
    new(state, NOTE)
    remove(state, ME.id, 0, MOON.ref)
    assert not owed(state)


def test_one_that_is_paused_takes_over_nothing_that_is_due(state: State) -> None:
    ask(state, MOON, DAILY)
    ask(state, interest.everything(), DAILY)
    pause(state, ME.id, 0, interest.everything().ref, NOW - HOUR)
    new(state, NOTE)
    remove(state, ME.id, 0, MOON.ref)
    assert not owed(state)


def test_what_waits_for_two_goes_with_the_second(state: State) -> None:
    for one in (MOON, interest.everything()):
        ask(state, one)
        pause(state, ME.id, 0, one.ref, NOW - HOUR)
    new(state, NOTE)
    remove(state, ME.id, 0, MOON.ref)
    assert owed(state) == [("Tides", None)]
    remove(state, ME.id, 0, interest.everything().ref)
    assert not owed(state)


def test_a_paused_digest_leaves_to_another_what_that_may_be_owed(state: State) -> None:
    ask(state, MOON, DAILY)
    ask(state, interest.everything(), LATER)
    new(state, NOTE)
    pause(state, ME.id, 0, MOON.ref, NOW)
    assert owed(state) == [("Tides", AT_NOON)]


def test_nothing_comes_sooner_than_it_would_have(state: State) -> None:
    """Held back by quiet hours, say: what is due at once stays due as it was."""
    ask(state, MOON)
    ask(state, interest.everything())
    new(state, NOTE)
    remove(state, ME.id, 0, MOON.ref)
    assert owed(state) == [("Tides", NOW)]
