"""One message to Telegram, tried once: the only place that says how a message is sent."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from bot.telegram.outgoing import Outgoing

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: chat, forum topic (None for General), the message it replies to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


async def post_html(bot: Bot, target: Target, out: Outgoing, *, silent: bool = False) -> int:
    """Send it with its markup and buttons; gives the message's id. Raises TelegramError."""
    sent = await bot.send_message(
        target.chat_id,
        out.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=out.preview,
        reply_markup=out.keyboard,
        message_thread_id=target.thread_id,
        reply_parameters=_reply_to(target),
        disable_notification=silent or None,
    )
    return sent.message_id


async def post_plain(bot: Bot, target: Target, out: Outgoing, *, silent: bool = False) -> int:
    """Send the words alone: nothing of it can be refused for its form. Raises TelegramError."""
    sent = await bot.send_message(
        target.chat_id,
        out.plain,
        link_preview_options=NO_PREVIEW,
        message_thread_id=target.thread_id,
        reply_parameters=_reply_to(target),
        disable_notification=silent or None,
    )
    return sent.message_id


async def post_file(bot: Bot, target: Target, name: str, data: bytes) -> int:
    """Send a file; gives the message's id. Raises TelegramError."""
    sent = await bot.send_document(
        target.chat_id,
        data,
        filename=name,
        message_thread_id=target.thread_id,
        reply_parameters=_reply_to(target),
    )
    return sent.message_id


def _reply_to(target: Target) -> ReplyParameters | None:
    if target.reply_to is None:
        return None
    return ReplyParameters(target.reply_to, allow_sending_without_reply=True)
