"""Whether we may write to a chat, as Telegram tells it: blocked, added, promoted, moved, closed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from telegram import ChatMemberUpdated, Message
from telegram.constants import ChatType

from bot.buttons import label
from bot.marking import topic_gone
from bot.patience import Patience
from bot.reply import Button, Reply
from bot.telegram.authority import is_present, may_post
from bot.telegram.incoming import thread_of
from bot.telegram.message import Target
from bot.telegram.outgoing import Outgoing
from bot.telegram.sender import Sender
from bot.text import plain
from storage import chats, subscriptions
from storage.errors import StorageError
from storage.state import State

P = ParamSpec("P")
T = TypeVar("T")

BLOCKED = "the bot was blocked or removed"
MUTED = "the bot may not write there"
CLOSED = "the topic was closed"
HEARD_AGAIN = 600.0
"""Seconds in which questions bring a group back once: they do not prove that we may write."""
log = logging.getLogger(__name__)


class Keeper(Protocol):
    """The part of the library that remembers chats and wakes the outbox."""

    def now(self) -> float:
        """Seconds since 1970."""

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function of the precious database. Raises StorageError."""

    def wake(self) -> None:
        """Something may be owed now."""


class Membership:
    """Keeps the state in step with where we may write. What cannot be kept is told in the log.

    `barred` are the chats that we were last turned away from; the courier adds to them.
    """

    def __init__(
        self,
        library: Keeper,
        sender: Sender,
        rendered: Callable[[Reply], Awaitable[Outgoing]],
        serves: Callable[[int], bool],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._library = library
        self._sleep = sleep
        self._sender = sender
        self._rendered = rendered
        self._serves = serves
        self._heard_at: dict[int, float] = {}
        self.barred: set[int] = set()

    async def start(self) -> None:
        """Learn which chats are suspended."""
        self.barred.update(await self._kept(chats.suspended))

    async def heard(self, chat_id: int) -> None:
        """Somebody there wrote to us: where the chat is suspended, it comes back."""
        if chat_id not in self.barred:
            return
        now = time.monotonic()
        if chat_id > 0 or now - self._heard_at.get(chat_id, -HEARD_AGAIN) >= HEARD_AGAIN:
            self._heard_at[chat_id] = now
            try:
                back = await self._library.keep(chats.revive, chat_id, self._library.now())
            except StorageError as error:  # nobody's answer waits: the next question tries again
                log.warning("chat %d is not brought back yet: %s", chat_id, error)
            else:
                self._is_back(chat_id, back)

    def _is_back(self, chat_id: int, back: bool) -> None:
        self.barred.discard(chat_id)
        if back:
            log.info("chat %d is back", chat_id)
            self._library.wake()

    async def changed(self, event: ChatMemberUpdated) -> None:
        """Our own standing in a chat is another one now."""
        chat, mine = event.chat, event.new_chat_member
        if not may_post(mine, chat.type):
            reason = MUTED if is_present(mine) else BLOCKED
            self.barred.add(chat.id)
            await self._kept(chats.suspend, chat.id, reason, self._library.now())
            return
        back = await self._kept(chats.revive, chat.id, self._library.now())
        self._is_back(chat.id, back)
        if chat.type == ChatType.CHANNEL and not may_post(event.old_chat_member, chat.type):
            await self._offer(event)

    async def noticed(self, message: Message) -> None:
        """What Telegram tells by a message: a group's new id, a topic closed or opened again."""
        here, thread = message.chat.id, thread_of(message) or 0
        now = self._library.now()
        if message.migrate_to_chat_id:
            await self._moved(here, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self._moved(message.migrate_from_chat_id, here)
        elif message.forum_topic_closed or message.general_forum_topic_hidden:
            notice = topic_gone(chats.Chat(here, "group", message.chat.title or ""), thread)
            await self._kept(subscriptions.pause_thread, here, thread, CLOSED, now, notice=notice)
            self._library.wake()
        elif message.forum_topic_reopened or message.general_forum_topic_unhidden:
            await self._kept(subscriptions.resume_thread, here, thread, now)
            self._library.wake()

    async def _moved(self, old: int, new: int) -> None:
        await self._kept(chats.migrate, old, new)
        self.barred.discard(old)
        self._library.wake()

    async def _offer(self, event: ChatMemberUpdated) -> None:
        """Tell whoever made us an administrator of a channel what can be done with it."""
        user, chat = event.from_user, event.chat
        if user.is_bot or not self._serves(chat.id) or not self._serves(user.id):
            return
        title = chat.effective_name or "the channel"
        text = f"I may post in “{title}” now. Shall it hear of new notes?"
        button = Button(label(f"Subscribe “{title}”"), f"/subscribe for:{chat.id}")
        out = await self._rendered(Reply("subscribe", (plain(text),), ((button,),)))
        await self._sender.post(Target(user.id), out)

    async def _kept(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Telegram tells it once: it is tried until it is kept."""
        patience = Patience("a change of a chat cannot be kept yet", log, self._sleep)
        while True:
            try:
                result = await self._library.keep(job, *args, **kwargs)
            except StorageError as error:
                await patience.wait(str(error))
            else:
                patience.over()
                return result
