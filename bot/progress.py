"""A progress bar for the index, on standard error, where that is a terminal."""
# ruff: noqa: PLC0415 - rich is slow to load, and most often no bar is shown

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.errors import BotError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.3
"""Seconds before a bar appears: work that is done sooner needs none (nor rich's start-up)."""


class StoppedError(BotError):
    """Work was stopped half-way because its command ends."""


class Bar:
    """Call it with (done, total) notes from any one thread; the bar is gone after the `with`.

    A call after the `with` raises StoppedError: so work in a thread ends when its command does.
    """

    def __init__(self, words: str = "Indexing") -> None:
        self._words = words
        self._stopped = False
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._since = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stopped = True
        if self._bar:
            self._bar[0].stop()

    def __call__(self, done: int, total: int) -> None:
        if self._stopped:
            raise StoppedError("stopped")
        if not self._shown or time.monotonic() - self._since < PATIENCE:
            return
        if self._bar is None:
            self._bar = _start(self._words, total)
        progress, task = self._bar
        progress.update(task, completed=done, total=total)


def _start(words: str, total: int) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    progress = Progress(
        words,
        BarColumn(),
        MofNCompleteColumn(),
        "notes",
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task("", total=total)
    progress.start()
    return progress, task
