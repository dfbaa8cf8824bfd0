"""No right to read the notes, no right or no room to write: said plainly, and nothing is lost."""

import os
from pathlib import Path

import pytest

from storage.errors import FullError
from storage.index_file import beside_of
from storage.update import update
from tests.faults.child import run
from tests.vaults import assert_whole, build, dump, fresh_dump, opened, write_note, write_vault


def test_a_folder_that_may_not_be_read_is_named(place: Path) -> None:
    write_vault(place / "notes")
    (place / "notes").chmod(0o000)
    assert run(place / "notes", place, "--nobody") == {
        "error": "FolderError",
        "message": f"{place}/notes cannot be read: Permission denied",
    }


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o100])
def test_a_folder_that_becomes_unreadable_keeps_its_notes(place: Path, mode: int) -> None:
    """No right at all, to list but not to enter, to enter but not to list."""
    notes = place / "notes"
    write_vault(notes)
    write_note(notes, "channel00/below/deep.md")
    for path in (notes, *notes.rglob("*")):
        os.chown(path, 65534 if os.geteuid() == 0 else -1, -1)
    assert run(notes, place, "--nobody")["changes"]["added"] == 7
    before = dump(place / "index.db")["notes"]
    (notes / "channel00").chmod(mode)
    said = run(notes, place, "--nobody")
    assert said["changes"] == {"added": 0, "changed": 0, "removed": 0, "rejected": 0}
    assert said["problems"]
    for key, kind, message in said["problems"]:
        assert key.startswith("channel00/")
        assert kind == "unreadable"
        assert message.endswith("(Permission denied); its notes stay as they were")
    assert dump(place / "index.db")["notes"] == before
    (notes / "channel00").chmod(0o755)
    assert run(notes, place, "--nobody")["problems"] == []


def test_a_file_that_may_not_be_read_is_read_once_it_may(place: Path) -> None:
    notes = place / "notes"
    write_note(notes, "secret.md").chmod(0o000)
    write_note(notes, "good.md")
    said = run(notes, place, "--nobody")
    assert said["changes"] == {"added": 1, "changed": 0, "removed": 0, "rejected": 1}
    assert said["problems"] == [["secret.md", "rejected", "cannot be read: Permission denied"]]
    assert not any(run(notes, place, "--nobody")["changes"].values())
    (notes / "secret.md").chmod(0o644)
    assert run(notes, place, "--nobody") == {
        "changes": {"added": 1, "changed": 0, "removed": 0, "rejected": 0},
        "problems": [],
    }


@pytest.mark.parametrize("option", [(), ("--state",)])
def test_a_data_folder_that_may_not_be_written_is_named(
    place: Path, option: tuple[str, ...]
) -> None:
    write_vault(place / "notes")
    (place / "data").mkdir(mode=0o555)
    said = run(place / "notes", place / "data", "--nobody", *option)
    assert said["error"] == "FullError"
    assert f"{place}/data/" in said["message"]
    assert "cannot be written" in said["message"]
    assert list((place / "data").iterdir()) == []


def test_databases_that_may_not_be_written_are_named(place: Path) -> None:
    write_vault(place / "notes")
    run(place / "notes", place)
    run(place / "notes", place, "--state")
    write_note(place / "notes", "more.md")
    place.chmod(0o555)
    for path in place.glob("*.db*"):
        path.chmod(0o444)
    for option in ((), ("--state",)):
        said = run(place / "notes", place, "--nobody", *option)
        assert said["error"] == "FullError"
        assert "cannot be written" in said["message"]


@pytest.mark.parametrize("name", ["state.db", "index.db", "run.lock"])
def test_a_file_of_somebody_else_in_the_data_folder_is_told(place: Path, name: str) -> None:
    assert run(place, place, "--nobody", "--look") == {"wrong": ""}
    (place / name).touch(0o444)
    wrong = f"no right to write to {place / name}"
    assert run(place, place, "--nobody", "--look") == {"wrong": wrong}


def test_an_index_that_root_made_ready_is_no_obstacle(place: Path) -> None:
    notes, path = place / "notes", place / "index.db"
    write_vault(notes)
    build(notes, beside_of(path))
    beside_of(path).chmod(0o444)
    assert run(notes, place, "--nobody")["changes"]["added"] == 6
    assert not beside_of(path).exists()
    assert_whole(path)


def test_a_full_disk_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    notes, path = tmp_path / "notes", tmp_path / "index.db"
    write_vault(notes)
    build(notes, path)
    before = dump(path)
    write_vault(notes, folders=20, notes=10, version="new")
    with opened(path) as index:
        pages = index.database.execute("pragma page_count").fetchone()[0]
        index.database.execute(f"pragma max_page_count = {pages + 2}").fetchone()
        for _ in range(2):
            with pytest.raises(FullError, match=r"index\.db cannot be written .*full.*check room"):
                update(index, notes)
        assert dump(path) == before
        index.database.execute("pragma max_page_count = 1000000").fetchone()
        update(index, notes)
    assert_whole(path)
    assert dump(path) == fresh_dump(notes, tmp_path / "fresh.db")


@pytest.mark.parametrize("size", [1_000, 20_000, 100_000, 200_000])
def test_a_disk_that_fills_up_anywhere(place: Path, size: int) -> None:
    notes = place / "notes"
    write_vault(notes, folders=10, notes=10)
    said = run(notes, place, "--file-size", str(size))
    assert said["error"] == "FullError"
    assert "index.db cannot be written" in said["message"]
    assert run(notes, place)["changes"]["added"] > 0
    assert_whole(place / "index.db")
    assert dump(place / "index.db") == fresh_dump(notes, place / "fresh.db")


def test_a_state_that_does_not_fit_is_an_error(place: Path) -> None:
    said = run(place, place, "--state", "--file-size", "50000")
    assert said["error"] == "FullError"
    assert "state.db cannot be written" in said["message"]
    assert run(place, place, "--state") == {"kept": True}
