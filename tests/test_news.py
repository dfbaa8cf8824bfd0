"""What has become of notes that were news."""

from __future__ import annotations

from sqlite_utils import Database

from storage.deliveries import News
from storage.model import Moment
from storage.news import first_moments, present
from tests.owing import new_note


def news(number: int, key: str = "") -> News:
    one = new_note(number)
    return News(number, key or one.key, one.ref, one.title, one.channel, one.video_id)


def keys(index: Database, *asked: News) -> list[str]:
    return [note.key for note in present(index, asked).notes]


def test_notes_that_are_there_are_found_in_the_order_asked(tides_index: Database) -> None:
    assert keys(tides_index, news(3), news(1)) == [new_note(3).key, new_note(1).key]


def test_a_renamed_note_is_found_by_its_title_in_its_video(tides_index: Database) -> None:
    assert keys(tides_index, news(3, key="old/name.md")) == [new_note(3).key]


def test_a_note_that_is_there_twice_under_two_names_is_told_once(tides_index: Database) -> None:
    assert keys(tides_index, news(3), news(3, key="old/name.md")) == [new_note(3).key]


def test_a_note_that_is_gone_is_left_out(tides_index: Database) -> None:
    assert keys(tides_index, news(999), news(2)) == [new_note(2).key]
    assert present(tides_index, [news(999)]).certain


def test_the_first_moment_of_each_note(tides_index: Database) -> None:
    two = [new_note(1), new_note(2)]
    found = first_moments(tides_index, [*(note.key for note in two), "no/such.md"])
    assert found == {note.key: Moment(note.video_id, 65) for note in two}
    assert first_moments(tides_index, []) == {}
