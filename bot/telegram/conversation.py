"""Each update on its way: request, answer, one message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType

from bot.reply import Reply, Request
from bot.telegram.answered import Answered
from bot.telegram.authority import Authority, DeniedError
from bot.telegram.callbacks import Kept, asks_anew, decode
from bot.telegram.incoming import Reader, thread_of
from bot.telegram.message import Target
from bot.telegram.outgoing import Outgoing
from bot.telegram.sender import Sender
from bot.text import plain

Ask = Callable[[Request], Awaitable[Reply]]
Rendered = Callable[[Reply], Awaitable[Outgoing]]
Heard = Callable[[int], Awaitable[None]]
"""Takes the id of a chat that somebody has written to us in."""

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
        self,
        sender: Sender,
        ask: Ask,
        kept: Kept,
        rendered: Rendered,
        *,
        reader: Reader,
        circle: Circle,
        authority: Authority,
        heard: Heard,
    ) -> None:
        self._sender = sender
        self._ask = ask
        self._kept = kept
        self._rendered = rendered
        self._reader = reader
        self._circle = circle
        self._authority = authority
        self._heard = heard
        self._answered = Answered()
        self._warned_of_age = False

    async def asked(self, message: Message) -> None:
        """Answer a new message, where it is for us."""
        request = await self._request(message)
        if request is not None:
            made = await self._made(request, message)
            await self._answer(message, request, made.out)

    async def edited(self, message: Message) -> None:
        """Answer a message that was edited by editing its answer, where that is known."""
        request = await self._request(message)
        asked = (message.chat.id, message.message_id)
        if request is None or self._answered.same(asked, request):
            return
        out = (await self._made(request, message)).out
        answer_id = self._answered.answer_id(asked)
        if answer_id and await self._sender.edit(message.chat.id, answer_id, out):
            self._answered.note(asked, request, answer_id)
        else:
            await self._answer(message, request, out)

    async def pressed(self, query: CallbackQuery) -> None:
        """Answer a button: by words that pop up, in its message, or by a new one below it."""
        message = query.message
        if message is None or not self._circle.serves(message.chat.id):
            await self._sender.close_press(query.id, REFUSAL if message else FROM_ANOTHER_TIME)
            return
        await self._heard(message.chat.id)
        request = await self._pressed_request(query, message)
        if request is None:
            await self._sender.close_press(query.id, FROM_ANOTHER_TIME)
            return
        made = await self._made(request)
        # A channel is read by thousands: what one of them presses is answered to that one.
        channel = message.chat.type == ChatType.CHANNEL
        popup = made.popup or (made.out.plain if channel else "")
        await self._sender.close_press(query.id, popup)
        if not popup:
            await self._show(message, made.out, anew=asks_anew(query.data or ""))

    async def _request(self, message: Message) -> Request | None:
        """The request to answer now: not where it is old, not for us, or from elsewhere."""
        request = self._reader.read(message)
        if request is None:
            return None
        await self._heard(message.chat.id)
        if self._is_old(message):
            return None
        if self._circle.serves(message.chat.id):
            return request
        if self._circle.first_refusal(message.chat.id):
            await self._sender.post(_target(message), await self._rendered(_words(REFUSAL)))
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

    async def _made(self, request: Request, message: Message | None = None) -> _Made:
        """The answer; an error of ours is told instead of it, in a press by words that pop up."""
        try:
            reply = await self._ask(await self._authority.complete(request, message))
            return _Made(await self._rendered(reply), reply.notice)
        except DeniedError as denied:
            words = str(denied)
        except Exception:
            error_id = uuid4().hex[:8]
            log.exception("error %s while answering", error_id)
            log.debug("error %s came from %r", error_id, request.text)
            words = SORRY.format(id=error_id)
        return _Made(await self._rendered(_words(words)), words)

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
        request = self._reader.pressed(text, query)
        # Telegram does not tell the topic of a message that it cannot show any more.
        unknown = not message.is_accessible and bool(message.chat.is_forum)
        return None if unknown and self._authority.concerns(request) else request

    async def _answer(self, message: Message, request: Request, out: Outgoing) -> None:
        target = _target(message)
        answer_id = await self._sender.post(target, out)
        if answer_id is not None:
            self._answered.note((message.chat.id, message.message_id), request, answer_id)
            await self._sender.post_file(target, out)

    async def _show(self, message: MaybeInaccessibleMessage, out: Outgoing, *, anew: bool) -> None:
        target = _target(message, reply=anew)
        if anew or not await self._sender.edit(message.chat.id, message.message_id, out):
            await self._sender.post(target, out)
        await self._sender.post_file(target, out)


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer, and the words that pop up instead of it where it answers a press."""

    out: Outgoing
    popup: str = ""


def _words(words: str) -> Reply:
    return Reply("", (plain(words),))


def _target(message: MaybeInaccessibleMessage, *, reply: bool = True) -> Target:
    thread = thread_of(message) if isinstance(message, Message) else None
    return Target(message.chat.id, thread, message.message_id if reply else None)
