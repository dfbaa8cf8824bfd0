"""The message that a question replies to, and where in it the words stand that an answer quotes."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, MessageEntity

from bot.telegram.message import About
from bot.text import utf16_len

_KEPT = frozenset(
    (
        MessageEntity.BOLD,
        MessageEntity.ITALIC,
        MessageEntity.UNDERLINE,
        MessageEntity.STRIKETHROUGH,
        MessageEntity.SPOILER,
        MessageEntity.CUSTOM_EMOJI,
    )
)
"""Telegram refuses a quote that leaves out any of these (Bot API, ReplyParameters.quote)."""


def about(message: Message, words: str) -> About | None:
    """What `message` replies to in its own chat; without a quote where `words` are not found."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    whole = About(replied.message_id)
    text = replied.text or replied.caption or ""
    quote = message.quote
    index = text.find(words, _index(text, quote.position) if quote else 0)
    if not words or index < 0:
        return whole
    position = utf16_len(text[:index])
    entities = _styles(replied, position, utf16_len(words))
    return replace(whole, quote=words, position=position, entities=entities)


def _index(text: str, units: int) -> int:
    """The character at which so many UTF-16 units are over."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def _styles(message: Message, start: int, length: int) -> tuple[MessageEntity, ...]:
    """The styles within a part of a message, counted from its start."""
    found = []
    for one in (*message.entities, *message.caption_entities):
        first = max(one.offset - start, 0)
        last = min(one.offset + one.length - start, length)
        if one.type in _KEPT and first < last:
            found.append(
                MessageEntity(one.type, first, last - first, custom_emoji_id=one.custom_emoji_id)
            )
    return tuple(found)
