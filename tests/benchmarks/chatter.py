"""A Bot API server on loopback that checks nothing, and the people who talk to the bot behind it.

    python -m tests.benchmarks.chatter UPDATES

A process of its own, light enough to leave the machine to the bot. UPDATES is a JSON list of
[seconds, key, update]. Prints its port, and "heard" once the bot asks for updates or says where to
post them; on a line "go" they fall due, and in the end it prints JSON: for each key the seconds
until its answer, or null.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

from tests.benchmarks.hook import Hook

TOKEN = "1:talk"
BATCH = 100
WAKE_AFTER = 0.002
"""Seconds from an update until a waiting poll gets it, with what came meanwhile: Telegram's own
server does so too (LONG_POLL_MAX_DELAY)."""
GRACE = 10.0
"""Seconds after the last update for which an answer is waited for."""
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_ANSWERED = {
    b"sendMessage": re.compile(rb"(?:^|&)(chat_id=\d+)"),
    b"answerInlineQuery": re.compile(rb"(?:^|&)(inline_query_id=\d+)"),
}
_OFFSET = re.compile(rb"(?:^|&)offset=(\d+)")
_ME = {"id": 1, "is_bot": True, "first_name": "Talk", "username": "talk_bot"}
_SENT = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "-"}


def _ok(result: object) -> bytes:
    return _response(json.dumps({"ok": True, "result": result}).encode())


def _response(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


_RESULTS = {
    b"getMe": _ok(_ME),
    b"sendMessage": _ok(_SENT),
    b"getChatMember": _ok(None),
}
_TRUE = _ok(True)


def _hook_info(url: str) -> bytes:
    return _ok({"url": url, "has_custom_certificate": False, "pending_update_count": 0})


class World:
    """What falls due when, what was handed out, when it was answered."""

    def __init__(self, updates: list[tuple[float, str, str]]) -> None:
        self._updates = updates
        self._due = [seconds for seconds, _, _ in updates]
        self._place = {key: at for at, (_, key, _) in enumerate(updates)}
        self.took: list[float | None] = [None] * len(updates)
        self.cards = self.links = self.polls = 0
        self.heard, self.all = asyncio.Event(), asyncio.Event()
        self._left = len(updates)
        self._began: float | None = None
        self._next = 0
        self._waiting: Line | None = None
        self.url = ""
        self._hook: Hook | None = None
        self._loop = asyncio.get_running_loop()

    def begin(self) -> None:
        """From now on updates fall due."""
        self._began = self._loop.time()
        if self._waiting:
            self.poll(self._waiting)
        if self._hook:
            self._post(self._hook)

    def hook(self, url: str, secret: str, most: int) -> None:
        """From now on updates are posted there."""
        self.url, self._hook = url, Hook(url, secret, most)
        self.heard.set()

    def _post(self, hook: Hook) -> None:
        """Post what is due, and come back when the next is."""
        for _, _, update in self._taken(len(self._due)):
            hook.post(update.encode())
        if (wait := self._wait()) is not None:
            self._loop.call_later(wait, self._post, hook)

    def poll(self, line: Line) -> None:
        """Hand out what is due, or wait for the next."""
        self.heard.set()
        self._waiting = line
        wait = self._wait()
        if wait is None:
            return
        if wait > 0:
            self._loop.call_later(wait + WAKE_AFTER, self._hand_out, line)
        else:
            self._hand_out(line)

    def _wait(self) -> float | None:
        """Seconds until the next falls due; None where there is none, or nobody talks yet."""
        if self._began is None or self._next == len(self._due):
            return None
        return self._began + self._due[self._next] - self._loop.time()

    def _taken(self, most: int) -> list[tuple[float, str, str]]:
        """What is due, no more than that many at once."""
        first = self._next
        while self._next - first < most and (wait := self._wait()) is not None and wait <= 0:
            self._next += 1
        return self._updates[first : self._next]

    def _hand_out(self, line: Line) -> None:
        self._waiting = None
        self.polls += 1
        batch = ",".join(update for _, _, update in self._taken(BATCH))
        line.write(_response(b'{"ok":true,"result":[%s]}' % batch.encode()))

    def answered(self, key: str, body: bytes) -> None:
        """Note the first answer."""
        at = self._place.get(key)
        if self._began is None or at is None or self.took[at] is not None:
            return
        self.took[at] = self._loop.time() - self._began - self._due[at]
        self.cards += body.count(b"%22article%22")
        self.links += b"youtu.be" in body
        self._left -= 1
        if not self._left:
            self.all.set()

    @property
    def lasts(self) -> float:
        """Seconds from the first update to the last."""
        return self._due[-1]


class Line(asyncio.Protocol):
    """A connection of the bot: whole requests in, answers out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Send, where somebody still listens."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        self._data += data
        for head, body in self._requests():
            self._serve(head.split(b" ", 2)[1].rpartition(b"/")[2], body)

    def _requests(self) -> Iterator[tuple[bytes, bytes]]:
        while (end := self._data.find(_HEAD_END)) >= 0:
            length = _LENGTH.search(self._data, 0, end)
            whole = end + len(_HEAD_END) + (int(length[1]) if length else 0)
            if len(self._data) < whole:
                return
            head, body = bytes(self._data[:end]), bytes(self._data[end + 4 : whole])
            del self._data[:whole]
            yield head, body

    def _serve(self, method: bytes, body: bytes) -> None:
        if method == b"getUpdates":
            self._world.poll(self)
            return
        if method == b"setWebhook":
            self._hook(parse_qs(body.decode()))
        if method == b"getWebhookInfo":
            self.write(_hook_info(self._world.url))
            return
        if method in _ANSWERED and (key := _ANSWERED[method].search(body)):
            self._world.answered(key[1].decode(), body)
        self.write(_RESULTS.get(method, _TRUE))

    def _hook(self, given: dict[str, list[str]]) -> None:
        """Telegram's own defaults stand for what is not given."""
        secret, most = given.get("secret_token", [""])[0], given.get("max_connections", ["40"])[0]
        self._world.hook(given["url"][0], secret, int(most))


async def _serve(updates: list[tuple[float, str, str]]) -> None:
    world, loop = World(updates), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(world), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await world.heard.wait()
    print("heard", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    world.begin()
    try:
        async with asyncio.timeout(world.lasts + GRACE):
            await world.all.wait()
    except TimeoutError:
        pass
    told = {"took": world.took, "cards": world.cards, "links": world.links, "polls": world.polls}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
