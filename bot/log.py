"""Logging on standard error, as text for people or JSON for machines; secrets never get out."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TextIO
from urllib.parse import quote

HIDDEN = "…token…"
FOLD = " ⏎ "
"""Stands for the end of a line inside an entry: `sed 's/ ⏎ /\\n/g'` unfolds a traceback."""
_LONG_ENOUGH = 16
# These tell each request, with the token in its address, or repeat what we log ourselves.
_CHATTY = ("httpx", "httpcore", "asyncio", "watchfiles")
# These show what people wrote where they cannot read it; and what we wait out and log in a line.
_TELLTALE = ("telegram", "tornado")
_SILENT = logging.CRITICAL + 1
_SHOWN = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {10: FOLD, 9: " "}

UPDATE: Final[ContextVar[int | None]] = ContextVar("update", default=None)
"""The id of the update that is worked on: it stands in every entry that is made meanwhile."""
_logger = logging.getLogger(__name__)


def set_up_logging(
    level: str, style: str, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Log records of at least `level` to `stream` (standard error), `style` "text" or "json".

    One line is one entry, with the id of the update that it is about. Every secret is blanked out
    in messages and tracebacks, also where it is quoted for a URL. Uncaught exceptions and warnings
    are logged too, so that they are blanked out as well.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter((_JsonFormatter if style == "json" else _TextFormatter)(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    lowest = logging.getLogger().level
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, lowest))
    for name in _TELLTALE:
        debugging = lowest <= logging.DEBUG
        logging.getLogger(name).setLevel(logging.WARNING if debugging else _SILENT)
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(_SILENT)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught


class Redaction:
    """Blanks secrets out of a text, in every shape that they may turn up in."""

    def __init__(self, secrets: Iterable[str]) -> None:
        shapes = {shape for secret in secrets for shape in _shapes(secret)}
        self._hide = sorted(shapes, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without them."""
        for shape in self._hide:
            text = text.replace(shape, HIDDEN)
        return text


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """The usual one prints what was to be logged, secrets and all."""
        with suppress(OSError, ValueError):
            self.stream.write(f"an entry of {record.name} could not be logged\n")


class _TextFormatter(logging.Formatter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(update)s%(message)s")
        self._redact = Redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message and the traceback hold."""
        update = UPDATE.get()
        record.update = "" if update is None else f"update={update} "
        # Blanked out last, so that nothing can slip in after it.
        return self._redact(super().format(record).translate(_SHOWN))


class _JsonFormatter(logging.Formatter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._redact = Redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One object."""
        entry: dict[str, str | int] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        update = UPDATE.get()
        if update is not None:
            entry["update"] = update
        entry["message"] = record.getMessage()
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return self._redact(json.dumps(entry, ensure_ascii=False))


def _shapes(secret: str) -> tuple[str, ...]:
    """The secret as it may turn up: whole, quoted for a URL, and its half after the colon."""
    half = secret.partition(":")[2]
    whole = (secret, quote(secret, safe="")) if secret else ()
    return (*whole, half) if len(half) >= _LONG_ENOUGH else whole


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _logger.critical("stopped by an error", exc_info=(kind, error, trace))
