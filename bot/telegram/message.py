"""One message to Telegram, tried once: the only place that says how a message is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import Bot, LinkPreviewOptions, MessageEntity, ReplyParameters
from telegram.constants import ParseMode

from bot.telegram.outgoing import Outgoing

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class About:
    """A message that an answer is about, and what it quotes of it.

    `position` is where the quote begins, in UTF-16 units; `entities` are the styles in it.
    """

    message_id: int
    quote: str = ""
    position: int = 0
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: chat, forum topic (None for General), the message it replies to.

    It replies to the message that it is `about` instead, where there is one.
    """

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    about: About | None = None

    def without(self, refused: str) -> Target | None:
        """The same place without what Telegram's words refuse; None where they refuse no such."""
        said, about = refused.lower(), self.about
        if about is None:
            return None
        if about.quote and "quote" in said:
            return replace(self, about=About(about.message_id))
        return replace(self, about=None) if "repl" in said else None


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
    about = target.about
    if about is not None:
        return ReplyParameters(
            about.message_id,
            quote=about.quote or None,
            quote_position=about.position if about.quote else None,
            quote_entities=about.entities or None,
        )
    if target.reply_to is None:
        return None
    return ReplyParameters(target.reply_to, allow_sending_without_reply=True)
