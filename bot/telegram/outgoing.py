"""A reply as Telegram takes it. Here, and only here, it becomes HTML and is held to its limits."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    SwitchInlineQueryChosenChat,
)

from bot.reply import Button, Reply
from bot.telegram.callbacks import Kept, encode
from bot.text import to_html, to_plain, truncate
from storage.errors import StorageError

MOST_UNITS = 4096
MOST_ENTITIES = 100
_MOST_IN_ROW = 8
_EVERY_CHAT = (True, False, True, True)
"""Where people may share: with users, not bots, in groups and in channels."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: its HTML, the same as plain words, its preview, its buttons, its file."""

    html: str
    plain: str
    preview: LinkPreviewOptions
    keyboard: InlineKeyboardMarkup | None
    file: tuple[str, bytes] | None = None


async def outgoing(reply: Reply, kept: Kept, bot_name: str = "") -> Outgoing:
    """The message for a reply, within every limit of Telegram.

    `bot_name` is our username, for buttons that open the private chat.
    """
    text = truncate(reply.text, MOST_UNITS, MOST_ENTITIES)
    preview = (
        LinkPreviewOptions(url=reply.preview, prefer_small_media=True)
        if reply.preview
        else LinkPreviewOptions(is_disabled=True)
    )
    keyboard = await _keyboard(reply, kept, bot_name)
    return Outgoing(to_html(text), to_plain(text), preview, keyboard, reply.document)


async def _keyboard(reply: Reply, kept: Kept, bot_name: str) -> InlineKeyboardMarkup | None:
    rows: list[list[InlineKeyboardButton]] = []
    for row in reply.buttons:
        made = [await _button(button, kept, bot_name) for button in row[:_MOST_IN_ROW]]
        rows.append([button for button in made if button])
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


async def _button(button: Button, kept: Kept, bot_name: str) -> InlineKeyboardButton | None:
    """The button, or None where its request cannot be kept: the answer is worth more."""
    url = f"https://t.me/{bot_name}?start={button.start}" if button.start else button.url
    if url:
        return InlineKeyboardButton(button.text, url=url)
    if button.copy:
        return InlineKeyboardButton(button.text, copy_text=CopyTextButton(button.copy))
    if button.share:
        chosen = SwitchInlineQueryChosenChat(button.share, *_EVERY_CHAT)
        return InlineKeyboardButton(button.text, switch_inline_query_chosen_chat=chosen)
    try:
        data = await encode(button.request, kept, anew=button.anew)
    except StorageError as error:
        log.warning("left out a button: %s", error)
        log.debug("that button is %r", button.text)
        return None
    return InlineKeyboardButton(button.text, callback_data=data)
