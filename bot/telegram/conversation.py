"""Each update on its way: request, answer, one message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType

from bot.reply import Place, Reply, Request
from bot.telegram.about import about
from bot.telegram.answered import Answered
from bot.telegram.authority import Authority, DeniedError
from bot.telegram.callbacks import Kept, asks_anew, decode
from bot.telegram.custody import Custody, asker_of, is_delete, owned, owner_of
from bot.telegram.incoming import Reader, thread_of
from bot.telegram.message import Target
from bot.telegram.outgoing import Outgoing
from bot.telegram.sender import Sender
from bot.telegram.turnstile import Turnstile, WaitOf, too_many
from bot.text import plain
from bot.words import groups, said

Ask = Callable[[Request], Awaitable[Reply]]
Rendered = Callable[[Reply], Awaitable[Outgoing]]
Heard = Callable[[int], Awaitable[None]]
"""Takes the id of a chat that somebody has written to us in."""

TOO_OLD = timedelta(hours=1)
"""A question that waited longer (the bot was down) is left alone: nobody waits for it now."""
REFUSAL, FROM_ANOTHER_TIME = groups.REFUSAL, groups.FROM_ANOTHER_TIME
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
        wait_of: WaitOf,
    ) -> None:
        self._sender = sender
        self._ask = ask
        self._kept = kept
        self._rendered = rendered
        self._reader = reader
        self._circle = circle
        self._authority = authority
        self._heard = heard
        self._turnstile = Turnstile(wait_of)
        self._custody = Custody(authority.manages)
        self._answered = Answered()
        self._warned_of_age = False

    async def asked(self, message: Message) -> None:
        """Answer a new message, where it is for us."""
        request = await self._request(message)
        if request is not None and await self._may_ask(message, request):
            await self._answer(message, request, await self._made(request, message))

    async def edited(self, message: Message) -> None:
        """Answer a message that was edited by editing its answer, where that is known."""
        request = await self._request(message)
        asked = (message.chat.id, message.message_id)
        if request is None or self._answered.same(asked, request):
            return
        if not await self._may_ask(message, request):
            return
        made = await self._made(request, message)
        answer_id = self._answered.answer_id(asked)
        out = _owned(made.out, request, asker_of(message))
        if answer_id and await self._sender.edit(message.chat.id, answer_id, out):
            self._answered.note(asked, request, answer_id)
        else:
            await self._answer(message, request, made)

    async def pressed(self, query: CallbackQuery) -> None:
        """Answer a button: by words that pop up, in its message, or by a new one below it."""
        message = query.message
        if message is None or not self._circle.serves(message.chat.id):
            await self._sender.close_press(query.id, REFUSAL if message else FROM_ANOTHER_TIME)
            return
        await self._heard(message.chat.id)
        request = await self._pressed_request(query, message)
        no = await self._refusal(query, message, request) if request else FROM_ANOTHER_TIME
        if request is None or no:
            await self._sender.close_press(query.id, no)
        elif is_delete(request.text):
            await self._sender.close_press(query.id)
            await self._take_away(message)
        else:
            await self._turn(query, message, request)

    async def _turn(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage, request: Request
    ) -> None:
        made = await self._made(request)
        # A channel is read by thousands: what one of them presses is answered to that one.
        channel = message.chat.type == ChatType.CHANNEL
        popup = made.popup or (made.out.plain if channel else "")
        await self._sender.close_press(query.id, popup)
        if not popup:
            anew = _is_anew(query, message, request)
            owner = query.from_user.id if anew else owner_of(message)
            await self._show(message, _owned(made.out, request, owner), anew=anew)

    async def _refusal(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage, request: Request
    ) -> str:
        """Why a press gets no answer, in words that pop up; "" where it gets one."""
        deletes = is_delete(request.text)
        # Who may change a subscription is that command's own question.
        changes = self._authority.concerns(request) and "page:" not in request.text
        if deletes or not (changes or _is_anew(query, message, request)):
            no = await self._custody.refusal(message, request)
            if no or deletes:
                return no
        who = query.from_user.id
        halt = await self._turnstile.halt(request.place, message.chat.id, who, press=True)
        return too_many(halt) if halt else ""

    async def _may_ask(self, message: Message, request: Request) -> bool:
        """Whether a question is answered now; where it is not, this is said once."""
        who = asker_of(message)
        halt = await self._turnstile.halt(request.place, message.chat.id, who)
        if halt is not None and halt.tell:
            out = await self._rendered(_words(too_many(halt)))
            await self._sender.post(_target(message), _owned(out, request, who))
        return halt is None

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
            return _Made(await self._rendered(reply), reply.notice, reply.quote)
        except DeniedError as denied:
            words = str(denied)
        except Exception:
            error_id = uuid4().hex[:8]
            log.exception("error %s while answering", error_id)
            log.debug("error %s came from %r", error_id, request.text)
            words = said(groups.SORRY, id=error_id)
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

    async def _answer(self, message: Message, request: Request, made: _Made) -> None:
        target = _target(message)
        if made.quote is not None:
            target = replace(target, about=about(message, made.quote))
        out = _owned(made.out, request, asker_of(message))
        answer_id = await self._sender.post(target, out)
        if answer_id is not None:
            self._answered.note((message.chat.id, message.message_id), request, answer_id)
            await self._sender.post_file(target, out)

    async def _show(self, message: MaybeInaccessibleMessage, out: Outgoing, *, anew: bool) -> None:
        target = _target(message, reply=anew)
        if anew or not await self._sender.edit(message.chat.id, message.message_id, out):
            await self._sender.post(target, out)
        await self._sender.post_file(target, out)

    async def _take_away(self, message: MaybeInaccessibleMessage) -> None:
        """Delete an answer; where Telegram does not let us (after two days), empty it."""
        here = message.chat.id, message.message_id
        if not await self._sender.delete(*here):
            await self._sender.edit(*here, await self._rendered(_words(groups.DELETED)))


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer, and the words that pop up instead of it where it answers a press."""

    out: Outgoing
    popup: str = ""
    quote: str | None = None


def _words(words: str) -> Reply:
    return Reply("", (plain(words),))


def _owned(out: Outgoing, request: Request, owner: int | None) -> Outgoing:
    return owned(out, owner) if request.place is Place.GROUP else out


def _is_anew(query: CallbackQuery, message: MaybeInaccessibleMessage, request: Request) -> bool:
    """Whether a press is answered by a message of its own.

    So is one in a group below a message that is too old to tell whose it is.
    """
    untold = request.place is Place.GROUP and not message.is_accessible
    return untold or asks_anew(query.data or "")


def _target(message: MaybeInaccessibleMessage, *, reply: bool = True) -> Target:
    thread = thread_of(message) if isinstance(message, Message) else None
    return Target(message.chat.id, thread, message.message_id if reply else None)
