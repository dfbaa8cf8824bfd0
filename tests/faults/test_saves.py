"""All the ways to save, move and lose notes, real files under real reloads."""

# ruff: noqa: ASYNC240  # what people do to files takes no time here

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from storage.index import Changes
from tests.reloading import reloading
from tests.vaults import dump, fresh_dump, write_file, write_note, write_vault


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of six notes, looked at more often than in earnest."""
    for place, name in (
        ("reload", "SCAN_EVERY"),
        ("reload", "_FOLDER_AGAIN"),
        ("watch", "LOOK_EVERY"),
    ):
        monkeypatch.setattr(f"bot.{place}.{name}", 0.5)
    monkeypatch.setattr("bot.reload._IDLE", 1)  # also where the machine is busy, and a scan slow
    write_vault(tmp_path / "notes")
    return tmp_path / "notes"


async def test_an_atomic_save_is_a_change(vault: Path) -> None:
    async with reloading(vault) as running:
        new = write_note(vault, "channel00/.topic_0.md.tmp", "Saved")
        new.replace(vault / "channel00/topic_0.md")
        changes = await running.next()
        assert (changes, changes.keys) == (Changes(changed=1), {"channel00/topic_0.md"})
        assert (await running.notes())["channel00/topic_0.md"] == "Saved"


async def test_a_save_as_vim_does_it_is_a_change(vault: Path) -> None:
    """The old file becomes the backup, the new one is written, the backup goes."""
    note, backup = vault / "channel00/topic_0.md", vault / "channel00/topic_0.md~"
    async with reloading(vault, settle=0.3) as running:
        for title in ("One", "Two", "Three"):
            write_file(vault, "channel00/4913", "").unlink()
            write_file(vault, "channel00/.topic_0.md.swp", "swap")
            note.rename(backup)
            await asyncio.sleep(0.15)  # a scan may well see it gone
            write_note(vault, "channel00/topic_0.md", title)
            backup.unlink()
            changes = await running.next()
            assert (changes, changes.gone) == (Changes(changed=1), set())


async def test_a_note_written_in_pieces_is_taken_in_whole(vault: Path) -> None:
    text = write_note(vault.parent, "whole.md", "Slow", body="The fox sleeps. " * 4_000).read_text()
    other_is_in = asyncio.Event()

    async def write_slowly() -> None:
        with (vault / "slow.md").open("w") as file:
            for at in range(0, len(text), 30):
                file.write(text[at : at + 30])
                file.flush()
                if not other_is_in.is_set():
                    await asyncio.sleep(0.05)

    async with reloading(vault, settle=1.0) as running:
        writing = asyncio.create_task(write_slowly())
        write_note(vault, "quick.md")
        assert (await running.keys("quick.md")).keys == {"quick.md"}
        assert not writing.done()
        other_is_in.set()
        changes = await running.next()
        assert writing.done()
        assert (changes, changes.keys) == (Changes(added=1), {"slow.md"})
        await running.rounds()
        assert running.told.empty()


async def test_another_branch_of_many_notes_is_taken_in_at_once(vault: Path) -> None:
    def git(*args: str) -> None:
        names = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        plain = os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-C", str(vault), *names, *args]
        subprocess.run(command, check=True, capture_output=True, env=plain)

    git("init", "-b", "main")
    write_vault(vault, folders=20, notes=10)
    git("add", ".")
    git("commit", "-m", "notes")
    git("checkout", "-b", "other")
    write_vault(vault, folders=15, notes=10, version="other")
    (vault / "channel19/topic_9.md").rename(vault / "channel19/renamed.md")
    git("add", ".")
    git("commit", "-m", "other notes")
    async with reloading(vault) as running:
        git("checkout", "main")
        changes = await running.keys("channel19/topic_9.md")
        await running.rounds()
        while not running.told.empty():
            changes.add(await running.next())
        assert (changes.added, changes.changed, changes.removed) == (1, 150, 1)
        await running.library.reload()
    assert dump(vault.parent / "data/index.db") == fresh_dump(vault, vault.parent / "fresh.db")


async def test_another_folder_in_the_place_of_the_root(vault: Path) -> None:
    async with reloading(vault) as running:
        shutil.copytree(vault, vault.parent / "new")
        write_note(vault.parent / "new", "channel00/topic_0.md", "Newer")
        write_note(vault.parent / "new", "more.md")
        vault.rename(vault.parent / "old")
        (vault.parent / "new").rename(vault)
        changes = await running.keys("more.md", "channel00/topic_0.md")
        assert (changes.added, changes.changed, changes.removed) == (1, 1, 0)
        write_note(vault, "after.md")
        assert (await running.next()).keys == {"after.md"}


async def test_a_disk_that_is_away_for_a_while(
    vault: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with reloading(vault) as running:
        for empty in (False, True):  # a mount point stays, a folder does not
            before = await running.notes()
            async with running.library._reloading:  # in the middle of a scan it would be told twice
                vault.rename(vault.parent / "away")
                if empty:
                    vault.mkdir()
            await running.wrong("notes")
            assert await running.notes() == before
            async with running.library._reloading:
                if empty:
                    vault.rmdir()
                (vault.parent / "away").rename(vault)
            await running.wrong()
        await running.rounds()
        assert running.told.empty()
        assert await running.notes() == before
    assert caplog.text.count("does not exist") == 1
    assert caplog.text.count("6 of 6 notes are gone") == 1


async def test_a_link_to_the_notes_that_is_swapped(vault: Path) -> None:
    """As deployments do it: the link leads to the next version at once."""
    shutil.copytree(vault, vault.parent / "v1")
    shutil.copytree(vault, vault.parent / "v2")
    write_note(vault.parent / "v2", "channel00/topic_0.md", "Newer")
    shutil.rmtree(vault)
    vault.symlink_to("v1")
    async with reloading(vault) as running:
        (vault.parent / "next").symlink_to("v2")
        (vault.parent / "next").rename(vault)
        changes = await running.next()
        assert (changes, changes.keys) == (Changes(changed=1), {"channel00/topic_0.md"})
        write_note(vault.parent / "v2", "more.md")
        assert (await running.next()).keys == {"more.md"}


async def test_half_a_disk_that_is_away_takes_nothing_with_it(vault: Path) -> None:
    write_vault(vault, folders=3)
    write_note(vault, "mine.md")
    async with reloading(vault) as running:
        for folder in ("channel00", "channel01"):
            (vault / folder).rename(vault.parent / folder)
        await running.wrong("6 of 10 notes")
        write_note(vault, "mine.md", "Changed")
        write_note(vault, "more.md")
        changes = await running.keys("mine.md", "more.md")
        assert (changes.removed, len(await running.notes())) == (0, 11)
        for folder in ("channel00", "channel01"):
            (vault.parent / folder).rename(vault / folder)
        await running.wrong()
        assert running.told.empty()


async def test_a_note_or_a_folder_that_is_renamed(vault: Path) -> None:
    async with reloading(vault) as running:
        (vault / "channel00/topic_0.md").rename(vault / "channel00/renamed.md")
        changes = await running.keys("channel00/renamed.md")
        assert (changes, changes.gone) == (Changes(added=1, removed=1), {"channel00/topic_0.md"})
        for folder in ("channel00", "channel01"):
            (vault / folder).rename(vault / f"{folder}_moved")
        changes = await running.keys("channel01_moved/topic_0.md")
        assert changes == Changes(added=6, removed=6)
        assert running.reloads.last.wrong == ""


async def test_notes_in_new_folders_within_new_folders_are_found(vault: Path) -> None:
    async with reloading(vault) as running:
        keys = [f"a{n}/b/c/d{n}/e.md" for n in range(10)]
        for key in keys:
            write_note(vault, key)
        assert (await running.keys(*keys)).keys == set(keys)
