"""Saved searches are filed under a stem that they need, for as long as somebody asks for them."""

import pytest

from storage.state import State
from storage.subscriptions import add, remove
from tests.subscriptions_fixture import GROUP, ME, NOW, saved

HARVEST = saved("harvest moons")


def filed(state: State) -> list[tuple[str, str]]:
    return [tuple(row) for row in state.database.execute("select term, key from searches")]


@pytest.mark.parametrize(
    ("term", "under"), [("moon", "moon"), ("", "harvest"), ("mars", "harvest")]
)
def test_the_stem_is_the_one_named_if_the_search_needs_it(
    state: State, term: str, under: str
) -> None:
    add(state, ME, 0, HARVEST, 7, NOW, term)
    assert filed(state) == [(under, HARVEST.key)]


def test_it_is_filed_once_however_many_ask_for_it(state: State) -> None:
    add(state, ME, 0, HARVEST, 7, NOW, "moon")
    add(state, GROUP, 0, HARVEST, 7, NOW, "harvest")
    assert filed(state) == [("moon", HARVEST.key)]
    remove(state, ME.id, 0, HARVEST.ref)
    assert filed(state) == [("moon", HARVEST.key)]
    remove(state, GROUP.id, 0, HARVEST.ref)
    assert filed(state) == []
