"""A passage named by what it says is found again for years, or is said to have changed or gone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.citing import NEAR_SECONDS, SAME_SECONDS, Fate, cite_of, find_cited, to_payload
from storage.model import Hit
from tests.citing_fixture import (
    BEES,
    DANCE,
    FILM,
    HIVES,
    HONEY,
    WAX,
    Notes,
    Said,
    all_of,
    honey,
    notes,
    told,
)
from tests.vaults import OTHER, VIDEO

__all__ = ["honey", "notes"]


def test_a_passage_is_opened_as_it_is(notes: Notes, honey: str) -> None:
    opened = notes.open(honey)
    assert opened.cited.hit == notes.hit(HONEY)
    assert opened.before == opened.earlier == notes.hit(HIVES)
    assert opened.after == opened.later == notes.hit(DANCE)


def test_an_edit_elsewhere_in_the_note_leaves_it(notes: Notes, honey: str) -> None:
    notes.write(BEES, [("A new start", 1), (HONEY, 305), ("Another end", 306), (HONEY, 4007)])
    assert notes.opens(honey) == (Fate.SAME, HONEY)
    opened = notes.open(honey).cited.hit
    assert opened is not None
    assert opened.moment.start == 305


@pytest.mark.parametrize("key", ["farm/honey.md", "barn/bees.md"])
def test_it_is_found_in_a_note_of_another_name(notes: Notes, honey: str, key: str) -> None:
    (notes.root / key).parent.mkdir(exist_ok=True)
    (notes.root / BEES).rename(notes.root / key)
    assert notes.opens(honey) == (Fate.SAME, HONEY)


def test_a_reload_from_scratch_leaves_it(notes: Notes, honey: str) -> None:
    notes.index.unlink()
    notes.write("a/first.md", [("Numbers of rows shift", 7)])
    assert notes.opens(honey) == (Fate.SAME, HONEY)


@pytest.mark.parametrize("words", ["honey KEEPS for years", "Honey *keeps* for “years”"])
def test_other_marks_and_capitals_leave_it(notes: Notes, honey: str, words: str) -> None:
    notes.write(BEES, [(words, 305)])
    assert notes.opens(honey)[0] is Fate.SAME


def test_a_corrected_second_leaves_it(notes: Notes, honey: str) -> None:
    notes.write(BEES, [(HIVES, 299), (HONEY, 305 + SAME_SECONDS)])
    assert notes.opens(honey) == (Fate.SAME, HONEY)


def test_other_words_are_a_change_and_the_nearest_is_shown(notes: Notes, honey: str) -> None:
    notes.write(BEES, [("Too early", 251), ("Honey never spoils", 311), ("Too late", 391)])
    assert notes.opens(honey) == (Fate.CHANGED, "Honey never spoils")


def test_the_same_words_at_quite_another_second_are_a_change(notes: Notes) -> None:
    """Which of two equal passages was cited matters: the other one is not it."""
    notes.write(BEES, [("He agrees", 101), ("He agrees", 907)])
    first = to_payload(cite_of(notes.hit("He agrees", at=101)))
    assert notes.opens(first) == (Fate.SAME, "He agrees")
    notes.write(BEES, [("He agrees", 907)])
    assert notes.opens(first) == (Fate.CHANGED, "He agrees")


def test_where_the_note_is_gone_another_note_may_say_something_right_there(
    notes: Notes, honey: str
) -> None:
    notes.write(WAX, [("Wax too", 305 + NEAR_SECONDS), ("Wax melts", 281)])
    (notes.root / BEES).unlink()
    assert notes.opens(honey) == (Fate.CHANGED, "Wax too")
    assert notes.open(honey).cited.elsewhere
    notes.write(WAX, [("Wax too", 305 + NEAR_SECONDS + 1)])
    assert notes.opens(honey) == (Fate.GONE, "")


def test_the_same_words_of_another_video_are_never_opened(notes: Notes, honey: str) -> None:
    (notes.root / BEES).unlink()
    assert notes.opens(honey) == (Fate.GONE, "")


def test_a_note_that_is_about_another_video_now_has_lost_it(notes: Notes, honey: str) -> None:
    notes.write(BEES, [(HIVES, 5), (HONEY, 305)], OTHER)
    assert notes.opens(honey) == (Fate.GONE, "")


def test_a_passage_of_unknown_time_is_found_but_stands_in_for_no_other(
    notes: Notes, honey: str
) -> None:
    notes.write(BEES, [(HIVES, 5), (HONEY, 999_999), (DANCE, 611)])
    unknown = to_payload(cite_of(notes.hit(HONEY)))
    assert notes.opens(unknown) == (Fate.SAME, HONEY)
    assert notes.opens(honey) == (Fate.CHANGED, HONEY)
    opened = notes.open(unknown)
    assert opened.earlier == notes.hit(HIVES)
    assert opened.later == notes.hit(DANCE)
    notes.write(BEES, [(DANCE, 101), ("Nobody knows when", 999_999)])
    assert notes.opens(unknown) == (Fate.CHANGED, DANCE)


def test_earlier_and_later_go_by_the_second_not_by_the_place_in_the_note(notes: Notes) -> None:
    notes.write(BEES, [(DANCE, 611), (HIVES, 5), (HONEY, 305)])
    opened = notes.open(to_payload(cite_of(notes.hit(HIVES))))
    assert opened.before == notes.hit(DANCE)
    assert opened.later == notes.hit(HONEY)


def test_at_the_ends_of_a_note_the_video_goes_on(notes: Notes) -> None:
    notes.write(WAX, [("Wax melts", 2), ("Wax burns", 401), ("Wax sets", 703)])
    first = notes.open(to_payload(cite_of(notes.hit(HIVES))))
    assert first.earlier == notes.hit("Wax melts", WAX)
    last = notes.open(to_payload(cite_of(notes.hit(DANCE))))
    assert last.later == notes.hit("Wax sets", WAX)
    end = notes.open(to_payload(cite_of(notes.hit("Wax sets", WAX))))
    assert end.later is None
    assert end.earlier == notes.hit("Wax burns", WAX)


def test_leafing_on_comes_to_every_passage_of_a_note_and_to_an_end(notes: Notes) -> None:
    """Also past passages that say the same at the same second: their citations are one."""
    said = [(HIVES, 5), (HIVES, 5), (HONEY, 5), (HIVES, 5), (HONEY, 9), ("He agrees", 3)]
    notes.write(BEES, said)
    opened = notes.open(to_payload(cite_of(notes.hit("He agrees"))))
    seen = []
    while opened.cited.hit:
        seen.append((opened.cited.hit.passage.text, opened.cited.hit.moment.start))
        assert len(seen) < 9
        if opened.later is None:
            break
        opened = notes.open(to_payload(cite_of(opened.later)))
    assert seen == [("He agrees.", 3), (f"{HIVES}.", 5), (f"{HONEY}.", 5), (f"{HONEY}.", 9)]


WORDS = st.sampled_from(["He agrees", "She agrees", "They differ", HONEY, "42", "…", "И снова"])
NOTE = st.lists(st.tuples(WORDS, st.sampled_from([0, 5, 12, 131, 307, 2003])), max_size=5)
VIDEOS: Mapping[str, str] = {BEES: VIDEO, WAX: VIDEO, FILM: OTHER}
FOLDER = st.fixed_dictionaries(dict.fromkeys(VIDEOS, NOTE))


@settings(max_examples=25, deadline=None)
@given(FOLDER, FOLDER)
def test_whatever_changes_a_citation_opens_its_own_words_or_says_that_they_changed(
    before: dict[str, Said], after: dict[str, Said]
) -> None:
    with TemporaryDirectory() as place:
        notes = Notes(Path(place))
        cited = [hit for hits in take(notes, before).values() for hit in hits]
        left = [hit for hits in take(notes, after).values() for hit in hits]
        with notes.read() as database:
            for hit in cited:
                check(hit, left, find_cited(database, cite_of(hit)).fate, database)


def take(notes: Notes, said: dict[str, Said]) -> dict[str, list[Hit]]:
    for key, lines in said.items():
        notes.write(key, lines, VIDEOS[key])
    with notes.read() as database:
        return {key: all_of(database, key) for key in said}


def check(hit: Hit, left: list[Hit], fate: Fate, database: Database) -> None:
    """What is said of a hit now, held against all that is left."""
    found = find_cited(database, cite_of(hit)).hit
    same_video = [one for one in left if one.note.video_id == hit.note.video_id]
    equal = [one for one in same_video if alike(one, hit) and apart(one, hit) <= SAME_SECONDS]
    assert (fate is Fate.SAME) == bool(equal)
    assert (fate is Fate.GONE) == (found is None)
    if found is None:
        assert all(apart(one, hit) > NEAR_SECONDS for one in same_video)
        return
    assert found.note.video_id == hit.note.video_id
    assert fate is not Fate.SAME or alike(found, hit)
    own = found.note.ref == hit.note.ref
    assert alike(found, hit) or apart(found, hit) <= (SAME_SECONDS if own else NEAR_SECONDS)


def alike(one: Hit, other: Hit) -> bool:
    return told(one) == told(other)


def apart(one: Hit, other: Hit) -> int:
    return abs(one.moment.start - other.moment.start)
