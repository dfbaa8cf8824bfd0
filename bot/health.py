"""What is wrong, from a few facts (pure): told by /healthz, /status, systemd and the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.words import number, owner, said

DEAF = 90.0
"""Seconds without a word from Telegram. It answers a poll within 20 s and is asked every 30 s."""
STALE, STALE_TIMES = 600.0, 5
"""Seconds since the last good reload, or so many times what one takes: a scan is made every two
minutes at the latest."""
STUCK = 600.0
"""Seconds for which something may go out and nothing does."""
SILENT = 60.0
"""Seconds since both databases last answered."""
LEAST_FREE, LEAST_PART, ENOUGH_FREE = 200_000_000, 0.02, 2_000_000_000
"""Bytes of the data folder's disk that must be left, the part of it, and what is enough of any."""
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand; times are seconds since then. The defaults are those of a bot that is well.

    `heard`: Telegram, and `deaf` why not; `reloaded`: the last good reload, each taking `took`;
    `unreadable`: why the folder of notes cannot be read; `due`: something may go out and nothing
    did; `answered`: both databases; `free` and `size` of the disk in bytes, 0 where nobody knows.
    While the first index is being built (`building`), notes and deliveries may wait for it.
    """

    heard: float = 0.0
    deaf: str = ""
    building: bool = False
    reloaded: float = 0.0
    took: float = 0.0
    unreadable: str = ""
    due: float = 0.0
    answered: float = 0.0
    free: int = 0
    size: int = 0


def reasons(facts: Facts) -> dict[str, str]:
    """What is wrong: a sentence under a short name each; nothing where all is well."""
    return dict(_reasons(facts))


def _reasons(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.heard > DEAF:
        yield "deaf", _deaf(facts)
    if facts.answered > SILENT:
        yield "silent", said(owner.SILENT, span=span_of(facts.answered))
    if facts.unreadable:
        yield "unreadable", said(owner.UNREADABLE, wrong=facts.unreadable)
    elif facts.reloaded > max(STALE, STALE_TIMES * facts.took) and not facts.building:
        yield "stale", said(owner.STALE, span=span_of(facts.reloaded))
    if facts.due > STUCK and not facts.building:
        yield "stuck", said(owner.STUCK, span=span_of(facts.due))
    if facts.size and facts.free < least_free(facts.size):
        yield "full", said(owner.NEARLY_FULL, megabytes=number(facts.free // _MB))


def _deaf(facts: Facts) -> str:
    if facts.deaf:
        return said(owner.DEAF_BECAUSE, span=span_of(facts.heard), wrong=facts.deaf)
    return said(owner.DEAF, span=span_of(facts.heard))


def least_free(size: int) -> float:
    """Bytes that must be left of a disk of this size."""
    return max(LEAST_FREE, min(LEAST_PART * size, ENOUGH_FREE))


def span_of(seconds: float) -> str:
    """A length of time in its two largest units, or in seconds where it is short."""
    if seconds < 60:
        shown = f"{max(0.0, seconds):.1f}" if seconds < 10 else f"{seconds:.0f}"
        return said(owner.SECONDS, seconds=shown)
    minutes, hours = int(seconds // 60), int(seconds // 3_600)
    if minutes < 60:
        return said(owner.MINUTES, minutes=minutes)
    if hours < 48:
        return said(owner.HOURS, hours=hours, minutes=minutes % 60)
    return said(owner.DAYS, days=hours // 24, hours=hours % 24)
