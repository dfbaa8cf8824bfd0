"""The Telegram platform by polling: from a token to a bot that answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import timedelta
from functools import partial

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.config import Settings
from bot.telegram.callbacks import Kept
from bot.telegram.conversation import Ask, Conversation
from bot.telegram.incoming import Reader
from bot.telegram.lanes import Job, Lanes
from bot.telegram.menu import Listed, set_menu
from bot.telegram.network import Backoff, until_it_works
from bot.telegram.sender import Sender

HANDLED = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query")
"""The server remembers the last list it was sent: always send this one."""
_LONG_POLL = timedelta(seconds=20)
_HEARTBEAT = 60.0
_GRACE, _LAST_WORD = 3.0, 1.0
log = logging.getLogger(__name__)


async def serve(settings: Settings, ask: Ask, kept: Kept, commands: Sequence[Listed]) -> None:
    """Answer until cancelled; then give answers under way three seconds to get out.

    Raises SettingsError where the token is wrong or has been revoked.
    """
    bot = make_bot(settings)
    try:
        await until_it_works("reaching Telegram", bot.initialize)
        await until_it_works("switching the webhook off", bot.delete_webhook)
        log.info("serving as @%s", bot.username)
        await _serve(bot, settings, ask, kept, commands)
    finally:
        await bot.shutdown()


async def _serve(
    bot: Bot, settings: Settings, ask: Ask, kept: Kept, commands: Sequence[Listed]
) -> None:
    names = frozenset(command.name for command in commands)
    reader = Reader(bot.bot, names, settings.admins)
    conversation = Conversation(Sender(bot), ask, kept, reader, settings.allowed_chats)
    lanes, poller = Lanes(), Poller(bot)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(set_menu(bot, commands, settings.admins))
            tasks.create_task(heartbeat(bot))
            tasks.create_task(poller.run(partial(_take, lanes, conversation)))
    finally:
        await asyncio.gather(lanes.drain(_GRACE), poller.confirm())


def make_bot(settings: Settings) -> ExtBot[int]:
    """The bot behind the settings' token; nothing is sent yet."""
    token, url = settings.telegram_token, settings.telegram_api_url
    return ExtBot(
        token.get_secret_value() if token else "",
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=HTTPXRequest(connection_pool_size=64, read_timeout=10, pool_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=10),
        rate_limiter=AIORateLimiter(max_retries=0),
    )


async def heartbeat(bot: Bot, every: float = _HEARTBEAT) -> None:
    """Ask who we are, every so many seconds. Raises SettingsError once the token is revoked."""
    while True:
        await asyncio.sleep(every)
        await until_it_works("asking who we are", bot.get_me)


class Poller:
    """Fetches updates, one long question after the other."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._next: int | None = None
        self._backoff = Backoff("fetching messages")

    async def run(self, take: Callable[[Update], Awaitable[None]]) -> None:
        """Hand each update to `take`, for ever. Raises SettingsError for a revoked token."""
        while True:
            for update in await self._fetch():
                await take(update)
                self._next = update.update_id + 1

    async def confirm(self) -> None:
        """Tell Telegram what was taken, so that the next start does not take it again."""
        if self._next is None:
            return
        try:
            async with asyncio.timeout(_LAST_WORD):
                await self._bot.get_updates(
                    self._next, limit=1, timeout=timedelta(), allowed_updates=HANDLED
                )
        except (TelegramError, TimeoutError) as error:
            log.warning("the last messages may be answered again at the next start: %s", error)

    async def _fetch(self) -> Sequence[Update]:
        try:
            updates = await self._bot.get_updates(
                self._next, timeout=_LONG_POLL, allowed_updates=HANDLED
            )
        except InvalidToken as error:
            # Proxies and servers say 401 and 404 too: the token is wrong where getMe says so.
            await until_it_works("asking who we are", self._bot.get_me)
            await self._backoff.wait(error)
        except TelegramError as error:
            await self._backoff.wait(error)
        except Exception as error:
            log.exception("an update could not be read")
            await self._backoff.wait(TelegramError(f"{type(error).__name__}: {error}"))
        else:
            self._backoff.worked()
            return updates
        return ()


async def _take(lanes: Lanes, conversation: Conversation, update: Update) -> None:
    """Put the update's job into its lane: what is about one question stays in order."""
    routed = _route(conversation, update)
    if routed is not None:
        chat_id, key, job = routed
        await lanes.put(chat_id, key, job)


def _route(conversation: Conversation, update: Update) -> tuple[int, Hashable, Job] | None:
    query = update.callback_query
    if query is not None:
        chat_id = query.message.chat.id if query.message else query.from_user.id
        return chat_id, _pressed_key(update), partial(conversation.pressed, query)
    new = update.message or update.channel_post
    if new is not None:
        return new.chat.id, (new.chat.id, new.message_id), partial(conversation.asked, new)
    old = update.edited_message or update.edited_channel_post
    if old is not None:
        return old.chat.id, (old.chat.id, old.message_id), partial(conversation.edited, old)
    return None


def _pressed_key(update: Update) -> Hashable:
    """The question that the pressed message answers, else the message itself."""
    message = update.effective_message
    if message is None:
        return update.update_id
    asked = message.reply_to_message or message
    return message.chat.id, asked.message_id
