"""Mentions in chats that the bot is no member of (guest mode): one answer each."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from telegram import Bot, Message
from telegram.error import TelegramError

from bot.circle import Serves
from bot.cooldown import MENTIONS, Allowance
from bot.inline import InlineCard, words_card
from bot.reply import RepliedTo
from bot.telegram.conversation import TOO_OLD, Rendered
from bot.telegram.custody import asker_of
from bot.telegram.inline import article
from bot.telegram.network import explain, send
from bot.trouble import sorry

_AGAIN = (0.5, 1.0, 2.0)
log = logging.getLogger(__name__)

AskGuest = Callable[[RepliedTo | None, str], Awaitable[InlineCard]]
"""Takes the message replied to, and the words beside the mention."""


class Guest:
    """Answers guest messages. It raises nothing on purpose."""

    def __init__(
        self,
        bot: Bot,
        ask: AskGuest,
        rendered: Rendered,
        replied_to: Callable[[Message], RepliedTo | None],
        serves: Serves,
    ) -> None:
        self._bot = bot
        self._ask = ask
        self._rendered = rendered
        self._replied_to = replied_to
        self._serves = serves
        self._people = Allowance(MENTIONS)

    async def asked(self, message: Message) -> None:
        """Answer a mention, where somebody that is served made it lately."""
        query_id = message.guest_query_id
        if not query_id or not self._is_for_us(message):
            return
        result = await article(await self._made(message), self._rendered)
        try:
            # Like any message it may not come twice: where it was perhaps sent, that is enough.
            await send(
                lambda: self._bot.answer_guest_query(query_id, result),
                twice_is_fine=False,
                waits=_AGAIN,
            )
        except TelegramError as error:
            log.info("a guest message could not be answered: %s", explain(error))

    def _is_for_us(self, message: Message) -> bool:
        """Asked of late, and by no other bot. The chat is no help: its id may be another chat's."""
        sender = message.from_user
        if datetime.now(UTC) - message.date > TOO_OLD:
            return False
        other_bot = sender is not None and sender.is_bot and message.sender_chat is None
        # Nobody knows who writes as a channel: served where everyone is.
        who = sender.id if sender else 0
        if other_bot or not self._serves(who, asker_of(message)):
            return False
        return self._people.ask(asker_of(message), time.monotonic()) is None

    async def _made(self, message: Message) -> InlineCard:
        try:
            return await self._ask(self._replied_to(message), self._words(message))
        except Exception:  # noqa: BLE001 - sorry() logs it
            return words_card(sorry("guest", self._asked(message)))

    def _asked(self, message: Message) -> str:
        replied = self._replied_to(message)
        return f"{self._words(message)} {replied.text if replied else ''}"

    def _words(self, message: Message) -> str:
        """What stands beside our name and a command."""
        text = message.text or message.caption or ""
        beside = re.sub(rf"(?i)@{re.escape(self._bot.username)}\b", " ", text).strip()
        return re.sub(r"\A/(?:source|search)(?!\S)", "", beside).strip()
