"""Logging on standard error, as text for people or JSON for machines; secrets never get out."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

HIDDEN = "…token…"
_LONG_ENOUGH = 16
# These tell each request, with the token in its address, or repeat what we log ourselves.
_CHATTY = ("httpx", "httpcore", "telegram", "asyncio", "watchfiles")
_logger = logging.getLogger(__name__)


def set_up_logging(
    level: str, style: str, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Log records of at least `level` to `stream` (standard error), `style` "text" or "json".

    Every secret is blanked out in messages and tracebacks, also where it is quoted for a URL.
    Uncaught exceptions and warnings are logged too, so that they are blanked out as well.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter((_JsonFormatter if style == "json" else _TextFormatter)(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    # It logs a traceback for each RetryAfter, which the sender waits out and logs in one line.
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught


class _Redacting(logging.Formatter):
    """Blanks the secrets out of the finished line, so that nothing can slip in after it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        shapes = {shape for secret in secrets for shape in _shapes(secret)}
        self._hide = sorted(shapes, key=len, reverse=True)

    def redact(self, line: str) -> str:
        for shape in self._hide:
            line = line.replace(shape, HIDDEN)
        return line


class _TextFormatter(_Redacting):
    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))


class _JsonFormatter(_Redacting):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return self.redact(json.dumps(entry, ensure_ascii=False))


def _shapes(secret: str) -> tuple[str, ...]:
    """The secret as it may turn up: whole, quoted for a URL, and its half after the colon."""
    half = secret.partition(":")[2]
    whole = (secret, quote(secret, safe="")) if secret else ()
    return (*whole, half) if len(half) >= _LONG_ENOUGH else whole


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _logger.critical("stopped by an error", exc_info=(kind, error, trace))
