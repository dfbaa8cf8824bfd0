"""What reader threads share: never of another generation, and nobody waits without need."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sqlite_utils import Database

from storage import memory as module
from storage.database import snapshot
from storage.memory import Memory
from storage.query import parse_query
from storage.reading import generation
from storage.search import search
from storage.update import update
from tests.vaults import build, cite, opened, reader, write_note


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    body = f"The fox jumps {cite(5)}. The hen sleeps {cite(60)}. A fox and a hen {cite(90)}."
    write_note(tmp_path / "notes", "a.md", body=body)
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as found:
        yield found


def test_a_thing_is_made_once_and_anew_in_another_generation() -> None:
    memory, made = Memory(), list[int]()

    def make() -> int:
        made.append(len(made))
        return made[-1]

    for number in (1, 1, 2, 2, 3):
        with memory.at(number):
            memory.kept("x", make)
            memory.kept("x", make)
    assert made == [0, 1, 2]


def test_lists_and_arrays_are_read_once(database: Database) -> None:
    memory = Memory()
    with memory.at(1):
        first = memory.postings(database, "fox")
        assert len(first.moments) == 2
        assert memory.postings(database, "fox") is first
        assert memory.arrays(database) is memory.arrays(database)
        assert memory.vocabulary(database) is memory.vocabulary(database)
    with memory.at(2):
        assert memory.postings(database, "fox") is not first


def test_an_older_snapshot_never_shares_with_a_newer_one() -> None:
    """A reader that began before an update ends after it, and asks in between."""
    memory = Memory()
    began, updated = threading.Event(), threading.Event()

    def slow_reader() -> list[str]:
        with memory.at(1):
            began.set()
            assert updated.wait(60)
            return [memory.kept("x", lambda: "old"), memory.kept("x", lambda: "older")]

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(slow_reader)
        assert began.wait(60)
        with memory.at(2):
            updated.set()
            assert job.result(60) == ["old", "old"]
            assert memory.kept("x", lambda: "new") == "new"
    with memory.at(1):
        assert memory.kept("x", lambda: "late") == "late"
    with memory.at(2):
        assert memory.kept("x", lambda: "again") == "new"


def test_one_slow_thing_does_not_hold_up_others() -> None:
    memory = Memory()
    begun, end = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert end.wait(60)
        return "slow"

    def ask_for_slow() -> str:
        with memory.at(1):
            return memory.kept("slow", slow)

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(ask_for_slow) for _ in range(2)]
        assert begun.wait(60)
        with memory.at(1):
            assert memory.kept("quick", lambda: "quick") == "quick"
            assert memory.mask("quick", lambda: np.ones(1, np.bool_)).all()
        assert not any(job.done() for job in jobs)
        end.set()
        assert [job.result(60) for job in jobs] == ["slow", "slow"]


def test_what_could_not_be_made_is_tried_again() -> None:
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.kept("x", lambda: 1 / 0)
    assert memory.kept("x", lambda: 2.0) == 2.0


def test_old_lists_and_masks_make_room_for_new_ones(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 4_500)
    memory = Memory()
    fox = memory.postings(database, "fox")
    first = memory.mask("first", lambda: np.ones(100, np.bool_))
    for number in range(50):
        memory.mask(number, lambda: np.ones(100, np.bool_))
        assert memory.postings(database, "fox") is fox  # asked for all the time: it stays
    assert memory.mask("first", lambda: np.ones(100, np.bool_)) is not first
    for number in range(50):
        memory.postings(database, f"word{number}")
    assert memory.postings(database, "fox") is not fox


def test_threads_that_ask_while_notes_change_each_see_one_vault(tmp_path: Path) -> None:
    """Every version has another number of moments; lists of one never meet arrays of another."""
    notes, path = tmp_path / "notes", tmp_path / "index.db"

    def write(version: int) -> None:
        body = " ".join(f"Fox v{version} jumps {cite(10 * at)}." for at in range(version + 1))
        write_note(notes, "a.md", f"Title {version}", body=body)

    write(0)
    build(notes, path)
    memory, done = Memory(), threading.Event()
    begun = threading.Barrier(4)

    def ask() -> set[int]:
        """At least once before the first change, and once after the last."""
        seen: set[int] = set()
        last = False
        with reader(path) as database:
            while not last:
                last = done.is_set()
                with snapshot(database), memory.at(generation(database)):
                    hits = search(database, memory, parse_query("fox jmups"), 50).hits
                versions = {hit.passage.text.split()[1] for hit in hits}
                assert versions == {f"v{len(hits) - 1}"}
                if not seen:
                    begun.wait(60)
                seen.add(len(hits))
        return seen

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(ask) for _ in range(3)]
        try:
            begun.wait(60)
            with opened(path) as index:
                for version in range(1, 12):
                    write(version)
                    update(index, notes)
        finally:
            done.set()
        assert len(set().union(*(job.result(30) for job in jobs))) > 1
