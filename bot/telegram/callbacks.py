"""Callback data: the request itself, or a short name for it where it is too long."""

from __future__ import annotations

from typing import Protocol

from storage.names import long_hash

MOST_BYTES = 64
_MARK = "~"
_ANEW = "+"


class Kept(Protocol):
    """Where long requests are kept, for as long as old messages have buttons."""

    async def keep_request(self, key: str, request: str) -> None:
        """Keep `request` under `key`; the same key always has the same request."""

    async def kept_request(self, key: str) -> str | None:
        """What was kept under `key`, or None."""


async def encode(request: str, kept: Kept, *, anew: bool = False) -> str:
    """Callback data of at most 64 bytes that `decode` turns back into `request`."""
    mark = _ANEW if anew else ""
    if len(mark) + len(request.encode()) <= MOST_BYTES and request.startswith("/"):
        return mark + request
    key = _MARK + long_hash(request)
    await kept.keep_request(key, request)
    return mark + key


def asks_anew(data: str) -> bool:
    """Whether the answer is to be a message of its own: the one with the button stays."""
    return data.startswith(_ANEW)


async def decode(data: str, kept: Kept) -> str | None:
    """The request that `data` stands for, or None where it is not one of ours."""
    data = data.removeprefix(_ANEW)
    if data.startswith("/"):
        return data
    return await kept.kept_request(data) if data.startswith(_MARK) else None
