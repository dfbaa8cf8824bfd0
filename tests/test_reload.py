"""Reloads: each change handed on, faults told once and outlived, the machine left in peace."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Set
from pathlib import Path

import pytest

from bot import reload as module
from bot.library import Changes
from bot.metrics import RELOADS, by
from bot.reload import Reloads
from bot.standing import Last
from bot.watch import Hint
from storage.errors import FolderError, FullError
from storage.plan import GONE_FOR
from storage.update import Guard
from tests.reloading import reloading
from tests.vaults import write_note, write_vault


class Folder:
    """A library whose folder comes and goes: each reload does the next thing."""

    def __init__(self, notes: Path, *things: Exception | Changes) -> None:
        self.notes = notes
        self._things = list(things)
        self.all_done = asyncio.Event()

    async def reload(self, *, guard: Guard | None, keys: Set[str] | None) -> Changes:
        if not self._things:
            self.all_done.set()
            await asyncio.Event().wait()
        thing = self._things.pop(0)
        if isinstance(thing, Exception):
            raise thing
        return thing


def changed(*keys: str) -> Changes:
    return Changes(added=len(keys), keys=set(keys))


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SCAN_EVERY", "_FOLDER_AGAIN"):
        monkeypatch.setattr(module, name, 0.3)
    monkeypatch.setattr(module, "_IDLE", 1)  # also where the machine is busy, and a scan slow


async def reload_all(folder: Folder, *faults: Exception) -> tuple[list[set[str]], Last]:
    """What was handed on, where the first times fail with these faults; how things stand."""
    told, failing = list[set[str]](), list(faults)

    async def announced(changes: Changes) -> None:
        if failing:
            raise failing.pop(0)
        told.append(set(changes.keys))

    reloads = Reloads(folder, announced)
    task = asyncio.create_task(reloads.run())
    async with asyncio.timeout(60):
        await folder.all_done.wait()
    task.cancel()
    return told, reloads.last


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.reload"]


async def test_a_folder_that_vanished_is_told_once_and_its_return_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    gone, none = FolderError("the folder is gone"), Changes()
    _, last = await reload_all(
        Folder(tmp_path, changed("x.md"), none, gone, gone, gone, none, none, gone)
    )
    assert [line.partition(":")[0] for line in lines(caplog)] == [
        "the index is up to date",
        "the index stays as it is",
        "the index is up to date",
        "the index stays as it is",
    ]
    assert last.wrong == "the folder is gone"


async def test_how_the_folder_stands_is_told_to_owners_and_counted(tmp_path: Path) -> None:
    before = by(RELOADS, "outcome")
    begun = time.monotonic()
    gone, full = FolderError("the folder is gone"), FullError("index.db cannot be written")
    _, last = await reload_all(Folder(tmp_path, changed("x.md"), Changes(), full))
    assert (last.unreadable, last.wrong) == ("", "index.db cannot be written")
    assert begun <= last.good <= time.monotonic()
    _, last = await reload_all(Folder(tmp_path, gone))
    assert (last.unreadable, last.good) == ("the folder is gone", 0.0)
    after = by(RELOADS, "outcome")
    new = [after[name] - before.get(name, 0) for name in ("changed", "same", "failed")]
    assert new == [1, 1, 2]


async def test_a_fault_of_ours_does_not_end_the_reloads(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fault = ZeroDivisionError("division by zero")
    told, last = await reload_all(Folder(tmp_path, fault, fault, changed("x.md")))
    assert caplog.text.count("Traceback") == 1
    assert "1 notes added" in caplog.text
    assert told == [{"x.md"}]
    assert last.wrong == ""


async def test_the_first_reload_is_handed_on_and_then_what_changes(tmp_path: Path) -> None:
    problem, others = Changes(problems=True), Changes(more=True)
    none, some = Changes(), changed("x.md")
    told, _ = await reload_all(Folder(tmp_path, none, none, some, none, problem, others))
    assert told == [set(), {"x.md"}, set(), set()]


async def test_what_could_not_be_handed_on_is_handed_on_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full = FullError("state.db cannot be written")
    told, _ = await reload_all(
        Folder(tmp_path, changed("a.md"), changed("b.md"), Changes(), Changes()), full, full
    )
    assert told == [{"a.md", "b.md"}]
    assert caplog.text.count("state.db cannot be written") == 1


async def test_how_things_stand_is_told(tmp_path: Path) -> None:
    began = time.time()
    quiet = Changes(waiting={"slow.md"})
    _, last = await reload_all(Folder(tmp_path, changed("x.md"), quiet))
    assert last.changes == Changes(added=1)
    assert began <= last.changed <= last.at <= time.time()
    assert (last.waiting, last.wrong) == (1, "")
    assert 0 <= last.seconds < 60


async def test_missing_notes_are_told_once_kept_and_taken_out_when_the_owner_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_vault(tmp_path / "notes")
    async with reloading(tmp_path / "notes") as running:
        async with running.library._reloading:  # no scan meets half of it
            for folder in (tmp_path / "notes").iterdir():
                shutil.rmtree(folder)
        await running.rounds(4)
        assert len(await running.notes()) == 6
        wrong = running.reloads.last.wrong
        assert wrong.startswith("6 of 6 notes are gone from the folder at once; they are kept")
        assert "/reload removes them now" in wrong
        assert caplog.text.count("6 of 6 notes") == 1
        last = await running.reloads.now()
        assert (last.changes, last.wrong) == (Changes(removed=6), "")
        assert await running.notes() == {}


async def test_missing_notes_are_taken_out_when_they_stay_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(module, "Guard", lambda: Guard(clock=lambda: now))
    write_vault(tmp_path / "notes")
    async with reloading(tmp_path / "notes") as running:
        async with running.library._reloading:  # no scan meets half of it
            for folder in (tmp_path / "notes").iterdir():
                shutil.rmtree(folder)
        await running.rounds(2)
        assert len(await running.notes()) == 6
        now += GONE_FOR
        assert len((await running.next()).gone) == 6


async def test_a_change_is_found_without_any_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(root: Path, wake: Callable[[object, object], None]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "watch", deaf)
    write_note(tmp_path / "notes", "a.md")
    async with reloading(tmp_path / "notes") as running:
        write_note(tmp_path / "notes", "b.md")
        assert (await running.next()).keys == {"b.md"}


class Told(Folder):
    """Notes which keys each reload was to look at."""

    def __init__(self, notes: Path, *things: Exception | Changes) -> None:
        super().__init__(notes, *things)
        self.looked: list[Set[str] | None] = []

    async def reload(self, *, guard: Guard | None, keys: Set[str] | None) -> Changes:
        self.looked.append(keys)
        return await super().reload(guard=guard, keys=keys)


class ToldUntilScanned(Told):
    """Goes on until all was looked at so many times after the first."""

    def __init__(self, notes: Path, scans: int) -> None:
        super().__init__(notes)
        self._scans = scans

    async def reload(self, *, guard: Guard | None, keys: Set[str] | None) -> Changes:
        self._things.append(Changes())
        if self.looked[1:].count(None) == self._scans:
            self._things.clear()
        return await super().reload(guard=guard, keys=keys)


async def test_hints_say_where_to_look_and_a_scan_looks_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hinting(root: Path, wake: Callable[[Hint, set[str]], None]) -> None:
        while True:
            wake(Hint.NOTE, {"x.md"})
            await asyncio.sleep(0.02)

    monkeypatch.setattr(module, "watch", hinting)
    monkeypatch.setattr(module, "SCAN_EVERY", 1.0)
    # However many hints there are, all is looked at every SCAN_EVERY seconds.
    folder = ToldUntilScanned(tmp_path, scans=3)
    await reload_all(folder)
    assert folder.looked[0] is None
    assert folder.looked.count({"x.md"}) > 20


async def test_after_a_fault_all_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hinting(root: Path, wake: Callable[[Hint, set[str]], None]) -> None:
        while True:
            wake(Hint.NOTE, {"x.md"})
            await asyncio.sleep(0.01)

    monkeypatch.setattr(module, "watch", hinting)
    monkeypatch.setattr(module, "SCAN_EVERY", 3600.0)
    folder = Told(tmp_path, Changes(), FullError("full"), Changes(), Changes())
    await reload_all(folder)
    assert folder.looked[:4] == [None, {"x.md"}, None, {"x.md"}]


async def test_a_file_in_motion_is_looked_at_again_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(root: Path, wake: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "watch", deaf)
    monkeypatch.setattr(module, "SCAN_EVERY", 3600.0)
    folder = Told(tmp_path, Changes(waiting={"slow.md"}), Changes(waiting={"slow.md"}))
    await reload_all(folder)
    assert folder.looked == [None, {"slow.md"}, {"slow.md"}]


async def test_a_hint_wakes_the_scan_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SCAN_EVERY", 3600.0)
    write_note(tmp_path / "notes", "a.md")
    async with reloading(tmp_path / "notes") as running:
        await running.rounds(1)
        write_note(tmp_path / "notes", "b.md")
        assert (await running.next()).keys == {"b.md"}


async def test_a_stop_ends_it_at_once(tmp_path: Path) -> None:
    write_note(tmp_path / "notes", "a.md")
    async with reloading(tmp_path / "notes") as running:
        await running.rounds(1)
        began = time.monotonic()
    assert time.monotonic() - began < 20
