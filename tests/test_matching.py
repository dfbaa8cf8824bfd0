"""A note finds all who asked for it, whatever they asked."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import interest
from storage.interest import Interest, matches
from storage.matching import matching
from storage.rhythm import Manners, Often, Rhythm
from storage.state import State
from storage.subscriptions import add, listed, pause, remove, remove_all
from tests.owing import opened_state
from tests.subscriptions_fixture import GROUP, ME, NOW, ask, note, saved

ALL, SKY = interest.everything(), interest.channel("night_sky")
MOON = saved("moon -mars")
DAILY = Rhythm(Often.DAILY, 9)
TOPIC = 5


@pytest.mark.parametrize("term", ["", "moon", "mars", "no such", "harvest"])
def test_a_search_finds_its_notes_whatever_it_is_filed_under(state: State, term: str) -> None:
    add(state, ME, 0, saved("harvest moons"), 7, NOW, term)
    assert len(matching(state, note("Tides", "The moon of the harvest"))) == 1
    assert not matching(state, note("Tides", "The moon"))


WORDS = ("moon", "mars", "tides", "the", "harvest", "night_sky", "old_wars")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
INTERESTS = st.one_of(
    st.just(ALL),
    TEXTS.map(interest.channel),
    TEXTS.map(interest.topic),
    st.builds('{} "{}" -{}'.format, TEXTS, TEXTS, st.sampled_from(WORDS)).map(saved),
    TEXTS.map(saved),
)


@given(
    st.lists(st.tuples(st.integers(1, 3), INTERESTS), max_size=12),
    st.lists(TEXTS, max_size=3),
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
)
@settings(max_examples=40)
def test_a_note_is_matched_as_each_subscription_alone_would_match_it(
    tmp_path_factory: pytest.TempPathFactory,
    subscribed: list[tuple[int, Interest]],
    fields: list[str],
    title: str,
    link: str,
) -> None:
    told = note(title, *fields, links=[link])
    with opened_state(tmp_path_factory.mktemp("matching")) as state:
        for chat_id, one in subscribed:
            add(state, replace(ME, id=chat_id), 0, one, 7, NOW)
        every = [one for chat_id in (1, 2, 3) for one in listed(state, chat_id, 0)]
        expected = sorted(one.id for one in every if matches(one.interest, told))
        assert [match.id for match in matching(state, told)] == expected


def test_a_match_tells_when_it_is_due(state: State) -> None:
    chat = replace(GROUP, manners=Manners("Europe/Berlin"))
    add(state, chat, TOPIC, SKY, 7, NOW, rhythm=DAILY)
    pause(state, chat.id, TOPIC, SKY.ref, NOW)
    (match,) = matching(state, note("Tides"))
    assert match[1:] == (GROUP.id, TOPIC, DAILY, "Europe/Berlin", True)


def test_a_search_that_another_chat_keeps_still_finds(state: State) -> None:
    ask(state, MOON)
    ask(state, MOON, chat=GROUP)
    remove(state, ME.id, 0, MOON.ref)
    assert [match.chat_id for match in matching(state, note("Moons"))] == [GROUP.id]
    remove_all(state, GROUP.id, 0)
    assert not matching(state, note("Moons"))
    assert not state.database["searches"].count
