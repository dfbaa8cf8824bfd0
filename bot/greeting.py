"""What a group is told when the bot joins it. Pure."""

from __future__ import annotations

from bot.reply import Reply
from bot.text import code
from bot.words import filled, groups


def greeting() -> Reply:
    """How to ask, in a few lines."""
    text = filled(
        groups.GREETING,
        search=code(groups.TYPED_SEARCH),
        source=code("/source"),
        topic=code(groups.TYPED_TOPIC),
        subscribe=code("/subscribe"),
    )
    return Reply("start", text)
