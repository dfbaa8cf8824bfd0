"""What faults happen to: a place, a server, notes and who subscribed to them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.faults.forkserver import forking
from tests.faults.serving import CHATS, subscribe, write_lighthouse


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder that everybody may enter and write to: pytest's own are for its user."""
    path = Path(tempfile.mkdtemp(prefix="tubenotes-"))
    path.chmod(0o777)
    before = os.umask(0o022)
    yield path
    os.umask(before)
    path.chmod(0o700)
    for folder, inside, _ in os.walk(path):
        for name in inside:  # before it is walked into
            (Path(folder) / name).chmod(0o700)
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def context() -> Iterator[ForkServerContext]:
    """Processes that begin with the service loaded."""
    with forking("tests.faults.broadcast") as found:
        yield found


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with one note."""
    write_lighthouse(tmp_path / "notes", 0)
    return tmp_path / "notes"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which two people asked for everything."""
    subscribe(tmp_path / "data", *CHATS)
    return tmp_path / "data"
