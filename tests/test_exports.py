"""Subscriptions as a file: all of it comes back, and whatever else comes in is refused."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import chats, interest
from storage.chats import Chat
from storage.errors import ImportRefusedError, LimitError
from storage.exports import MOST_ENTRIES, export, restore
from storage.filing import MOST
from storage.matching import matching
from storage.rhythm import Manners, Often, Rhythm
from storage.state import State
from storage.subscriptions import add, in_chat, listed, pause, pause_thread
from tests.owing import opened_state
from tests.subscriptions_fixture import GROUP, ME, NOW, ask, asked, note, saved

SKY, TIDES, MOON = interest.channel("night_sky"), interest.topic("Tides"), saved("moon -mars")
BERLIN = Manners("Europe/Berlin", (22, 7), silent=True, cooldown=30)
OTHER = Chat(-200, "group", "Others")
WEEKLY = Rhythm(Often.WEEKLY, 18, 4)


@pytest.fixture
def exported(state: State, tmp_path: Path) -> dict[str, Any]:
    """A group with two topics, as it comes out of another Tubenotes' file."""
    with opened_state(tmp_path / "other") as other:
        add(other, replace(GROUP, manners=BERLIN), 0, SKY, 7, NOW, rhythm=WEEKLY)
        add(other, GROUP, 5, MOON, 8, NOW)
        add(other, GROUP, 5, interest.everything(), 8, NOW)
        pause(other, GROUP.id, 5, MOON.ref, NOW)
        read: dict[str, Any] = json.loads(json.dumps(export(other, GROUP.id)))
    return read


def test_all_of_it_comes_back_where_it_was(state: State, exported: dict[str, Any]) -> None:
    assert restore(state, GROUP, 0, exported, 9, NOW + 1) == (3, 0)
    (sky,), (moon, every) = listed(state, GROUP.id, 0), listed(state, GROUP.id, 5)
    assert (sky.interest, sky.rhythm, sky.by, sky.created) == (SKY, WEEKLY, 9, NOW + 1)
    assert (moon.interest, moon.paused, every.paused) == (MOON, NOW + 1, None)
    known = chats.find(state, GROUP.id)
    assert known
    assert known.manners == BERLIN
    assert export(state, GROUP.id) == exported
    assert len(matching(state, note("Moons"))) == 3


def test_restored_twice_it_is_there_once(state: State, exported: dict[str, Any]) -> None:
    restore(state, GROUP, 0, exported, 9, NOW)
    assert restore(state, GROUP, 0, exported, 9, NOW) == (0, 3)
    assert export(state, GROUP.id) == exported


def test_in_another_chat_all_of_it_is_for_the_one_topic(
    state: State, exported: dict[str, Any]
) -> None:
    assert restore(state, OTHER, 3, exported, 9, NOW) == (3, 0)
    assert in_chat(state, OTHER.id) == {3: 3}


def test_what_a_chat_has_set_itself_stays(state: State, exported: dict[str, Any]) -> None:
    own = Manners("Asia/Tokyo")
    chats.meet(state, replace(OTHER, manners=own))
    restore(state, OTHER, 0, exported, 9, NOW)
    known = chats.find(state, OTHER.id)
    assert known
    assert known.manners == own


def test_what_a_closed_topic_paused_is_served_where_it_is_restored(state: State) -> None:
    ask(state, SKY)
    pause_thread(state, ME.id, 0, "closed", NOW)
    restore(state, OTHER, 0, export(state, ME.id), 9, NOW)
    assert [one.paused for one in listed(state, OTHER.id, 0)] == [None]


def test_the_text_of_the_file_is_as_good(state: State, exported: dict[str, Any]) -> None:
    assert restore(state, GROUP, 0, json.dumps(exported), 9, NOW) == (3, 0)


def test_a_chat_that_is_not_known_has_a_file_too(state: State) -> None:
    assert restore(state, ME, 0, export(state, 404), 9, NOW) == (0, 0)


def test_too_many_for_one_place_are_refused_as_a_whole(
    state: State, exported: dict[str, Any]
) -> None:
    ask(state, *(interest.topic(f"topic {number}") for number in range(MOST - 2)), chat=GROUP)
    with pytest.raises(LimitError, match=f"There are {MOST} subscriptions"):
        restore(state, GROUP, 0, {**exported, "chat": 1}, 9, NOW)
    assert len(asked(state, GROUP)) == MOST - 2


def changed(exported: dict[str, Any], where: str, value: object) -> dict[str, Any]:
    data = deepcopy(exported)
    *path, last = where.split(".")
    inner: Any = data
    for part in path:
        inner = inner[int(part)] if part.isdigit() else inner[part]
    inner[last] = value
    return data


@pytest.mark.parametrize(
    ("where", "value", "why"),
    [
        ("tubenotes", "diary", "no file of subscriptions"),
        ("version", 2, "another version"),
        ("version", None, "another version"),
        ("manners", None, "time zone"),
        ("manners.zone", "Mars/Olympus", "time zone that is not known"),
        ("manners.zone", "../../etc/passwd", "time zone that is not known"),
        ("manners.zone", "x" * 10**7, "time zone that is not known"),
        ("manners.zone", 7, "time zone that is not known"),
        ("manners.quiet", [22], "quiet hours"),
        ("manners.quiet", [22, 24], "quiet hours"),
        ("manners.quiet", [True, 7], "quiet hours"),
        ("manners.quiet", "22-7", "quiet hours"),
        ("manners.silent", 1, "silent"),
        ("manners.cooldown", -1, "cooldown"),
        ("subscriptions", {}, "no list"),
        ("subscriptions.1", "fox", "number 2 cannot"),
        ("subscriptions.1.kind", "regex", "number 2 cannot"),
        ("subscriptions.1.kind", ["search"], "number 2 cannot"),
        ("subscriptions.1.value", "", "number 2 cannot"),
        ("subscriptions.1.value", "-moon", "number 2 cannot"),
        ("subscriptions.1.value", "moon " * 10**6, "number 2 cannot"),
        ("subscriptions.1.value", None, "number 2 cannot"),
        ("subscriptions.0.value", "🎈", "number 1 cannot"),
        ("subscriptions.1.often", "hourly", "number 2 cannot"),
        ("subscriptions.1.often", {}, "number 2 cannot"),
        ("subscriptions.1.hour", 24, "number 2 cannot"),
        ("subscriptions.1.hour", 9.5, "number 2 cannot"),
        ("subscriptions.1.weekday", -1, "number 2 cannot"),
        ("subscriptions.1.thread", 10**30, "number 2 cannot"),
        ("subscriptions.1.paused", "yes", "number 2 cannot"),
    ],
)
def test_what_no_export_writes_is_refused_in_words_and_changes_nothing(
    state: State, exported: dict[str, Any], where: str, value: object, why: str
) -> None:
    if where.startswith("subscriptions.1") and where.count(".") == 1:
        exported["subscriptions"][1] = value
        data = exported
    else:
        data = changed(exported, where, value)
    with pytest.raises(ImportRefusedError, match=f"This file cannot be taken in.*{why}"):
        restore(state, GROUP, 0, data, 9, NOW)
    assert chats.find(state, GROUP.id) is None
    assert not in_chat(state, GROUP.id)


@pytest.mark.parametrize(
    "data",
    [None, 7, [], {}, "", "fox", "[" * 100_000, "1" * 5_000, "x" * 10**7, '{"tubenotes":', b"{}"],
)
def test_what_is_no_file_of_ours_is_refused(state: State, data: object) -> None:
    with pytest.raises(ImportRefusedError):
        restore(state, GROUP, 0, data, 9, NOW)


def test_an_absurd_file_costs_little(state: State, exported: dict[str, Any]) -> None:
    many = exported["subscriptions"] * 40_000
    began = process_time()
    with pytest.raises(ImportRefusedError, match=f"more than {MOST_ENTRIES:,} subscriptions"):
        restore(state, GROUP, 0, {**exported, "subscriptions": many}, 9, NOW)
    assert process_time() - began < 1


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)
PLACES = st.sampled_from(
    ["tubenotes", "version", "chat", "manners", "manners.zone", "manners.quiet", "subscriptions"]
    + [f"subscriptions.0.{name}" for name in ("kind", "value", "often", "hour", "thread", "paused")]
)


@given(PLACES, JSON)
@settings(max_examples=50)
def test_whatever_a_file_says_it_is_taken_in_or_refused(
    tmp_path_factory: pytest.TempPathFactory, where: str, value: object
) -> None:
    with opened_state(tmp_path_factory.mktemp("any")) as state:
        ask(state, SKY, chat=GROUP)
        data = changed(export(state, GROUP.id), where, value)
        try:
            added, known = restore(state, OTHER, 0, data, 9, NOW)
        except ImportRefusedError:
            assert not in_chat(state, OTHER.id)
        else:
            assert sum(in_chat(state, OTHER.id).values()) == added
            assert added + known <= 1
