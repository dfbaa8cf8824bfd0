"""Cases made from others by what a target is written in. Pure but for the dice it is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random

MOST_COPIES = 40
MOST_SWOLLEN = 900_000
"""Bytes of a case that one piece over and over makes: below what a note may have."""
_ODD = (
    b"\0",
    b"\xff",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x8c\x8a",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
)

Change = Callable[[Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]


def mutated(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """A case like `case`: changed a few times, by `pieces` and by parts of `others`."""
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
        case = dice.choice(_CHANGES)(dice, case, pieces, others)
    return case


def swollen(dice: Random, case: bytes, pieces: Sequence[bytes]) -> bytes:
    """A case with some pieces in it very many times over."""
    unit = b"".join(dice.choices(pieces, k=dice.choice((1, 1, 2, 3))))
    size = dice.choice((1_000, 20_000, 200_000, MOST_SWOLLEN))
    at = _place(dice, case)
    return case[:at] + unit * max(1, size // max(1, len(unit))) + case[at:]


def _place(dice: Random, case: bytes) -> int:
    return dice.randint(0, len(case))


def _stretch(dice: Random, case: bytes) -> tuple[int, int]:
    """From where to where; mostly a short one."""
    start = _place(dice, case)
    most = dice.choice((1, 4, 16, 64, len(case) or 1))
    return start, min(len(case), start + dice.randint(1, most))


def _insert(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    at = _place(dice, case)
    return case[:at] + dice.choice(pieces) + case[at:]


def _insert_many(
    dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]
) -> bytes:
    at = _place(dice, case)
    return case[:at] + dice.choice(pieces) * dice.randint(2, MOST_COPIES) + case[at:]


def _replace(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    start, end = _stretch(dice, case)
    return case[:start] + dice.choice(pieces) + case[end:]


def _remove(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    start, end = _stretch(dice, case)
    return case[:start] + case[end:]


def _double(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    start, end = _stretch(dice, case)
    return case[:end] + case[start:end] * dice.choice((1, 1, 2, 9)) + case[end:]


def _cross(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    other = dice.choice(others)
    start, end = _stretch(dice, other)
    at = _place(dice, case)
    return case[:at] + (other[start:end] if dice.random() < 0.7 else other[start:])


def _flip(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    at = _place(dice, case)
    return case[:at] + bytes([dice.randrange(256)]) + case[at + 1 :]


def _odd(dice: Random, case: bytes, pieces: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    at = _place(dice, case)
    return case[:at] + dice.choice(_ODD) + case[at:]


_CHANGES: tuple[Change, ...] = (
    *(_insert, _insert, _insert_many, _replace, _remove, _double, _cross, _flip, _odd),
)


def smaller(case: bytes, fails: Callable[[bytes], bool], seconds: float = 20.0) -> bytes:
    """A part of the case that fails still, found by leaving out ever smaller stretches."""
    size, until = max(1, len(case) // 2), time.monotonic() + seconds
    while size and time.monotonic() < until:
        at, shrunk = 0, False
        while at < len(case) and time.monotonic() < until:
            shorter = case[:at] + case[at + size :]
            if fails(shorter):
                case, shrunk = shorter, True
            else:
                at += size
        size = size if shrunk and size > 1 else size // 2
    return case
