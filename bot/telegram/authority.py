"""Who may change what a chat hears of, and which chat a request means: `for:ID` names another."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberRestricted,
    Message,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.circle import Serves
from bot.reply import Here, Place, Request
from bot.telegram.document import document_of
from bot.telegram.incoming import PLACES
from bot.telegram.network import send
from bot.words import groups

T = TypeVar("T")

_WAITS = (0.5, 1.0)
_COMMAND = re.compile(r"/(?P<name>\w+)(?:\s+for:(?P<chat>\S*))?(?=\s|$)(?P<rest>.*)", re.DOTALL)
_ID = re.compile(r"-?[0-9]{1,18}")
log = logging.getLogger(__name__)


class DeniedError(Exception):
    """The asker may not do that; the words say why, and what would help."""


class Authority:
    """Completes requests of the commands that change subscriptions, the `managing` ones."""

    def __init__(self, bot: Bot, managing: frozenset[str], serves: Serves) -> None:
        self._bot = bot
        self._managing = managing
        self._serves = serves

    def concerns(self, request: Request) -> bool:
        """Whether this request is one that may change subscriptions."""
        found = _COMMAND.match(request.text)
        return found is not None and found["name"].lower() in self._managing

    async def complete(self, request: Request, message: Message | None = None) -> Request:
        """The request with what its command has to know: who may, which chat, the file sent along.

        Other commands' requests stay as they are. Raises DeniedError for a chat that the asker
        names and may not change.
        """
        found = _COMMAND.match(request.text)
        if found is None or request.here is None or not self.concerns(request):
            return request
        if found["chat"] is None:
            here = replace(request.here, manages=await self.manages(request.here))
        else:
            here, place = await self._elsewhere(request.place, request.here, found["chat"])
            text = f"/{found['name']}{found['rest']}"
            request = replace(request, text=text, place=place)
        document = await document_of(self._bot, message) if message else ""
        return replace(request, here=here, document=document)

    async def manages(self, here: Here) -> bool:
        """Whether the asker is known to be an administrator; what cannot be found out is a no."""
        if here.manages or not here.user_id:
            return here.manages
        try:
            member = await self._member(here.chat_id, here.user_id)
        except TelegramError as error:
            log.info("who manages chat %d could not be found out: %s", here.chat_id, error)
            return False
        return administers(member)

    async def _elsewhere(self, place: Place, here: Here, named: str) -> tuple[Here, Place]:
        """The chat that is named, where both the asker and we may do what it takes."""
        if place is not Place.PRIVATE:
            raise DeniedError(groups.ONLY_PRIVATE)
        try:
            chat = await self._chat(named)
            if not self._serves(chat.id, here.user_id):
                raise DeniedError(groups.NOT_SERVED)
            await self._permit(chat, here.user_id)
        except (BadRequest, Forbidden) as error:
            log.info("a chat that was named cannot be looked up: %s", error)
            raise DeniedError(groups.NOT_THERE) from error
        except TelegramError as error:
            log.warning("a chat that was named cannot be looked up: %s", error)
            raise DeniedError(groups.TROUBLE) from error
        title = chat.effective_name or ""
        there = Here(chat.id, 0, title, here.user_id, manages=True, elsewhere=True)
        return there, PLACES.get(chat.type, Place.GROUP)

    async def _chat(self, named: str) -> ChatFullInfo:
        known = int(named) if _ID.fullmatch(named) else f"@{named.removeprefix('@')}"
        chat = await _asked(lambda: self._bot.get_chat(known))
        if chat.type == ChatType.PRIVATE:
            raise DeniedError(groups.NOT_THERE)
        return chat

    async def _permit(self, chat: ChatFullInfo, user_id: int) -> None:
        """Raise DeniedError unless we are in the chat, the asker manages it, and we may post."""
        me = await self._member(chat.id, self._bot.id)
        if not is_present(me):
            raise DeniedError(groups.NOT_THERE)
        if not administers(await self._member(chat.id, user_id)):
            raise DeniedError(groups.NO_ADMINISTRATOR)
        if not may_post(me, chat.type):
            raise DeniedError(groups.MAY_NOT_POST)

    async def _member(self, chat_id: int, user_id: int) -> ChatMember:
        return await _asked(lambda: self._bot.get_chat_member(chat_id, user_id))


async def _asked(call: Callable[[], Awaitable[T]]) -> T:
    return await send(call, twice_is_fine=True, waits=_WAITS)


def administers(member: ChatMember) -> bool:
    """Whether this is an administrator, or the owner, of the chat."""
    return isinstance(member, (ChatMemberAdministrator, ChatMemberOwner))


def is_present(member: ChatMember) -> bool:
    """Whether this one is in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return administers(member) or isinstance(member, ChatMemberMember)


def may_post(member: ChatMember, chat_type: str) -> bool:
    """Whether this one may write there: in a channel only administrators with that right."""
    if chat_type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return is_present(member)
