"""Telegram's side of a webhook: updates posted over a few connections, each waiting for its 200."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from urllib.parse import urlsplit

AGAIN_AFTER = 0.1
"""Seconds until an update that was not taken is posted again."""
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    "X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: %d\r\n\r\n"
)
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Hook:
    """Posts updates in order, as many at once as there may be connections."""

    def __init__(self, url: str, secret: str, most: int) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        head = _HEAD.format(path=address.path or "/", host=address.netloc, secret=secret)
        self._head = head.encode()
        self._most = most
        self._lines = 0
        self._free: list[_Line] = []
        self._waiting: deque[bytes] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    def post(self, update: bytes) -> None:
        """Post an update as soon as a connection is free."""
        self._waiting.append(update)
        if self._free:
            self.free(self._free.pop())
        elif self._lines < self._most:
            self._lines += 1
            opening = self._loop.create_task(self._open())
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)

    def free(self, line: _Line) -> None:
        """A connection has nothing to do."""
        if self._waiting:
            update = self._waiting.popleft()
            line.send(update, self._head % len(update) + update)
        else:
            self._free.append(line)

    def again(self, update: bytes) -> None:
        """It was not taken."""
        self._loop.call_later(AGAIN_AFTER, self.post, update)

    def lost(self, line: _Line) -> None:
        """A connection is gone."""
        self._lines -= 1
        if line in self._free:
            self._free.remove(line)

    async def _open(self) -> None:
        try:
            await self._loop.create_connection(lambda: _Line(self), self._host, self._port)
        except OSError:
            self._lines -= 1
            if self._waiting:
                self.again(self._waiting.popleft())


class _Line(asyncio.Protocol):
    """A connection: one update on its way at a time."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._data = bytearray()
        self._update: bytes | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._hook.free(self)

    def send(self, update: bytes, request: bytes) -> None:
        """Post it."""
        self._update = update
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._data += data
        end = self._data.find(_END)
        length = _LENGTH.search(self._data, 0, end) if end >= 0 else None
        if end < 0 or len(self._data) < end + len(_END) + (int(length[1]) if length else 0):
            return
        taken = self._data.split(b" ", 2)[1] == b"200"
        self._data.clear()
        update, self._update = self._update, None
        if update is not None and not taken:
            self._hook.again(update)
        self._hook.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hook.lost(self)
        if self._update is not None:
            self._hook.again(self._update)
