"""A strict Telegram Bot API server on loopback, for tests."""

from tests.botapi.errors import ApiError
from tests.botapi.people import (
    ALICE,
    BOB,
    CHANNEL,
    FORUM,
    GENERAL,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    THREADS,
    private,
    user,
)
from tests.botapi.server import BotApiServer

__all__ = [
    "ALICE",
    "BOB",
    "CHANNEL",
    "FORUM",
    "GENERAL",
    "GROUP",
    "PRIVATE",
    "SUPERGROUP",
    "THREADS",
    "ApiError",
    "BotApiServer",
    "private",
    "user",
]
