"""Whose an answer in a group is: who may turn its pages, and who may take it away."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from telegram import (
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
)

from bot.reply import Here, Place, Request
from bot.telegram.outgoing import Outgoing
from bot.words import groups

_DELETE = re.compile(r"/delete (-?\d{1,18})")
_WIDTH = 24
"""A row of up to so many characters has room for another button on a phone."""


class Custody:
    """Decides by the pressed message itself, so that a restart forgets nothing."""

    def __init__(self, manages: Callable[[Here], Awaitable[bool]]) -> None:
        self._manages = manages

    async def refusal(self, message: MaybeInaccessibleMessage, request: Request) -> str:
        """Why this press changes nothing, in words that pop up; "" where it may.

        What nobody asked for may be turned by anybody, and deleted by administrators only.
        """
        deletes, group = is_delete(request.text), request.place is Place.GROUP
        if request.here is None or not group:
            return groups.NOT_YOURS_TO_DELETE if deletes else ""
        owner = owner_of(message)
        if owner == request.here.user_id or (owner is None and not deletes):
            return ""
        if await self._manages(request.here):
            return ""
        return groups.NOT_YOURS_TO_DELETE if deletes else groups.NOT_YOURS


def owner_of(message: MaybeInaccessibleMessage) -> int | None:
    """Who asked for an answer: whom its button names, else whom it replies to; None for nobody.

    Also None where Telegram cannot show the message any more.
    """
    if isinstance(message, InaccessibleMessage) or not isinstance(message, Message):
        return None
    for button in _buttons(message.reply_markup):
        named = _named(button)
        if named is not None:
            return named
    asked = message.reply_to_message
    if asked is None or asked.forum_topic_created is not None:
        return None
    bot = asked.sender_chat is None and asked.from_user is not None and asked.from_user.is_bot
    return None if bot else asker_of(asked)


def asker_of(message: Message) -> int:
    """Who wrote a message: a person, or the chat in whose name it was written."""
    speaker = message.sender_chat or message.from_user
    return speaker.id if speaker else 0


def is_delete(request: str) -> bool:
    """Whether a press asks for the message to be deleted."""
    return request.split(maxsplit=1)[:1] == ["/delete"]


def owned(out: Outgoing, owner: int | None) -> Outgoing:
    """The message with a button that deletes it, which tells whose it is; as it was for nobody."""
    if owner is None:
        return out
    rows = [list(row) for row in out.keyboard.inline_keyboard] if out.keyboard else []
    button = InlineKeyboardButton(groups.DELETE, callback_data=f"/delete {owner}")
    if rows and _has_room(rows[-1]):
        rows[-1].append(button)
    else:
        rows.append([button])
    return replace(out, keyboard=InlineKeyboardMarkup(rows))


def _has_room(row: list[InlineKeyboardButton]) -> bool:
    return len(row) < 4 and sum(len(button.text) for button in row) <= _WIDTH


def _buttons(markup: InlineKeyboardMarkup | None) -> Iterator[InlineKeyboardButton]:
    return (button for row in (markup.inline_keyboard if markup else ()) for button in row)


def _named(button: InlineKeyboardButton) -> int | None:
    found = _DELETE.fullmatch(str(button.callback_data or ""))
    return int(found[1]) if found else None
