"""Carries one delivery to Telegram, tried once, and tells what came of it."""

from __future__ import annotations

import logging

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.circle import Serves
from bot.outcomes import (
    Barred,
    Moved,
    Outcome,
    Refused,
    Sent,
    TopicGone,
    Unreachable,
    Unsure,
    Wait,
)
from bot.reply import Reply
from bot.telegram.callbacks import Kept
from bot.telegram.message import Target, post_html, post_plain
from bot.telegram.network import asked_wait
from bot.telegram.outgoing import outgoing
from bot.words import groups

# Telegram's words for it in lower case: some come as words for people, some as names of errors.
_TOPIC_GONE = (
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
    "topic closed",
    "topic deleted",
    "topic not found",
)
_BARRED = (
    "chat not found",
    "user not found",
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
    "have no write access",
    "user is deactivated",
    "chat was deactivated",
    "bot is not a member",
    "bot was kicked",
    "bot was blocked",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_admin_required",
    "chat_forbidden",
    "chat_restricted",
    "chat_id_invalid",
    "channel_private",
    "channel_invalid",
    "peer_id_invalid",
    "input_user_deactivated",
    "user_deactivated",
    "user_is_blocked",
    "user_banned_in_channel",
)
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_MAYBE_DONE = ("gateway timeout", "(504)")
_TOO_LARGE = ("request entity too large", "(413)")
log = logging.getLogger(__name__)


class Courier:
    """Takes deliveries out. `barred` are the chats that it was last turned away from.

    A chat that is not served (any more) is turned away like one that does not let us write.
    """

    def __init__(self, bot: Bot, kept: Kept, barred: set[int], serves: Serves) -> None:
        self._bot = bot
        self._kept = kept
        self._barred = barred
        self._serves = serves

    async def post(
        self, chat_id: int, thread_id: int, reply: Reply, *, silent: bool, plain: bool
    ) -> Outcome:
        """Send one message, without a second try; `plain` leaves out markup and buttons."""
        if not self._serves(chat_id):
            self._barred.add(chat_id)
            return Barred(groups.UNSERVED)
        out = await outgoing(reply, self._kept, self._bot.username)
        target = Target(chat_id, thread_id or None)
        try:
            post = post_plain if plain else post_html
            return Sent(await post(self._bot, target, out, silent=silent))
        except TelegramError as error:
            outcome = outcome_of(error)
        if isinstance(outcome, Barred):
            self._barred.add(chat_id)
        return outcome

    async def reachable(self) -> bool:
        """Whether Telegram answers. What a refused token means the heartbeat decides."""
        try:
            await self._bot.get_me()
        except TelegramError as error:
            log.debug("Telegram cannot be reached: %s", error)
            return False
        return True


def outcome_of(error: TelegramError) -> Outcome:
    """What it means for a message that sending it ended in this error."""
    if isinstance(error, RetryAfter):
        return Wait(asked_wait(error))
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Barred(str(error))
    if isinstance(error, BadRequest):  # a NetworkError by its class, but Telegram's last word
        return _refusal(str(error))
    if isinstance(error, NetworkError):
        return _trouble(error)
    # A token that is not known; an answer that is no JSON came after the message was taken in.
    reason = _words(error)
    return Unreachable(reason) if isinstance(error, InvalidToken) else Unsure(reason)


def _refusal(reason: str) -> Outcome:
    said = reason.lower()
    if any(words in said for words in _TOPIC_GONE):
        return TopicGone(reason)
    if any(words in said for words in _BARRED):
        return Barred(reason)
    return Refused(reason)


def _trouble(error: NetworkError) -> Outcome:
    """The network, or Telegram itself, which answers a status of 5xx."""
    said, reason = str(error).lower(), _words(error)
    if isinstance(error.__cause__, _NEVER_LEFT):
        return Unreachable(reason)
    by_status = error.__cause__ is None or isinstance(error.__cause__, TelegramError)
    if not by_status or any(words in said for words in _MAYBE_DONE):
        return Unsure(reason)
    if any(words in said for words in _TOO_LARGE):
        return Refused(reason)
    return Unreachable(reason)


def _words(error: TelegramError) -> str:
    return f"{type(error.__cause__ or error).__name__}: {error}"
