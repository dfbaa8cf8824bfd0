"""Hints: what of a folder's events matters, and that nothing that fails here does harm."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import watchfiles

from bot import watch as module
from bot.watch import Hint, hint_of, watch
from tests.tasks import beside
from tests.vaults import write_file


class Hints:
    """What came so far."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[Hint] = asyncio.Queue()
        self.paths = set[str]()

    def take(self, hint: Hint, paths: set[str]) -> None:
        self.paths |= paths
        self.came.put_nowait(hint)

    async def next(self, at_least: Hint = Hint.NOTE) -> Hint:
        async with asyncio.timeout(60):
            while (hint := await self.came.get()) < at_least:
                pass
            return hint

    def clear(self) -> None:
        self.paths.clear()
        while not self.came.empty():
            self.came.get_nowait()


@asynccontextmanager
async def watching(root: Path) -> AsyncIterator[Hints]:
    """Watched from the first event that comes through on."""
    hints = Hints()
    async with beside(watch(root, hints.take)):
        yield hints


async def listen(root: Path, hints: Hints) -> None:
    """Wait until events come through: those of a file written over and over."""
    hints.clear()
    async with asyncio.timeout(60):
        while hints.came.empty():
            write_file(root, "listen.md", str(time.monotonic()))
            await asyncio.sleep(0.05)
    await settle(root, hints)


async def settle(root: Path, hints: Hints) -> None:
    """Wait until all events came through of what was done so far: they come in order."""
    part = write_file(root.parent, f"{root.name}.settled", "x")
    mark = f"settled-{time.monotonic_ns()}.md"
    part.rename(root / mark)
    async with asyncio.timeout(60):
        while mark not in hints.paths:
            await hints.came.get()
    hints.clear()


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_EVERY", "TRY_AGAIN"):
        monkeypatch.setattr(module, name, 0.3)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("note.md", Hint.NOTE),
        ("a/NOTE.TXT", Hint.NOTE),
        ("gone.md", Hint.NOTE),
        ("gone", Hint.NOTE),
        ("a", Hint.FOLDER),
        ("a/deep.md", Hint.FOLDER),
        ("", Hint.FOLDER),
        ("picture.png", Hint.NONE),
        (".git", Hint.NONE),
        (".git/index.lock", Hint.NONE),
        (".obsidian/workspace.json", Hint.NONE),
        ("a/.trash/note.md", Hint.NONE),
        ("a/@eaDir/note.md", Hint.NONE),
        ("~$note.md", Hint.NONE),
    ],
)
def test_only_what_may_be_a_note_or_hold_some_is_a_hint(
    tmp_path: Path, path: str, hint: Hint
) -> None:
    # Hidden is what is hidden within the folder, not what the folder lies in.
    root = tmp_path / ".notes"
    for key in ("note.md", "a/NOTE.TXT", "picture.png", ".git/x", ".obsidian/workspace.json"):
        write_file(root, key, "x")
    (root / "a/deep.md").mkdir()
    assert hint_of(str(root), f"{root}/{path}".rstrip("/")) == hint


async def test_a_note_that_is_saved_is_a_hint_and_git_is_none(tmp_path: Path) -> None:
    write_file(tmp_path, ".git/index", "x")
    async with watching(tmp_path) as hints:
        await listen(tmp_path, hints)
        for name in (".git/index", ".git/HEAD", "picture.png"):
            write_file(tmp_path, name, "y")
        write_file(tmp_path, "x.md", "x")
        assert await hints.next(Hint.NONE) == Hint.NOTE  # events come in order: it is the first
        assert hints.paths == {"x.md"}


async def test_a_root_that_is_replaced_does_not_make_it_deaf(tmp_path: Path) -> None:
    root = tmp_path / "notes"
    root.mkdir()
    async with watching(root) as hints:
        await listen(root, hints)
        root.rename(tmp_path / "old")
        root.mkdir()
        await hints.next(Hint.FOLDER)
        await listen(root, hints)


async def test_a_link_that_leads_elsewhere_now_is_followed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    root = tmp_path / "notes"
    root.symlink_to("one")
    async with watching(root) as hints:
        await listen(root, hints)
        (tmp_path / "new").symlink_to("two")
        (tmp_path / "new").rename(root)
        await hints.next(Hint.FOLDER)
        await listen(root, hints)


async def test_a_root_that_comes_later_is_watched_then(tmp_path: Path) -> None:
    async with watching(tmp_path / "notes") as hints:
        await asyncio.sleep(0.1)
        assert hints.came.empty()
        (tmp_path / "notes").mkdir()
        await hints.next(Hint.FOLDER)
        await listen(tmp_path / "notes", hints)


async def test_without_room_for_watches_it_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = 0

    def refuse(*_: object, **__: object) -> object:
        nonlocal tried
        tried += 1
        raise OSError("OS file watch limit reached")

    with monkeypatch.context() as patch:
        patch.setattr(watchfiles.main, "RustNotify", refuse)
        async with watching(tmp_path) as hints:
            while tried < 3:
                await hints.next()
            assert caplog.text.count("OS file watch limit reached") == 1
            patch.undo()
            monkeypatch.setattr(module, "TRY_AGAIN", 0.1)
            await listen(tmp_path, hints)


async def test_a_watch_that_breaks_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def __init__(self, *_: object) -> None:
            pass

        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def watch(self, *_: object) -> None:
            raise RuntimeError("the inotify queue is broken")

    with monkeypatch.context() as patch:
        patch.setattr(watchfiles.main, "RustNotify", Broken)
        async with watching(tmp_path) as hints:
            await hints.next()
            await hints.next()
            assert "cannot be watched (the inotify queue is broken)" in caplog.text
            patch.undo()
            monkeypatch.setattr(module, "TRY_AGAIN", 0.1)
            await listen(tmp_path, hints)


async def test_a_stop_does_not_wait_for_an_event(tmp_path: Path) -> None:
    async with watching(tmp_path) as hints:
        await listen(tmp_path, hints)
        began = time.monotonic()
    assert time.monotonic() - began < 20
