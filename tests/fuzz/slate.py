"""What a fuzzing process is busy with, where it can be read after its death: a file in memory."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

MOST_BYTES = 1 << 21
_HEAD = struct.Struct("<QQ")


class Slate:
    """The number of cases tried, and the case under way."""

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        if anew:
            path.write_bytes(bytes(_HEAD.size + MOST_BYTES))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def put(self, number: int, case: bytes) -> None:
        """This case is tried now, as the `number`th."""
        case = case[:MOST_BYTES]
        self._map[_HEAD.size : _HEAD.size + len(case)] = case
        self._map[: _HEAD.size] = _HEAD.pack(number, len(case))

    @property
    def number(self) -> int:
        """How many cases were begun."""
        return int(_HEAD.unpack(self._map[: _HEAD.size])[0])

    @property
    def case(self) -> bytes:
        """The case under way, or the last one."""
        size = int(_HEAD.unpack(self._map[: _HEAD.size])[1])
        return self._map[_HEAD.size : _HEAD.size + size]
