"""Sending and editing messages: retries where that is safe, a plain form where HTML is refused."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.telegram.network import SEND_AGAIN, explain, send
from bot.telegram.outgoing import Outgoing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer goes: chat, forum topic, and the message it replies to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


class Sender:
    """Never raises a TelegramError: what cannot be sent is told in the log."""

    def __init__(self, bot: Bot, send_again: Sequence[float] = SEND_AGAIN) -> None:
        self._bot = bot
        self._waits = send_again

    async def post(self, target: Target, out: Outgoing) -> int | None:
        """Send a message; gives its id, or None where it did not get out."""
        try:
            return await self._post_somehow(target, out)
        except Forbidden as error:
            log.info("may not write to chat %d: %s", target.chat_id, error)
        except TelegramError as error:
            log.warning("an answer did not reach chat %d: %s", target.chat_id, explain(error))
        return None

    async def edit(self, chat_id: int, message_id: int, out: Outgoing) -> bool:
        """Put a new text into a message. False where that message can be edited no more."""
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

    async def close_press(self, query_id: str, notice: str = "") -> None:
        """Stop the button's spinner; `notice` (up to 200 characters) pops up."""
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
            log.warning("Telegram refused an answer (%s); sending it as plain text", error)
            return await self._post_plain(target, out)

    async def _post_html(self, target: Target, out: Outgoing) -> int:
        sent: Message = await send(
            lambda: self._bot.send_message(
                target.chat_id,
                out.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=out.preview,
                reply_markup=out.keyboard,
                message_thread_id=target.thread_id,
                reply_parameters=_reply_to(target),
            ),
            twice_is_fine=False,
            waits=self._waits,
        )
        return sent.message_id

    async def _post_plain(self, target: Target, out: Outgoing) -> int:
        sent: Message = await self._bot.send_message(
            target.chat_id,
            out.plain,
            message_thread_id=target.thread_id,
            reply_parameters=_reply_to(target),
        )
        return sent.message_id

    async def _edit_html(self, chat_id: int, message_id: int, out: Outgoing) -> object:
        return await self._bot.edit_message_text(
            out.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=out.preview,
            reply_markup=out.keyboard,
        )


def _reply_to(target: Target) -> ReplyParameters | None:
    if target.reply_to is None:
        return None
    return ReplyParameters(target.reply_to, allow_sending_without_reply=True)
