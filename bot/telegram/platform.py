"""The Telegram platform: from a token to a bot that answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from telegram import Message, Update
from telegram.ext import ExtBot

from bot.circle import Circle
from bot.config import Settings
from bot.following import followed
from bot.hearing import Hearing
from bot.keeping import Keeper
from bot.telegram.authority import Authority
from bot.telegram.callbacks import Kept
from bot.telegram.client import make_bot
from bot.telegram.conversation import Ask, Conversation
from bot.telegram.courier import Courier
from bot.telegram.feed import HANDLED, Feed, Once
from bot.telegram.guest import AskGuest, Guest
from bot.telegram.incoming import Reader
from bot.telegram.inline import AskInline, Inline
from bot.telegram.lanes import Job, Lanes
from bot.telegram.membership import Membership
from bot.telegram.menu import Listed, set_menu
from bot.telegram.network import until_it_works, wrong_token
from bot.telegram.outgoing import outgoing
from bot.telegram.poller import Poller, heartbeat
from bot.telegram.sender import Noted, Sender
from bot.telegram.webhook import Hook, Webhook

_GRACE = 3.0
log = logging.getLogger(__name__)


_Routed = tuple[int, Hashable, Job]
"""Chat, lane, job."""
Idle = Callable[[], Awaitable[None]]
Beside = Callable[[Courier, Idle], Coroutine[None, None, None]]
"""What runs beside the answers: it gets who carries deliveries, and a wait for a free moment."""


@dataclass(frozen=True, slots=True)
class Asks:
    """Who answers: requests, inline queries, and mentions where we are no member."""

    reply: Ask
    inline: AskInline
    guest: AskGuest


class House(Kept, Keeper, Protocol):
    """The part of the library that Telegram needs."""


async def serve(
    settings: Settings,
    asks: Asks,
    library: House,
    commands: Sequence[Listed],
    *,
    circle: Circle,
    pace: Noted,
    hearing: Hearing,
    beside: Beside,
) -> None:
    """Answer until cancelled; then give what is under way three seconds to get out.

    `circle` says who is answered, `pace` hears of each answer, `hearing` whether Telegram reaches
    us; `beside` is cancelled and awaited at the end. Raises SettingsError where the token is wrong
    or the webhook's address is no place to listen, PortError where that is taken, RevokedError
    once the token has been revoked.
    """
    bot = make_bot(settings)
    feed = _feed(bot, settings, hearing)
    try:
        await until_it_works("reaching Telegram", bot.initialize, wrong_token, hearing.failed)
        log.info("serving as @%s", bot.username)
        service = _Service(
            bot, settings, asks, library, commands=commands, circle=circle, pace=pace, feed=feed
        )
        await service.membership.start()
        courier = Courier(bot, library, service.membership.barred, circle.serves)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(set_menu(bot, commands, settings.admins))
            tasks.create_task(heartbeat(bot))
            tasks.create_task(service.run())
            tasks.create_task(beside(courier, service.lanes.idle))
    finally:
        feed.close()
        await bot.shutdown()


def _feed(bot: ExtBot[int], settings: Settings, hearing: Hearing) -> Feed:
    """The way that the settings chose."""
    if settings.hook and settings.webhook_listen:
        hook = Hook(settings.hook, settings.secret, settings.webhook_listen)
        return Webhook(bot, hook, hearing)
    return Poller(bot, hearing)


class _Service:
    """Takes updates in and answers them."""

    def __init__(
        self,
        bot: ExtBot[int],
        settings: Settings,
        asks: Asks,
        library: House,
        *,
        commands: Sequence[Listed],
        circle: Circle,
        pace: Noted,
        feed: Feed,
    ) -> None:
        names = frozenset(command.name for command in commands)
        managing = frozenset(command.name for command in commands if command.manages)
        serves, sender = circle.serves, Sender(bot, pace)
        rendered = partial(outgoing, kept=library, bot_name=bot.username)
        self.lanes = Lanes()
        self.membership = Membership(library, sender, rendered, circle)
        self._feed, self._once = feed, Once()
        reader = Reader(bot.bot, names, settings.admins)
        personal = circle.private
        self._inline = Inline(bot, asks.inline, library, rendered, serves, personal=personal)
        self._guest = Guest(bot, asks.guest, rendered, reader.replied_to, serves)
        self._conversation = Conversation(
            sender,
            asks.reply,
            library,
            rendered,
            reader=reader,
            circle=circle,
            authority=Authority(bot, managing, serves),
            wrote=self.membership.wrote,
            wait_of=self.membership.wait_of,
        )

    async def run(self) -> None:
        """Answer what comes; at the end let answers finish, while deliveries come to theirs."""
        try:
            await self._feed.run(self._take)
        finally:
            await asyncio.gather(self.lanes.drain(_GRACE), self._feed.confirm())

    async def _take(self, update: Update) -> None:
        """Put the update's job into its lane: what is about one question stays in order."""
        update_id = update.update_id
        routed = self._route(update) if self._once.is_new(update_id) else None
        if routed is None:
            return
        chat_id, key, job = routed
        try:
            await self.lanes.put(chat_id, key, followed(update_id, _kind(update), chat_id, job))
        except asyncio.CancelledError:
            self._once.forget(update_id)
            raise

    def _route(self, update: Update) -> _Routed | None:
        return self._from_elsewhere(update) or self._from_chats(update)

    def _from_elsewhere(self, update: Update) -> _Routed | None:
        """What is asked in chats that we are no member of."""
        typed, mention = update.inline_query, update.guest_message
        if typed is not None:  # noted when it comes: an older one of this person is superfluous
            return typed.from_user.id, update.update_id, self._inline.taken(typed)
        if mention is not None:
            return mention.chat.id, update.update_id, partial(self._guest.asked, mention)
        return None

    def _from_chats(self, update: Update) -> _Routed | None:
        talk = self._conversation
        query, standing = update.callback_query, update.my_chat_member
        if query is not None:
            chat_id = query.message.chat.id if query.message else query.from_user.id
            return chat_id, _pressed_key(update), partial(talk.pressed, query)
        if standing is not None:
            here = standing.chat.id
            return here, here, partial(self.membership.changed, standing)
        new = update.message or update.channel_post
        if new is not None:
            return new.chat.id, _message_key(new), partial(self._new, new)
        old = update.edited_message or update.edited_channel_post
        if old is not None:
            return old.chat.id, _message_key(old), partial(talk.edited, old)
        return None

    async def _new(self, message: Message) -> None:
        await self.membership.noticed(message)
        await self._conversation.asked(message)


def _kind(update: Update) -> str:
    """Its name in the Bot API."""
    return next((kind for kind in HANDLED if getattr(update, kind) is not None), "other")


def _message_key(message: Message) -> Hashable:
    return message.chat.id, message.message_id


def _pressed_key(update: Update) -> Hashable:
    """The question that the pressed message answers, else the message itself."""
    message = update.effective_message
    if message is None:
        return update.update_id
    asked = message.reply_to_message or message
    return message.chat.id, asked.message_id
