"""Whether we may write to a chat, as Telegram tells it: blocked, added, promoted, moved, closed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from telegram import ChatMemberUpdated, Message
from telegram.constants import ChatType

from bot.buttons import label
from bot.circle import Circle
from bot.greeting import greeting
from bot.keeping import Keeper
from bot.marking import topic_gone
from bot.patience import Patience
from bot.reply import Button, Place, Reply
from bot.telegram.authority import is_present, may_post
from bot.telegram.custody import owned
from bot.telegram.incoming import PLACES, thread_of
from bot.telegram.message import Target
from bot.telegram.outgoing import Outgoing
from bot.telegram.sender import Sender
from bot.text import plain
from bot.words import groups, owner, said
from storage import blocked, chats, subscriptions
from storage.errors import StorageError
from storage.notices import notify
from storage.state import State

P = ParamSpec("P")
T = TypeVar("T")

WROTE_AGAIN = 600.0
"""Seconds in which questions bring a group back once: they do not prove that we may write."""
log = logging.getLogger(__name__)


class Membership:
    """Keeps the state in step with where we may write. What cannot be kept is told in the log.

    `barred` are the chats that we were last turned away from; the courier adds to them.
    """

    def __init__(
        self,
        library: Keeper,
        sender: Sender,
        rendered: Callable[[Reply], Awaitable[Outgoing]],
        circle: Circle,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._library = library
        self._sleep = sleep
        self._sender = sender
        self._rendered = rendered
        self._circle, self._serves = circle, circle.serves
        self._wrote_at: dict[int, float] = {}
        self._upgraded: set[int] = set()
        self.barred: set[int] = set()

    async def start(self) -> None:
        """Learn which chats are suspended. Those that the owner has chosen again come back."""
        self.barred.update(await self._kept(chats.suspended))
        for chat_id in await self._kept(chats.suspended, groups.UNSERVED):
            if self._serves(chat_id):
                back = await self._kept(chats.revive, chat_id, self._library.now())
                self._is_back(chat_id, back)

    async def wrote(self, chat_id: int) -> None:
        """Somebody there wrote to us: where the chat is suspended, it comes back."""
        if chat_id not in self.barred:
            return
        now = time.monotonic()
        if chat_id > 0 or now - self._wrote_at.get(chat_id, -WROTE_AGAIN) >= WROTE_AGAIN:
            self._wrote_at[chat_id] = now
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
            reason = groups.MUTED if is_present(mine) else groups.BLOCKED
            self.barred.add(chat.id)
            await self._kept(chats.suspend, chat.id, reason, self._library.now())
            return
        if not self._serves(chat.id):
            return
        back = await self._kept(chats.revive, chat.id, self._library.now())
        self._is_back(chat.id, back)
        if chat.type == ChatType.CHANNEL and not may_post(event.old_chat_member, chat.type):
            await self._offer(event)
        elif PLACES.get(chat.type) is Place.GROUP and not is_present(event.old_chat_member):
            await self._greet(event)

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
            await self._kept(
                subscriptions.pause_thread, here, thread, groups.CLOSED, now, notice=notice
            )
            self._library.wake()
        elif message.forum_topic_reopened or message.general_forum_topic_unhidden:
            await self._kept(subscriptions.resume_thread, here, thread, now)
            self._library.wake()

    async def wait_of(self, chat_id: int) -> int | None:
        """The seconds between questions that a group chose; None for the usual cooldown."""
        try:
            manners = await self._library.keep(chats.manners_of, chat_id)
        except StorageError as error:  # nobody's answer waits: the usual rules will do
            log.warning("the rules of chat %d are not known: %s", chat_id, error)
            return None
        return manners.cooldown

    async def _moved(self, old: int, new: int) -> None:
        self._upgraded.add(new)
        if self._circle.ignores(old):  # or it would get rid of that by a new id
            await self._kept(blocked.block, new, 0, self._library.now())
            self._circle.blocked.add(new)
        elif self._serves(old) and not self._serves(new):
            log.warning("chat %d is %d now: it has to be chosen by that id", old, new)
            text = said(owner.NEW_ID, old=old, new=new)
            await self._kept(notify, sorted(self._circle.admins), text, self._library.now())
        await self._kept(chats.migrate, old, new)
        self.barred.discard(old)
        self._library.wake()

    async def _offer(self, event: ChatMemberUpdated) -> None:
        """Tell whoever made us an administrator of a channel what can be done with it."""
        user, chat = event.from_user, event.chat
        if user.is_bot or not self._serves(user.id):
            return
        title = chat.effective_name or groups.UNTITLED
        text = said(groups.OFFER, title=title)
        button = Button(label(said(groups.OFFER_BUTTON, title=title)), f"/subscribe for:{chat.id}")
        out = await self._rendered(Reply("subscribe", (plain(text),), ((button,),)))
        await self._sender.post(Target(user.id), out)

    async def _greet(self, event: ChatMemberUpdated) -> None:
        """Tell a group that we joined how to ask; one that only got a new id knows."""
        chat = event.chat
        if not self._serves(chat.id, event.from_user.id):
            return
        if chat.id in self._upgraded:
            self._upgraded.discard(chat.id)
            return
        out = owned(await self._rendered(greeting()), event.from_user.id)
        await self._sender.post(Target(chat.id), out)

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
