"""kill -9 at any moment, and several processes at once: the index stays whole.

Real processes, forked from a clean server so that each begins within milliseconds.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import random

import pytest

from storage import intake
from storage import update as updating
from storage.index import Index
from storage.state import State
from storage.update import update
from tests.faults.forkserver import forking
from tests.vaults import assert_whole, build, dump, fresh_dump, write_vault

FOLDERS, NOTES, KILLS = 8, 6, 12
Dump = dict[str, list[object]]


@pytest.fixture(scope="module")
def processes() -> Iterator[ForkServerContext]:
    with forking("tests.faults.test_kill") as found:
        yield found


def index_notes(notes: Path, path: Path, pipe: Connection, pools: bool, wait_at: float) -> None:
    """What a process does: a first index by small batches, or an update.

    When that share of the files is read it waits to be told to go on.
    """

    def progress(done: int, total: int) -> None:
        nonlocal wait_at
        pipe.send((done, total))
        if done >= wait_at * total:
            wait_at = 2.0
            pipe.recv()

    updating.BATCH_FILES = NOTES
    updating.TOLD_EVERY = 1
    intake.MANY_FILES = 1 if pools else 1000
    os.cpu_count = lambda: 2  # with one there are no processes that read
    pipe.send("begin")
    with closing(Index.open(path)) as index:
        update(index, notes, progress)
    pipe.send("end")


def start(
    context: ForkServerContext,
    notes: Path,
    path: Path,
    pools: bool = False,
    wait_at: float = 2.0,
) -> tuple[ForkServerProcess, Connection]:
    ours, theirs = context.Pipe()
    process = context.Process(target=index_notes, args=(notes, path, theirs, pools, wait_at))
    process.start()
    theirs.close()
    assert ours.recv() == "begin"
    return process, ours


def kill_at(context: ForkServerContext, notes: Path, path: Path, share: float) -> None:
    """Kill it when this share of the files is read (1: all), a few milliseconds later or less."""
    process, pipe = start(context, notes, path, wait_at=share or 2.0)
    while share > 0 and (said := pipe.recv()) != "end" and said[0] < share * said[1]:
        pass
    if share > 0:  # however long it took until we were told
        pipe.send("go on")
    time.sleep(random() / 50)  # the point is to strike at a moment of no meaning
    process.kill()
    process.join()
    assert process.exitcode in (-signal.SIGKILL, 0)
    pipe.close()


def folders_of(held: Dump) -> list[str]:
    return sorted({str(row[0]).split("/")[0] for row in held["notes"]})  # type: ignore[index]


def test_a_first_index_killed_anywhere_holds_whole_folders_and_is_completed(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    notes = tmp_path / "notes"
    write_vault(notes, FOLDERS, NOTES)
    whole = fresh_dump(notes, tmp_path / "fresh.db")
    held = set()
    for number in range(KILLS):
        path = tmp_path / f"{number}.db"
        kill_at(processes, notes, path, number / (KILLS - 1))
        Index.open(path).close()
        assert_whole(path)
        now = dump(path)
        folders = folders_of(now)
        assert folders == [f"channel{at:02}" for at in range(len(folders))]
        assert now["notes"] == [row for row in whole["notes"] if str(row[0])[:9] in folders]  # type: ignore[index]
        held.add(len(folders))
        build(notes, path)
        assert_whole(path)
        assert dump(path) == whole
    assert len(held) > 2


def test_an_update_killed_anywhere_leaves_the_old_vault_or_the_new_one(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    notes = tmp_path / "notes"
    write_vault(notes, FOLDERS, NOTES)
    old = fresh_dump(notes, tmp_path / "old.db")
    write_vault(notes, FOLDERS - 1, NOTES + 2, version="new")
    shutil.rmtree(notes / "channel07")
    new = fresh_dump(notes, tmp_path / "new.db")
    assert old != new
    for number in range(KILLS):
        path = tmp_path / f"{number}.db"
        shutil.copy(tmp_path / "old.db", path)
        kill_at(processes, notes, path, min(1.0, 2 * number / KILLS))
        assert_whole(path)
        assert dump(path) in (old, new)
        build(notes, path)
        assert_whole(path)
        assert dump(path) == new


def test_reading_processes_end_with_a_parent_that_is_killed(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    notes = tmp_path / "notes"
    write_vault(notes, FOLDERS, NOTES)
    process, pipe = start(processes, notes, tmp_path / "index.db", pools=True)
    pipe.recv()
    assert process.pid is not None
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    readers = [pid for pid in children if b"spawn_main" in _command(pid)]
    assert readers
    process.kill()
    process.join()
    deadline = time.monotonic() + 30
    while any(_command(pid) for pid in readers):
        assert time.monotonic() < deadline, "reading processes live on without their parent"
        time.sleep(0.02)
    build(notes, tmp_path / "index.db")
    assert_whole(tmp_path / "index.db")


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@pytest.mark.parametrize("attempt", range(3))
def test_processes_that_write_at_once_make_one_index(
    tmp_path: Path, processes: ForkServerContext, attempt: int
) -> None:
    """Two begin a first index at the same time, then two bring it up to date."""
    notes, path = tmp_path / "notes", tmp_path / "index.db"
    for version in ("", "new"):
        write_vault(notes, FOLDERS, NOTES, version)
        running = [start(processes, notes, path) for _ in range(2)]
        for process, pipe in running:
            while pipe.recv() != "end":
                pass
            process.join()
            assert process.exitcode == 0
        assert_whole(path)
        assert dump(path) == fresh_dump(notes, tmp_path / f"fresh{version}.db")


def keep(path: Path, number: int) -> None:
    with closing(State.open(path)) as state:
        for at in range(20):
            state.keep_request(f"{number}-{at}", "x")


def test_a_state_made_by_processes_at_once_keeps_everything(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    path = tmp_path / "state.db"
    running = [processes.Process(target=keep, args=(path, number)) for number in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join()
        assert process.exitcode == 0
    with closing(State.open(path)) as state:
        assert all(state.kept_request(f"{n}-{at}") for n in range(3) for at in range(20))


def test_a_state_killed_anywhere_keeps_what_it_said_it_kept(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.db"
        ours, theirs = processes.Pipe(duplex=False)
        process = processes.Process(target=keep_and_tell, args=(path, theirs))
        process.start()
        theirs.close()
        for _ in range(number * 3):
            ours.recv()
        process.kill()
        process.join()
        told = number * 3
        with closing(State.open(path)) as state:
            assert [state.kept_request(str(at)) for at in range(told)] == ["x"] * told


def keep_and_tell(path: Path, pipe: Connection) -> None:
    with closing(State.open(path)) as state:
        for at in range(10_000):
            state.keep_request(str(at), "x")
            pipe.send(at)
    os._exit(0)
