"""What a reload has to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.folder import Signature
from storage.plan import GONE_FOR, Missing, Plan, missing, moved, plan_reload

ONE, TWO = Signature(1, 1, 1), Signature(2, 2, 2)


def test_nothing_to_do_where_nothing_changed() -> None:
    assert not plan_reload({"a.md": ONE}, {"a.md": ONE})
    assert not plan_reload({}, {})


def test_new_and_changed_files_are_read_and_missing_ones_removed() -> None:
    indexed = {"same.md": ONE, "changed.md": ONE, "gone.md": ONE}
    scanned = {"same.md": ONE, "changed.md": TWO, "new.md": ONE}
    assert plan_reload(indexed, scanned) == Plan(("changed.md", "new.md"), ("gone.md",))


def test_what_could_not_be_looked_at_stays() -> None:
    indexed = {"a/x.md": ONE, "a/b/y.md": ONE, "ab/z.md": ONE, "c.md": ONE, "c.md.md": ONE}
    assert plan_reload(indexed, {}, ["a/", "c.md"]).remove == ("ab/z.md", "c.md.md")


def test_files_without_the_right_to_read_them_are_left() -> None:
    plan = plan_reload({"gone.md": ONE}, {"a.md": ONE, "b.md": ONE})
    assert plan.without({"a.md", "gone.md"}) == Plan(("b.md",), ("gone.md",))


@pytest.mark.parametrize(
    ("notes", "gone", "kept"),
    [
        (100, 51, True),
        (100, 50, False),
        (8, 5, True),
        (6, 4, False),  # few notes: a person tidies up
        (4, 4, True),
        (2, 2, True),
        (1, 1, False),
        (0, 0, False),
    ],
)
def test_notes_that_go_all_at_once_are_kept(notes: int, gone: int, kept: bool) -> None:
    assert missing(None, notes, gone, 7.0) == (Missing(gone, notes, 7.0) if kept else None)


def test_what_is_missing_is_given_up_after_a_while_and_not_before() -> None:
    found = missing(None, 10, 9, 1000.0)
    found = missing(found, 10, 9, 999.0 + GONE_FOR)
    assert found == Missing(9, 10, 1000.0)
    assert missing(found, 10, 9, 1000.0 + GONE_FOR) is None


def test_a_disk_that_comes_and_goes_begins_anew_each_time() -> None:
    found = missing(None, 10, 9, 0.0)
    assert missing(found, 10, 0, 5.0) is None
    assert missing(None, 10, 9, GONE_FOR) is not None


def test_notes_that_come_into_the_empty_place_do_not_make_the_others_go() -> None:
    found = missing(None, 100, 60, 0.0)
    assert missing(found, 900, 60, 5.0) == Missing(60, 100, 0.0)


@given(st.integers(0, 99), st.integers(0, 99), st.floats(0, 1e6))
def test_at_most_half_of_the_notes_may_go_unasked(notes: int, gone: int, now: float) -> None:
    gone = min(gone, notes)
    found = missing(None, notes, gone, now)
    if gone < 5 and gone < notes:
        assert found is None
    elif gone >= 5:
        assert (found is not None) == (gone > notes / 2)


def test_a_renamed_folder_or_file_is_known_again() -> None:
    indexed = {"a/x.md": ONE, "a/y.md": ONE, "z.md": TWO, "gone.md": Signature(3, 3, 3)}
    other = Signature(9, 9, 9)
    scanned = {"b/x.md": other, "b/y.md": other, "renamed.md": TWO, "new.md": other}
    plan = plan_reload(indexed, scanned)
    assert moved(plan, indexed, scanned) == {"a/x.md", "a/y.md", "z.md"}


def test_one_new_file_stands_for_one_that_is_gone() -> None:
    indexed = {f"{at}/index.md": ONE for at in range(9)}
    scanned = {"new/index.md": TWO}
    assert len(moved(plan_reload(indexed, scanned), indexed, scanned)) == 1


def test_a_file_that_was_there_before_stands_for_none() -> None:
    indexed = {"a/x.md": ONE, "b/x.md": ONE}
    scanned = {"b/x.md": TWO}
    assert moved(plan_reload(indexed, scanned), indexed, scanned) == set()
