"""Each update on its way: request, answer, one message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType

from bot.circle import Circle
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
from bot.trouble import sorry
from bot.words import groups

Ask = Callable[[Request], Awaitable[Reply]]
Rendered = Callable[[Reply], Awaitable[Outgoing]]
Wrote = Callable[[int], Awaitable[None]]
"""Takes the id of a chat that somebody has written to us in."""

TOO_OLD = timedelta(hours=1)
"""A question that waited longer (the bot was down) is left alone: nobody waits for it now."""
log = logging.getLogger(__name__)


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
        wrote: Wrote,
        wait_of: WaitOf,
    ) -> None:
        self._sender = sender
        self._ask = ask
        self._kept = kept
        self._rendered = rendered
        self._reader = reader
        self._circle = circle
        self._authority = authority
        self._wrote = wrote
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
        message, who = query.message, query.from_user.id
        chat_id = message.chat.id if message else who
        if self._circle.ignores(chat_id, who):
            return
        if message is None or not self._circle.serves(chat_id, who):
            await self._sender.close_press(query.id, self._no_press(chat_id, who))
            return
        await self._wrote(chat_id)
        request = await self._pressed_request(query, message)
        no = await self._refusal(query, message, request) if request else groups.FROM_ANOTHER_TIME
        if request is None or no:
            await self._sender.close_press(query.id, no)
        elif is_delete(request.text):
            await self._sender.close_press(query.id)
            await self._take_away(message)
        else:
            await self._turn(query, message, request)

    def _no_press(self, chat_id: int, who: int) -> str:
        """The words for a press that is not for us: a refusal only where it is the first."""
        if self._circle.serves(chat_id, who):
            return groups.FROM_ANOTHER_TIME
        return groups.REFUSAL if self._circle.first_refusal(chat_id) else ""

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
        deletes, who = is_delete(request.text), query.from_user.id
        # Who may change a subscription is that command's own question.
        changes = self._authority.concerns(request) and "page:" not in request.text
        if deletes or not (changes or _is_anew(query, message, request)):
            if halt := self._turnstile.lookup(who):
                return too_many(halt)
            no = await self._custody.refusal(message, request)
            if no or deletes:
                return no
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
        chat_id, who = message.chat.id, asker_of(message)
        if self._circle.ignores(chat_id, who):
            return None
        request, served = self._reader.read(message), self._circle.serves(chat_id, who)
        if request is None:
            return None
        if served:
            await self._wrote(chat_id)
        if self._is_old(message):
            return None
        if not served and self._circle.first_refusal(chat_id):
            refusal = await self._rendered(_words(groups.REFUSAL))
            await self._sender.post(_target(message), refusal)
        return request if served else None

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
        except Exception:  # noqa: BLE001 - sorry() logs it
            replied = request.replied_to.text if request.replied_to else ""
            words = sorry("message", f"{request.text} {replied}")
        return _Made(await self._rendered(_words(words)), words)

    async def _pressed_request(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage
    ) -> Request | None:
        try:
            data = (query.data or "").encode(errors="replace").decode()  # anybody may forge one
            text = await decode(data, self._kept)
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
