"""An update between two looks: what moves waits, what went all at once is kept for a while."""

import os
import shutil
from pathlib import Path

import pytest

from storage import update as module
from storage.index import Changes
from storage.plan import GONE_FOR, Missing
from storage.update import Guard, survey, take, update
from tests.vaults import build, dump, fresh_dump, opened, reader, write_note, write_vault


def test_what_the_scan_finds_wrong_is_told_when_it_changes(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_note(root, "a.md")
    copy = write_note(root, "a (Anna's conflicted copy 2026-01-02).md")
    assert build(root, path).problems
    assert not build(root, path).problems
    copy.unlink()
    changes = build(root, path)
    assert (bool(changes), changes.problems) == (False, True)


def test_a_file_written_to_between_two_looks_waits_and_holds_up_no_other(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_note(root, "a.md")
    build(root, path)
    with opened(path) as index:
        slow = write_note(root, "slow.md", "The beginn")
        write_note(root, "quick.md")
        found = survey(index, root)
        assert found.wait
        slow.write_text(slow.read_text() + "ing and the end")
        changes = take(index, root, found)
        assert (changes.keys, changes.waiting) == ({"quick.md"}, {"slow.md"})
        assert update(index, root).keys == {"slow.md"}
    assert dump(path) == fresh_dump(root, tmp_path / "fresh.db")


def test_where_everything_moves_nothing_is_written(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    os.utime(write_note(root, "a.md"), ns=(1, 1))
    build(root, path)
    with opened(path) as index, reader(path) as database:
        slow = write_note(root, "slow.md", "One")
        found = survey(index, root)
        slow.write_text(slow.read_text() + "more")
        before = database.execute("pragma data_version").fetchone()
        assert take(index, root, found).waiting == {"slow.md"}
        assert database.execute("pragma data_version").fetchone() == before


def test_a_file_that_is_back_a_moment_later_was_never_gone(tmp_path: Path) -> None:
    """Editors move the old file away before they write the new one."""
    path, root = tmp_path / "index.db", tmp_path / "notes"
    note = write_note(root, "a.md")
    build(root, path)
    with opened(path) as index:
        note.rename(root / "a.md~")
        found = survey(index, root)
        assert found.wait
        write_note(root, "a.md", "Saved")
        changes = take(index, root, found)
        assert (changes.gone, changes.waiting) == (set(), {"a.md"})
        assert update(index, root) == Changes(changed=1)


def test_what_is_there_but_no_note_any_more_goes(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    note = write_note(root, "a.md")
    build(root, path)
    note.unlink()
    note.mkdir()
    assert build(root, path) == Changes(removed=1)


@pytest.mark.parametrize("mtime", [0, 2**33 * 10**9, -1])
def test_odd_clocks_hold_up_nothing(tmp_path: Path, mtime: int) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    note = write_note(root, "a.md")
    os.utime(note, ns=(mtime, mtime))
    assert build(root, path) == Changes(added=1)
    assert not build(root, path)


def test_a_first_index_waits_for_young_files_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "notes"
    os.utime(write_note(root, "a.md"), ns=(1, 1))
    with opened(tmp_path / "index.db") as index:
        assert survey(index, root).wait
        monkeypatch.setattr(module, "YOUNG_NS", -(10**12))  # as if all were older
        assert not survey(index, root).wait
        update(index, root)
        assert not survey(index, root).wait
        write_note(root, "a.md", "Changed")
        assert survey(index, root).wait


def test_most_notes_going_at_once_are_kept_while_others_come_and_change(tmp_path: Path) -> None:
    path, root, away = tmp_path / "index.db", tmp_path / "notes", tmp_path / "away"
    write_vault(root, folders=4)
    build(root, path)
    now = 0.0
    guard = Guard(clock=lambda: now)
    (root / "channel00").rename(away)
    for folder in ("channel01", "channel02"):
        shutil.rmtree(root / folder)
    with opened(path) as index:
        write_note(root, "channel03/topic_1.md", "Changed")
        write_note(root, "new.md")
        for _ in range(2):
            changes = take(index, root, survey(index, root, guard=guard))
        assert guard.missing == Missing(9, 12, 0.0)
        now = GONE_FOR - 1
        assert not take(index, root, survey(index, root, guard=guard))
        away.rename(root / "channel00")
        assert take(index, root, survey(index, root, guard=guard)) == Changes(removed=6)
        assert guard.missing is None
    assert changes == Changes()
    assert dump(path) == fresh_dump(root, tmp_path / "fresh.db")


def test_what_stays_away_is_taken_out_in_the_end(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_vault(root)
    build(root, path)
    shutil.rmtree(root)
    root.mkdir()
    now = 5.0
    guard = Guard(clock=lambda: now)
    with opened(path) as index:
        assert not take(index, root, survey(index, root, guard=guard))
        now += GONE_FOR
        assert take(index, root, survey(index, root, guard=guard)) == Changes(removed=6)


def test_a_folder_that_was_renamed_is_no_loss(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_vault(root, folders=3)
    build(root, path)
    for folder in list(root.iterdir()):
        folder.rename(folder.with_name(f"{folder.name}_moved"))
    guard = Guard()
    with opened(path) as index:
        changes = take(index, root, survey(index, root, guard=guard))
    assert (changes, guard.missing) == (Changes(added=9, removed=9), None)
