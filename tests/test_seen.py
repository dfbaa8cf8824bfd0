"""What is new, and what was told: nothing is lost, nothing is told twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.seen import (
    Marked,
    begin,
    marks_of,
    remember,
    tell,
    unseen,
    untold,
)
from storage.state import State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path / "state.db")) as opened:
        yield opened


def note(key: str, content: str = "", video: str = "", title: str = "") -> Marked:
    """A note; what is not said is its own."""
    content, video = content or f"text of {key}", video or f"video of {key}"
    return Marked(key, marks_of(key, content.encode(), video, title or f"Title of {key}"))


def writes(state: State) -> int:
    return state.database.conn.total_changes


def test_what_was_there_at_the_start_is_no_news(state: State) -> None:
    assert begin(state, "/notes", [note("a"), note("b")])
    assert unseen(state, [note("a"), note("c"), note("b")]) == ["c"]


def test_it_starts_once_for_a_folder(state: State) -> None:
    begin(state, "/notes", [note("a")])
    assert not begin(state, "/notes", [note("a"), note("b")])
    assert unseen(state, [note("a"), note("b")]) == ["b"]


def test_an_empty_folder_is_a_start_too(state: State) -> None:
    assert begin(state, "/notes", [])
    assert unseen(state, [note("a")]) == ["a"]


def test_the_same_notes_in_another_place_are_no_new_start(state: State) -> None:
    begin(state, "/notes", [note("a"), note("b")])
    assert not begin(state, "/moved", [note("a"), note("b"), note("c")])
    assert unseen(state, [note("c")]) == ["c"]


def test_other_notes_are_a_new_start(state: State) -> None:
    begin(state, "/notes", [note("a"), note("b")])
    assert begin(state, "/other", [note("a"), note("c"), note("d")])
    assert unseen(state, [note("c"), note("e")]) == ["e"]


@pytest.mark.parametrize(
    "changed",
    [
        note("a", content="edited", video="V", title="T"),
        note("moved/a", content="as it was", video="V", title="T"),
        note("a", content="another note under this name", video="W", title="U"),
        note("b", content="both", video="V", title="t!"),
        note("b", content="as it was", video="W", title="U"),
    ],
)
def test_an_edited_renamed_or_restored_note_is_no_news(state: State, changed: Marked) -> None:
    begin(state, "/notes", [note("a", content="as it was", video="V", title="T")])
    assert unseen(state, [changed]) == []


def test_another_topic_of_the_same_video_is_news(state: State) -> None:
    begin(state, "/notes", [note("a", video="V", title="T")])
    assert unseen(state, [note("b", video="V", title="U"), note("c", title="T")]) == ["b", "c"]


def test_without_a_video_or_a_title_notes_are_not_the_same() -> None:
    for video, title in (("", "T"), ("V", ""), ("V", "🦊"), ("", "")):
        one, other = marks_of("a", b"1", video, title), marks_of("b", b"2", video, title)
        assert not set(one) & set(other)


def test_a_note_is_followed_through_edits_and_names(state: State) -> None:
    """Each step keeps one mark only: what was remembered on the way counts."""
    begin(state, "/notes", [note("a", content="1", video="V", title="T")])
    remember(state, [note("a", content="2", video="W", title="U")])
    remember(state, [note("b", content="2", video="X", title="Z")])
    assert unseen(state, [note("b", content="3", video="Y", title="Y")]) == []


def test_to_remember_a_note_that_is_news_does_not_swallow_it(state: State) -> None:
    begin(state, "/notes", [note("a")])
    remember(state, [note("a", content="edited"), note("b")])
    assert unseen(state, [note("b")]) == ["b"]


def test_copies_that_come_together_are_one_piece_of_news(state: State) -> None:
    begin(state, "/notes", [])
    copies = [note("b", content="same"), note("a", content="same"), note("c")]
    assert unseen(state, copies) == ["b", "c"]


def test_what_is_known_costs_no_write(state: State) -> None:
    begin(state, "/notes", [note("a")])
    tell(state, [b"p" * 8], [1], "", 5.0)
    before = writes(state)
    begin(state, "/notes", [note("a")])
    remember(state, [note("a")])
    tell(state, [b"p" * 8], [1], "", 6.0)
    assert writes(state) == before


def test_thirty_thousand_notes_are_compared(state: State) -> None:
    notes = [note(str(number)) for number in range(30_000)]
    begin(state, "/notes", notes[:-2])
    assert unseen(state, notes) == ["29998", "29999"]


STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("123"), st.sampled_from("TU")), max_size=12
)


@given(STEPS)
def test_each_note_is_news_once_whatever_comes_between(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("seen") / "state.db"
    announced: set[bytes] = set()
    with closing(State.open(path)) as state:
        begin(state, "/notes", [])
        for key, content, title in steps:
            one = note(key, content=content, video="V", title=title)
            news = bool(unseen(state, [one]))
            assert news == announced.isdisjoint(one.marks)
            announced.update(one.marks)
            if news:
                marks = [(mark,) for mark in one.marks]
                state.database.conn.executemany("insert or ignore into seen values (?)", marks)
                state.database.conn.commit()
            remember(state, [one])


def notices(state: State) -> list[tuple[int, str]]:
    rows = state.database.execute("select chat_id, text from deliveries order by id")
    return [(row[0], row[1]) for row in rows]


def test_admins_are_told_of_a_problem_once(state: State) -> None:
    one, two = b"1" * 8, b"2" * 8
    assert untold(state, [one, two]) == [True, True]
    tell(state, [one], [7, 8], "a.md cannot be read", 5.0)
    assert untold(state, [one, two]) == [False, True]
    assert notices(state) == [(7, "a.md cannot be read"), (8, "a.md cannot be read")]
    ready = state.database.execute("select id, ready from chats order by id").fetchall()
    assert ready == [(7, 5.0), (8, 5.0)]


def test_a_problem_that_comes_back_is_told_again(state: State) -> None:
    tell(state, [b"1" * 8], [7], "broken", 5.0)
    tell(state, [], [7], "", 6.0)
    assert untold(state, [b"1" * 8]) == [True]
    assert len(notices(state)) == 1


def test_problems_at_the_start_are_told_as_asked(state: State) -> None:
    begin(state, "/notes", [], told=[b"1" * 8])
    assert untold(state, [b"1" * 8, b"2" * 8]) == [False, True]


KILLED = """
import os, sys
from pathlib import Path
from storage.seen import Marked, begin
from storage.state import State
state = State.open(Path(sys.argv[1]))
def notes():
    for number in range(1000):
        yield Marked(str(number), (number.to_bytes(8, "big"),))
    os.kill(os.getpid(), 9)
class Lazy(list):
    def __iter__(self):
        return notes()
begin(state, "/notes", Lazy())
"""


def test_a_start_that_was_killed_is_no_start(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], cwd=Path(__file__).parent.parent, check=False
    )
    assert killed.returncode == -9
    with closing(State.open(path)) as state:
        assert state.database.execute("select count(*) from seen").fetchone() == (0,)
        assert begin(state, "/notes", [])
