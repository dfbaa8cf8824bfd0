"""Hints that the folder changed: they only wake a scan, and whatever fails here does no harm."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import aclosing
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

from watchfiles import awatch

from storage.folder import SUFFIXES, is_passed_over

DEBOUNCE_MS = 50
_STEP_MS = 50
"""watchfiles looks for events so often. At 20 it takes three times the CPU of an idle bot."""
LOOK_EVERY = 2.0
"""Seconds between two looks whether it is still the same folder: else its watches are deaf."""
TRY_AGAIN = 300.0
"""Seconds until watching is tried again where the system has no room for it."""
log = logging.getLogger(__name__)


class Hint(IntEnum):
    """What may have changed: nothing of ours, a note, or a folder, which may hold more to come."""

    NONE = 0
    NOTE = 1
    FOLDER = 2


Wake = Callable[[Hint, set[str]], None]
"""Told what may have changed, and where: paths below the root, "" for all of it."""


async def watch(root: Path, wake: Wake) -> NoReturn:
    """Call `wake` at every hint, for ever. Where hints cannot be had, that is told once."""
    told = False
    while True:
        try:
            await _watch_until_replaced(root, wake)
            continue
        except FileNotFoundError:
            pause = LOOK_EVERY
        except (OSError, RuntimeError, ExceptionGroup) as error:
            if not told:
                log.warning(
                    "%s cannot be watched (%s); changes are found by looking every few seconds",
                    *(root, _reason(error)),
                )
            told, pause = True, TRY_AGAIN
        await asyncio.sleep(pause)


def _reason(error: Exception) -> Exception:
    """The first error in a group of groups."""
    return _reason(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


async def _watch_until_replaced(root: Path, wake: Wake) -> None:
    """Returns when another folder bears the name. Raises OSError and watchfiles' own errors."""
    folder, *identity = _identity(root)
    wake(Hint.FOLDER, {""})  # whatever happened while nobody watched
    events = awatch(
        folder,
        watch_filter=None,
        debounce=DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=round(LOOK_EVERY * 1000),
        yield_on_timeout=True,
        force_polling=False,  # where events are missing, our own scans are cheaper
        ignore_permission_denied=True,
    )
    async with aclosing(events):
        async for changes in events:
            if _identity(root) != (folder, *identity):
                wake(Hint.FOLDER, {""})
                return
            hints = {path: hint_of(folder, path) for _, path in changes}
            if hint := max(hints.values(), default=Hint.NONE):
                wake(hint, {_below(folder, path) for path, one in hints.items() if one})


def _identity(root: Path) -> tuple[str, int, int]:
    status = root.stat()
    return str(root.resolve()), status.st_dev, status.st_ino


def _below(folder: str, path: str) -> str:
    return path.removeprefix(folder).strip("/")


def hint_of(folder: str, path: str) -> Hint:
    """What a change at this path below the folder may mean."""
    parts = _below(folder, path).split("/")
    if any(is_passed_over(part) for part in parts):
        return Hint.NONE
    if os.path.isdir(path):  # noqa: PTH112 (a Path raises where we may not look)
        return Hint.FOLDER
    # What is gone may have been a folder.
    counts = parts[-1].casefold().endswith(SUFFIXES) or not os.path.lexists(path)
    return Hint.NOTE if counts else Hint.NONE
