"""Processes that begin within milliseconds: each is forked from one that has loaded a module."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext


@contextmanager
def forking(module: str) -> Iterator[ForkServerContext]:
    """Processes that begin with this module loaded, and all that it imports."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    context.Process(target=print).start()
    yield context
    # The server ends when nobody holds the other end of its pipe; pytest would hold it for long.
    multiprocessing.forkserver._forkserver._stop()  # type: ignore[attr-defined]
