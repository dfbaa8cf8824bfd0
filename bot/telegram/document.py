"""The text of a file that was sent along with a command, or that the command replies to."""

from __future__ import annotations

import logging

from telegram import Bot, Document, Message
from telegram.error import TelegramError

MOST_BYTES = 256 * 1024
log = logging.getLogger(__name__)


async def document_of(bot: Bot, message: Message) -> str:
    """Its text; "" where there is no file, or none of at most 256 KB in UTF-8."""
    for one in (message, message.reply_to_message):
        if one is not None and one.document is not None:
            return await _text(bot, one.document)
    return ""


async def _text(bot: Bot, document: Document) -> str:
    if (document.file_size or 0) > MOST_BYTES:
        return ""
    try:
        file = await bot.get_file(document.file_id)
        # One that tells no size anywhere is left alone: it could be 20 MB.
        if file.file_size is None or file.file_size > MOST_BYTES:
            return ""
        data = await file.download_as_bytearray()
    except TelegramError as error:
        log.warning("a file that was sent along could not be fetched: %s", error)
        return ""
    try:
        return data.decode("utf-8-sig") if len(data) <= MOST_BYTES else ""
    except UnicodeDecodeError:
        return ""
