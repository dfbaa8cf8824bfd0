"""Where in a video its notes cite it: a bar of blocks, and the same in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.words import asking, said
from storage.timestamps import format_time

CELLS = 20
LEAST = 4
"""Of fewer moments the list itself tells where they are."""
_BLOCKS = "▁▂▃▄▅▆▇█"
_NONE = "·"


def density_bar(seconds: Sequence[int]) -> str:
    """A block for each twentieth of the way to the last moment, as high as it is cited often."""
    counts = _counts(seconds)
    most = max(counts.values(), default=1)
    return "".join(_block(counts[cell], most) for cell in range(CELLS))


def density_words(seconds: Sequence[int]) -> str:
    """The same for who cannot see it: from where to where, and where the most is cited."""
    first, last = min(seconds), max(seconds)
    counts = _counts(seconds)
    fullest = max(counts, key=lambda cell: (counts[cell], -cell))
    near = sorted(second for second in seconds if _cell(second, last) == fullest)
    most = near[len(near) // 2]
    return said(
        asking.CITED, first=format_time(first), last=format_time(last), most=format_time(most)
    )


def _counts(seconds: Sequence[int]) -> Counter[int]:
    last = max(seconds, default=0)
    return Counter(_cell(second, last) for second in seconds)


def _cell(second: int, last: int) -> int:
    return second * CELLS // (last + 1)


def _block(count: int, most: int) -> str:
    return _BLOCKS[-(-count * len(_BLOCKS) // most) - 1] if count else _NONE
