"""Sending and editing messages: retries where that is safe, a plain form where HTML is refused."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.reply import MOST_NOTICE
from bot.telegram.message import Target, post_file, post_html, post_plain
from bot.telegram.network import SEND_AGAIN, explain, send
from bot.telegram.outgoing import Outgoing
from bot.text import plain, to_plain, truncate

log = logging.getLogger(__name__)


class Noted(Protocol):
    """Who wants to know when a chat was written to."""

    def note(self, chat_id: int, at: float) -> None:
        """`chat_id` is written to at this time (seconds since 1970)."""


class Sender:
    """Never raises a TelegramError: what cannot be sent is told in the log."""

    def __init__(self, bot: Bot, noted: Noted, send_again: Sequence[float] = SEND_AGAIN) -> None:
        self._bot = bot
        self._noted = noted
        self._waits = send_again

    async def post(self, target: Target, out: Outgoing) -> int | None:
        """Send a message; gives its id, or None where it did not get out."""
        return await self._told(target, lambda: self._post_somehow(target, out))

    async def post_file(self, target: Target, out: Outgoing) -> int | None:
        """Send the message's file, where it has one; gives the id of what was sent."""
        file = out.file
        if file is None:
            return None
        return await self._told(target, lambda: post_file(self._bot, target, *file))

    async def _told(self, target: Target, call: Callable[[], Awaitable[int]]) -> int | None:
        self._noted.note(target.chat_id, time.time())
        try:
            return await call()
        except Forbidden as error:
            log.info("may not write to chat %d: %s", target.chat_id, error)
        except TelegramError as error:
            log.warning("an answer did not reach chat %d: %s", target.chat_id, explain(error))
        return None

    async def edit(self, chat_id: int, message_id: int, out: Outgoing) -> bool:
        """Put a new text into a message. False where that message can be edited no more."""
        self._noted.note(chat_id, time.time())
        try:
            await send(
                lambda: self._edit_html(chat_id, message_id, out),
                twice_is_fine=True,
                waits=self._waits,
            )
        except BadRequest as error:
            if "not modified" in str(error).lower():
                return True
            log.info("cannot edit message %d of chat %d: %s", message_id, chat_id, error)
            return False
        except TelegramError as error:
            log.warning("an edit did not reach chat %d: %s", chat_id, explain(error))
        return True

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Take a message of ours away. False where Telegram does not let us any more."""
        try:
            await send(
                lambda: self._bot.delete_message(chat_id, message_id),
                twice_is_fine=True,
                waits=self._waits,
            )
        except BadRequest as error:
            log.info("cannot delete message %d of chat %d: %s", message_id, chat_id, error)
            return "not found" in str(error).lower()
        except TelegramError as error:
            log.warning("message %d of chat %d stays: %s", message_id, chat_id, explain(error))
        return True

    async def close_press(self, query_id: str, notice: str = "") -> None:
        """Stop the button's spinner; the start of `notice` (MOST_NOTICE) pops up."""
        notice = to_plain(truncate((plain(notice),), MOST_NOTICE))
        try:
            await send(
                lambda: self._bot.answer_callback_query(
                    query_id, text=notice or None, show_alert=bool(notice)
                ),
                twice_is_fine=True,
                waits=self._waits[:2],
            )
        except TelegramError as error:  # mostly "query is too old": nobody waits for it any more
            log.info("a press could not be answered: %s", error)

    async def _post_somehow(self, target: Target, out: Outgoing) -> int:
        try:
            return await self._post_html(target, out)
        except ChatMigrated as error:
            moved = Target(error.new_chat_id)
            return await self._post_html(moved, out)
        except BadRequest as error:
            plainer = target.without(str(error))
            if plainer is not None:
                log.info("Telegram refused what an answer replies to: %s", error)
                return await self._post_somehow(plainer, out)
            log.warning("Telegram refused an answer (%s); sending it as plain text", error)
            return await post_plain(self._bot, target, out)

    async def _post_html(self, target: Target, out: Outgoing) -> int:
        return await send(
            lambda: post_html(self._bot, target, out), twice_is_fine=False, waits=self._waits
        )

    async def _edit_html(self, chat_id: int, message_id: int, out: Outgoing) -> object:
        return await self._bot.edit_message_text(
            out.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=out.preview,
            reply_markup=out.keyboard,
        )
