"""A strict Telegram Bot API server on loopback, in the test's event loop."""

# ruff: noqa: ASYNC109  # a limit in each call reads best in tests

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.botapi import methods, schema, wire
from tests.botapi.elsewhere import Elsewhere
from tests.botapi.errors import ApiError, Json, bad
from tests.botapi.faults import Fault, Faults
from tests.botapi.files import download
from tests.botapi.hook import WebhookSender
from tests.botapi.limits import Limits
from tests.botapi.members import Members
from tests.botapi.world import World
from tests.ports import held_port

TOKEN = "4242424242:LOOPBACK-test-token-for-tubenotes-01"
GRACE = 30.0
PATIENCE = 60.0
"""Seconds that a test waits for what should come at once: the machine may be busy."""
_PATH = re.compile(r"/bot(?P<token>[^/]*)/(?P<method>[^/]*)")
_FILE = re.compile(r"/file/bot(?P<token>[^/]*)/(?P<path>.+)")


class BotApiServer(Elsewhere, Members, Faults, Limits):
    """Use it with `async with`; at the end any violation fails the test.

    `url` and `token` are for the bot under test, `bot` is its User. What people do: say, edit,
    press, push; where the bot is no member: type_inline, pick, overheard, mention, posted. What the
    bot did: next_message, next_edit, wait_for, answered, calls, unread. Faults: fail, drop, slow,
    hold, mend, offline, online, forbid, migrate, flood. The bot's standing: block, unblock, kick,
    add, promote, mute, stand; topics: close_topic, reopen_topic, delete_topic. Rates: watch_rates,
    rate_faults.
    """

    def __init__(
        self,
        username: str = "tubenotes_bot",
        token: str = TOKEN,
        table: schema.Schema | None = None,
    ) -> None:
        self.token = token
        self.schema = table or schema.load()
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Tubenotes",
            "username": username,
        }
        Elsewhere.__init__(self, World(self.schema, self.bot))
        Faults.__init__(self)
        Limits.__init__(self)
        self.calls: list[tuple[str, Json]] = []
        self._read: dict[tuple[str, int | str], int] = {}
        self.webhook = WebhookSender(self.world.updates)

    # --- life -------------------------------------------------------------------------------

    async def __aenter__(self) -> BotApiServer:
        self._web = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._held = ExitStack()
        self._port = self._held.enter_context(held_port())  # nobody else gets it while offline
        await self.online()
        self.webhook.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                await self.world.changed.until(lambda: not self._unanswered(), GRACE)
        finally:
            await self.webhook.stop()
            self.offline()
            self._held.close()
            await self._web.shutdown(1)
        told = [*self.violations, *self._unanswered()]
        if told and error is not None:
            error.add_note("violations of the Bot API:\n" + "\n".join(told))
        elif told:
            raise AssertionError("violations of the Bot API:\n" + "\n".join(told))

    def _unanswered(self) -> list[str]:
        open_ = (query for query, answer in self.world.queries.items() if answer is None)
        return [f"callback query {query} was never answered" for query in open_]

    def online(self) -> asyncio.Future[None]:
        """Listen (again, on the same port) from now on; may be awaited, need not."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", self._port))
        sock.listen(128)
        self._serving = asyncio.ensure_future(self._serve(sock))
        return self._serving

    async def _serve(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._web, sock=sock)

    def offline(self) -> asyncio.Future[None]:
        """Refuse connections and cut those that are open; may be awaited, need not."""
        self._server.close()
        for handler in self._web.connections:
            if handler.transport is not None:
                handler.transport.abort()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    @property
    def url(self) -> str:
        """Calls go to `{url}/bot{token}/METHOD`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def violations(self) -> list[str]:
        """What the bot did against the rules; a test may clear what it expected."""
        return self.world.violations

    @property
    def admins(self) -> dict[int, set[int]]:
        """User ids of administrators by chat id, for getChatMember; a test adds to it."""
        return self.world.admins

    # --- what the bot did -------------------------------------------------------------------

    async def next_message(self, chat: Json | int, timeout: float = PATIENCE) -> Json:
        """The next message that the bot sent to this chat, as it was then.

        `html` is its text as it came; `entities` is there even if empty, other fields are None.
        """
        return await self._next(self.world.sent, chat, timeout, "message")

    async def next_edit(self, chat: Json | int | str, timeout: float = PATIENCE) -> Json:
        """The next message that the bot edited in this chat (or inline message id)."""
        return await self._next(self.world.edits, chat, timeout, "edit")

    async def _next(
        self, log: dict[Any, list[Json]], chat: Json | int | str, timeout: float, what: str
    ) -> Json:
        where = chat["id"] if isinstance(chat, dict) else chat
        at = self._read.get((what, where), 0)
        came = await self.world.changed.until(lambda: len(log[where]) > at, timeout)
        assert came, f"no {what} in chat {where} in {timeout} s. {self._story()}"
        self._read[what, where] = at + 1
        return log[where][at]

    def unread(self, chat: Json | int) -> list[Json]:
        """Messages sent to this chat that `next_message` has not yet given out."""
        where = chat["id"] if isinstance(chat, dict) else chat
        return self.world.sent[where][self._read.get(("message", where), 0) :]

    async def wait_for(self, method: str, count: int = 1, timeout: float = PATIENCE) -> Json:
        """Wait until `method` was called `count` times in all; returns that call's parameters."""
        came = await self.until(lambda: len(self.called(method)) >= count, timeout)
        assert came, f"{method} was called {len(self.called(method))} times. {self._story()}"
        return self.called(method)[count - 1]

    def called(self, method: str) -> list[Json]:
        """The parameters of each call of this method so far, refused ones included."""
        return [params for name, params in self.calls if name == method]

    async def answered(self, query: Json, timeout: float = PATIENCE) -> Json:
        """Wait for the answer to a callback or inline query, or mention; gives its parameters."""
        asked = query.get("guest_query_id") or query["id"]
        logs = (self.world.queries, self.world.inline, self.world.guests)
        log = next(log for log in logs if asked in log)
        came = await self.until(lambda: log[asked] is not None, timeout)
        assert came, f"query {asked} was not answered. {self._story()}"
        return log[asked] or {}

    async def polling(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot waits for updates and has taken all there are."""
        updates = self.world.updates
        came = await self.until(lambda: updates.polled and not updates.pending, timeout)
        assert came, f"the bot does not poll. {self._story()}"

    async def until(self, true: Callable[[], bool], timeout: float = PATIENCE) -> bool:
        """Wait for anything that a call of the bot makes true."""
        return await self.world.changed.until(true, timeout)

    def _story(self) -> str:
        lines = [f"  {name} {params!r:.300}" for name, params in self.calls[-12:]]
        return "Last calls:\n" + "\n".join(lines) + f"\nViolations: {self.violations}"

    # --- HTTP -------------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if file := _FILE.fullmatch(request.path):
            return self._file(file["token"], file["path"])
        found = _PATH.fullmatch(request.path)
        if not found or ":" not in found["token"]:
            self.violations.append(f"no such address: {request.path}")
            return wire.answer(ApiError(404, "Not Found").body(), 404)
        if found["token"] != self.token:
            return wire.answer(ApiError(401, "Unauthorized").body(), 401)
        try:
            return await self._call(request, found["method"])
        except Exception as error:
            self.violations.append(f"the test's own server broke: {error!r}")
            raise
        finally:
            self.world.changed.fire()

    def _file(self, token: str, path: str) -> web.StreamResponse:
        data = download(self.world, path) if token == self.token else None
        if data is None:
            return wire.answer(ApiError(404, "Not Found").body(), 404)
        return web.Response(body=data)

    async def _call(self, request: web.BaseRequest, method: str) -> web.StreamResponse:
        fault: Fault | None = None
        body, status = {}, 200
        try:
            params = await self._params(request, method)
            fault = self.take(method)
            if fault and fault.drop and not fault.after:
                return wire.cut(request)
            if fault and fault.error:
                raise fault.error
            self.admit(method, params.get("chat_id"))
            body = {"ok": True, "result": await self._do(method, params)}
        except ApiError as error:
            if error.violation:
                self.violations.append(f"{method}: {error.description}")
            body, status = error.body(), error.code
        if fault and (fault.seconds or fault.until):
            self.world.changed.fire()
            await fault.pass_by()
        return wire.cut(request) if fault and fault.drop else wire.answer(body, status)

    async def _params(self, request: web.BaseRequest, method: str) -> Json:
        """The checked parameters of a call, which is on record whatever comes of it."""
        raw = await wire.read_params(request)
        fields = self.schema.methods.get(method)
        params, problems = schema.check_call(self.schema, fields or {}, raw)
        self.calls.append((method, params if fields else dict(raw)))
        self.world.changed.fire()
        if fields is None:
            raise ApiError(404, "Not Found: method not found", violation=True)
        self.violations.extend(f"{method}: {problem}" for problem in problems)
        fatal = [str(problem) for problem in problems if problem.fatal]
        if fatal:
            raise bad("; ".join(fatal))
        return params

    async def _do(self, method: str, params: Json) -> Any:
        does = methods.METHODS.get(method)
        return await does(self.world, params) if does else True
