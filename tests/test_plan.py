"""What a reload has to do."""

from storage.folder import Signature
from storage.plan import Plan, plan_reload

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
