"""What is said when there is no answer, and logged of it: not a word of what was asked."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from uuid import uuid4

from bot.words import groups, helping, said
from storage.errors import BusyError, FullError, StorageError

log = logging.getLogger(__name__)


def not_now(error: StorageError, asked: str) -> str:
    """The words where a database just gave no answer; logged in a line where that may pass."""
    if isinstance(error, BusyError | FullError):
        log.warning("no answer: %s", error)
    else:
        _log("a query failed", asked)
    return helping.NOT_NOW


def sorry(doing: str, asked: str) -> str:
    """The words for a fault of ours that was just caught, with an id that stands in the log too.

    `doing` is what for: a message, inline, guest.
    """
    error_id = uuid4().hex[:8]
    _log(f"error {error_id} while answering ({doing})", asked)
    return said(groups.SORRY, id=error_id)


def log_place(what: str, error: BaseException) -> None:
    """Log where it went wrong; the error's own words, which may be people's, only at debug."""
    log.error("%s: %s", what, "".join(_places(error)))
    log.debug("%s, in full", what, exc_info=error)


def _log(what: str, asked: str) -> None:
    """Log the place of what was just caught, and at debug what it came from."""
    error = sys.exception()
    if error is not None:
        log_place(what, error)
    log.debug("%s came from %r", what, asked)


def _places(error: BaseException | None) -> Iterator[str]:
    """The kind and the frames of an error and of its causes."""
    while error is not None:
        kind = getattr(error, "sqlite_errorname", None) or type(error).__name__
        yield f"{kind}\n{''.join(traceback.format_tb(error.__traceback__))}"
        error = error.__cause__ or error.__context__
