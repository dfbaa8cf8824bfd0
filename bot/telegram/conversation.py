"""Each update on its way: request, answer, one message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message

from bot.reply import Place, Reply, Request
from bot.telegram.answered import Answered
from bot.telegram.callbacks import Kept, decode
from bot.telegram.incoming import PLACES, Reader, thread_of
from bot.telegram.outgoing import Outgoing, outgoing
from bot.telegram.sender import Sender, Target
from bot.text import plain

Ask = Callable[[Request], Awaitable[Reply]]

TOO_OLD = timedelta(hours=1)
"""A question that waited longer (the bot was down) is left alone: nobody waits for it now."""
REFUSAL = "Sorry, this bot answers only in the chats that its owner chose."
FROM_ANOTHER_TIME = "This button is from another time. Please ask again."
SORRY = "Something went wrong on our side (error {id}). Please try again in a moment."
_MOST_REFUSED = 10_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is served: `allowed` chats, all where it is empty. Remembers whom it refused."""

    allowed: frozenset[int]
    refused: set[int]

    def serves(self, chat_id: int) -> bool:
        """Whether questions of this chat are answered."""
        return not self.allowed or chat_id in self.allowed

    def first_refusal(self, chat_id: int) -> bool:
        """True once for each chat; after very many chats it starts over."""
        if chat_id in self.refused:
            return False
        if len(self.refused) >= _MOST_REFUSED:
            self.refused.clear()
        self.refused.add(chat_id)
        return True


class Conversation:
    """Answers messages, edited messages and presses. Its methods raise nothing on purpose."""

    def __init__(
        self, sender: Sender, ask: Ask, kept: Kept, reader: Reader, allowed: frozenset[int]
    ) -> None:
        self._sender = sender
        self._ask = ask
        self._kept = kept
        self._reader = reader
        self._circle = Circle(allowed, set())
        self._answered = Answered()
        self._warned_of_age = False

    async def asked(self, message: Message) -> None:
        """Answer a new message, where it is for us."""
        request = await self._request(message)
        if request is not None:
            out, _ = await self._made(request)
            await self._answer(message, request, out)

    async def edited(self, message: Message) -> None:
        """Answer a message that was edited by editing its answer, where that is known."""
        request = await self._request(message)
        asked = (message.chat.id, message.message_id)
        if request is None or self._answered.same(asked, request):
            return
        out, _ = await self._made(request)
        answer_id = self._answered.answer_id(asked)
        if answer_id and await self._sender.edit(message.chat.id, answer_id, out):
            self._answered.note(asked, request, answer_id)
        else:
            await self._answer(message, request, out)

    async def pressed(self, query: CallbackQuery) -> None:
        """Answer a button: its message becomes the answer, or a new message where it cannot."""
        message = query.message
        if message is None or not self._circle.serves(message.chat.id):
            await self._sender.close_press(query.id, REFUSAL if message else FROM_ANOTHER_TIME)
            return
        request = await self._pressed_request(query, message)
        if request is None:
            await self._sender.close_press(query.id, FROM_ANOTHER_TIME)
            return
        out, failed = await self._made(request)
        await self._sender.close_press(query.id, failed)
        if not failed:
            await self._show(message, out)

    async def _request(self, message: Message) -> Request | None:
        """The request to answer now: not where it is old, not for us, or from elsewhere."""
        request = self._reader.read(message)
        if request is None or self._is_old(message):
            return None
        if self._circle.serves(message.chat.id):
            return request
        if self._circle.first_refusal(message.chat.id):
            reply = Reply("", (plain(REFUSAL),))
            await self._sender.post(_target(message), await outgoing(reply, self._kept))
        return None

    def _is_old(self, message: Message) -> bool:
        if datetime.now(UTC) - (message.edit_date or message.date) <= TOO_OLD:
            return False
        if not self._warned_of_age:
            log.warning(
                "leaving messages alone that are older than an hour; if they are new, "
                "the clock of this machine is wrong"
            )
        self._warned_of_age = True
        return True

    async def _answer(self, message: Message, request: Request, out: Outgoing) -> None:
        answer_id = await self._sender.post(_target(message), out)
        if answer_id is not None:
            self._answered.note((message.chat.id, message.message_id), request, answer_id)

    async def _made(self, request: Request) -> tuple[Outgoing, str]:
        """The answer, and what it says where an error of ours took its place ("" if none did)."""
        try:
            return await outgoing(await self._ask(request), self._kept), ""
        except Exception:
            error_id = uuid4().hex[:8]
            log.exception("error %s while answering", error_id)
            log.debug("error %s came from %r", error_id, request.text)
            sorry = SORRY.format(id=error_id)
            return await outgoing(Reply("", (plain(sorry),)), self._kept), sorry

    async def _pressed_request(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage
    ) -> Request | None:
        try:
            text = await decode(query.data or "", self._kept)
        except Exception:
            log.exception("a button could not be looked up")
            return None
        if text is None:
            return None
        place = PLACES.get(message.chat.type, Place.GROUP)
        return Request(text, place, admin=self._reader.is_admin(query.from_user))

    async def _show(self, message: MaybeInaccessibleMessage, out: Outgoing) -> None:
        if not await self._sender.edit(message.chat.id, message.message_id, out):
            await self._sender.post(_target(message, reply=False), out)


def _target(message: MaybeInaccessibleMessage, *, reply: bool = True) -> Target:
    thread = thread_of(message) if isinstance(message, Message) else None
    return Target(message.chat.id, thread, message.message_id if reply else None)
