"""The bare python-telegram-bot echo bot that ours is measured beside: `echo URL TOKEN`."""

from __future__ import annotations

import sys
from typing import Any

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.ext import Application, ContextTypes, InlineQueryHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

Context = ContextTypes.DEFAULT_TYPE


async def typed(update: Update, _context: Context) -> None:
    """Answer an inline query with one article of its words."""
    query = update.inline_query
    assert query
    words = query.query or "-"
    result = InlineQueryResultArticle("1", words, InputTextMessageContent(words))
    await query.answer([result], cache_time=15)


async def said(update: Update, _context: Context) -> None:
    """Answer a message with its words."""
    assert update.message
    await update.message.reply_text(update.message.text or "-")


def main(url: str, token: str) -> None:
    """Poll for ever, with the HTTP settings of ours (bot/telegram/client.py)."""
    app: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder()
        .token(token)
        .base_url(f"{url}/bot")
        .request(HTTPXRequest(connection_pool_size=64, read_timeout=10, pool_timeout=10))
        .get_updates_request(HTTPXRequest(connection_pool_size=2, read_timeout=10))
        .concurrent_updates(True)
        .build()
    )
    app.add_handler(MessageHandler(filters.TEXT, said))
    app.add_handler(InlineQueryHandler(typed))
    app.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
