"""Digests are named by what they tell, and remembered under that name."""

from __future__ import annotations

from pathlib import Path

from storage.digests import digest, keep_digest
from tests.owing import NOW, opened_state


def test_a_digest_is_kept_with_its_order_over_a_restart(tmp_path: Path) -> None:
    keys = ["b/two.md", "a/één.md", "c/it's.md"]
    with opened_state(tmp_path) as state:
        ref = keep_digest(state, keys, NOW)
    with opened_state(tmp_path) as state:
        assert digest(state, ref) == tuple(keys)
        assert digest(state, "no such") is None


def test_the_same_notes_have_the_same_name_and_are_kept_once(tmp_path: Path) -> None:
    with opened_state(tmp_path) as state:
        one = keep_digest(state, ["a.md", "b.md"], NOW)
        assert keep_digest(state, ["a.md", "b.md"], NOW + 9) == one
        assert keep_digest(state, ["b.md", "a.md"], NOW) != one
        assert state.database.execute("select count(*) from digests").fetchone() == (2,)
