"""How many and how large, as the owner's commands say it in a terminal."""

from __future__ import annotations


def many(count: int, one: str, more: str = "") -> str:
    """`1 note`, `1,234 notes`; `more` where the plural is not `one` with an s."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def size(count: int) -> str:
    """So many bytes in kB, MB or GB of a thousand each."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    if count < 10_000_000:
        return f"{count / 1_000_000:.1f} MB"
    if count < 10_000_000_000:
        return f"{round(count / 1_000_000):,} MB"
    return f"{round(count / 1_000_000_000):,} GB"
