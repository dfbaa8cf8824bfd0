"""What holds for every answer: Telegram takes it as it is, and its buttons lead on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.commands import answer
from bot.library import Library
from bot.reply import Here, Place, RepliedTo, Reply, Request
from bot.telegram.callbacks import decode
from bot.telegram.outgoing import Outgoing, outgoing
from bot.terminal_json import encode, to_json
from bot.text import to_plain, trimmed, truncate
from tests.botapi import checks
from tests.library_fixture import opened

MOST_BUTTON = 40
MOST_NOTICE = 200


class Talk:
    """A library on the small notes, and a thread of the event loop to ask it in."""

    def __init__(self, library: Library, runner: asyncio.Runner) -> None:
        self.library, self.runner = library, runner

    def ask(
        self,
        text: str,
        *,
        place: Place = Place.PRIVATE,
        here: Here | None = None,
        replied_to: RepliedTo | None = None,
        admin: bool = False,
    ) -> Reply:
        """The answer, after a look at what holds for every one."""
        request = Request(text, place, replied_to, admin, here)
        return self.runner.run(self._asked(request))

    async def _asked(self, request: Request) -> Reply:
        reply = await answer(self.library, request)
        check_reply(reply)
        assert len(encode(to_json(request.text, reply, 0.0)).splitlines()) == 1
        await self._check_sent(reply, await outgoing(reply, self.library, "some_bot"))
        return reply

    async def _check_sent(self, reply: Reply, out: Outgoing) -> None:
        """The markup is valid as it stands, and each press asks what its button stands for."""
        form = checks.formatted({"text": out.html, "parse_mode": "HTML"})
        assert not form.faults, form.faults
        checks.preview(out.preview.to_dict())
        if out.keyboard is None:
            return
        checks.keyboard(json.loads(out.keyboard.to_json()))
        requests = [one.request for row in reply.buttons for one in row if one.request]
        data = [one.callback_data for row in out.keyboard.inline_keyboard for one in row]
        sent = [await decode(str(one), self.library) for one in data if one]
        assert sent == requests


@contextmanager
def talking() -> Iterator[Talk]:
    """The samples and a few small notes, indexed in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="tubenotes-fuzz-"))
        library = stack.enter_context(opened(Path(folder)))
        yield Talk(library, stack.enter_context(asyncio.Runner()))


def check_reply(reply: Reply) -> None:
    """It has words, fits one message, and no two of its buttons look the same."""
    assert to_plain(reply.text).strip()
    assert trimmed(reply.text) == reply.text
    assert truncate(reply.text, checks.MAX_TEXT, checks.MAX_ENTITIES) == reply.text
    assert len(reply.notice) <= MOST_NOTICE
    buttons = [button for row in reply.buttons for button in row]
    looks = [one.text for one in buttons if not one.anew]  # cards are told apart by their place
    assert len(set(looks)) == len(looks)
    for button in buttons:
        assert 1 <= len(button.text.strip()) <= len(button.text) <= MOST_BUTTON
        assert button.request.splitlines() == [button.request] * bool(button.request)
        assert button.request.encode() is not None
