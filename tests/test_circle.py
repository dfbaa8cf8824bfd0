"""Who is served, by any way in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from bot.circle import Circle
from bot.cooldown import MOST_KEPT
from storage.blocked import block
from storage.state import State

P = ParamSpec("P")
T = TypeVar("T")
OWNER, ANN, BEN, GROUP, OTHER = 1, 2, 3, -5, -6


def _circle(*allowed: int, blocked: tuple[int, ...] = ()) -> Circle:
    circle = Circle(frozenset(allowed), frozenset({OWNER}))
    circle.blocked.update(blocked)
    return circle


def test_without_a_list_everybody_is_served_also_who_is_not_known() -> None:
    circle = _circle()
    assert not circle.private
    assert all(circle.serves(one) for one in (OWNER, ANN, GROUP, 0))


def test_with_a_list_its_chats_are_served_whoever_asks_there_and_admins_in_private() -> None:
    circle = _circle(ANN, GROUP)
    assert circle.private
    assert circle.serves(ANN, ANN)
    assert circle.serves(GROUP, BEN)
    assert circle.serves(OWNER, OWNER)
    assert not circle.serves(BEN, BEN)
    assert not circle.serves(OTHER, ANN)
    assert not circle.serves(OTHER, OWNER)
    assert not circle.serves(0)


@pytest.mark.parametrize("allowed", [(), (ANN, BEN, GROUP)])
def test_who_is_blocked_is_ignored_everywhere_and_the_group_is_still_served(
    allowed: tuple[int, ...],
) -> None:
    circle = _circle(*allowed, blocked=(BEN,))
    assert circle.ignores(BEN)
    assert circle.ignores(GROUP, BEN)
    assert not circle.serves(BEN)
    assert not circle.serves(GROUP, BEN)
    assert circle.serves(GROUP, ANN)
    circle.blocked.discard(BEN)
    assert circle.serves(GROUP, BEN)


def test_in_a_blocked_chat_only_admins_are_answered_and_its_people_are_elsewhere() -> None:
    circle = _circle(blocked=(GROUP,))
    assert not circle.serves(GROUP)
    assert not circle.serves(GROUP, ANN)
    assert circle.serves(GROUP, OWNER)
    assert circle.serves(ANN, ANN)


def test_who_is_not_served_is_ignored_only_where_blocked() -> None:
    circle = _circle(GROUP)
    assert not circle.serves(ANN)
    assert not circle.ignores(ANN)


def test_nobody_blocks_an_admin() -> None:
    circle = _circle(ANN, blocked=(OWNER,))
    assert circle.is_admin(OWNER)
    assert circle.serves(OWNER, OWNER)
    assert not circle.ignores(ANN, OWNER)


class _House:
    """A library that has a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return job(self._state, *args, **kwargs)


async def test_who_is_blocked_is_known_from_the_start(tmp_path: Path) -> None:
    with closing(State.open(tmp_path / "state.db")) as state:
        block(state, BEN, OWNER, 1.0)
        block(state, GROUP, OWNER, 2.0)
        circle = _circle()
        await circle.load(_House(state))
    assert circle.blocked == {BEN, GROUP}


def test_a_chat_is_refused_once_and_after_very_many_it_starts_over() -> None:
    circle = _circle(ANN)
    assert all(circle.first_refusal(chat) for chat in range(2, 2 + 2 * MOST_KEPT))
    assert not circle.first_refusal(1 + 2 * MOST_KEPT)
    assert circle.first_refusal(2)
