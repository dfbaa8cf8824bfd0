"""A place that processes of other users can reach too: pytest's own are for its user alone."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder that everybody may enter and write to."""
    path = Path(tempfile.mkdtemp(prefix="tubenotes-"))
    path.chmod(0o777)
    yield path
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(0o700)
    shutil.rmtree(path)
