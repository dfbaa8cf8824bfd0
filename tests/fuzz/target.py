"""What a target of fuzzing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

Try = Callable[[bytes], None]
"""Tries one case. Raises whatever a broken promise raises."""


@dataclass(frozen=True, slots=True)
class Target:
    """`pieces` are what its cases are written in, `seeds` whole cases to begin with.

    `most` is the size of a case in bytes that is of use. `opened` gives what tries a case.
    """

    pieces: tuple[bytes, ...]
    seeds: Callable[[], Iterable[bytes]]
    opened: Callable[[], AbstractContextManager[Try]]
    most: int
    swells: bool = False


def coded(pieces: Iterable[str]) -> tuple[bytes, ...]:
    """Texts as the bytes of cases."""
    return tuple(piece.encode("utf-8", "surrogatepass") for piece in pieces)


def text_of(case: bytes) -> str:
    """Any bytes as a text; what is no UTF-8 becomes half characters, as broken JSON gives them."""
    return case.decode("utf-8", "surrogateescape")


def chopped(data: bytes, size: int) -> Iterator[bytes]:
    """A long text in parts of about `size` bytes, ended at lines where it can be."""
    while data:
        cut = data.rfind(b"\n", size // 2, size) + 1 if len(data) > size else len(data)
        yield data[: cut or size]
        data = data[cut or size :]
