"""A message from Telegram as a request, or None where it is not for us. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import (
    CallbackQuery,
    ExternalReplyInfo,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
    TextQuote,
    User,
)
from telegram.constants import ChatType

from bot.reply import Author, Here, Place, RepliedTo, Request
from bot.text import utf16_len

GENERAL = 1
_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]+)(?:@(?P<bot>[A-Za-z0-9_]+))?(?=\s|$)")
PLACES: Mapping[str, Place] = {
    ChatType.PRIVATE: Place.PRIVATE,
    ChatType.GROUP: Place.GROUP,
    ChatType.SUPERGROUP: Place.GROUP,
    ChatType.CHANNEL: Place.CHANNEL,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to tell which messages are for us."""

    me: User
    commands: frozenset[str]
    admins: frozenset[int] = frozenset()

    def read(self, message: Message) -> Request | None:
        """The request that a message makes, or None where the bot should keep silent."""
        place = PLACES.get(message.chat.type)
        if place is None or self._is_noise(message):
            return None
        text = self._text(message, place)
        if text is None:
            return None
        sender = message.from_user
        admin = sender is not None and self.is_admin(sender)
        return Request(text, place, self.replied_to(message), admin, _here(message, place))

    def pressed(self, text: str, query: CallbackQuery) -> Request:
        """The request that a press makes; `text` is what the button stands for."""
        message, user = query.message, query.from_user
        place = PLACES.get(message.chat.type, Place.GROUP) if message else Place.PRIVATE
        here = None
        if message is not None:
            thread = (thread_of(message) or 0) if isinstance(message, Message) else 0
            name = message.chat.effective_name or ""
            here = Here(message.chat.id, thread, name, user.id, place is Place.PRIVATE)
        return Request(text, place, admin=self.is_admin(user), here=here)

    def is_admin(self, user: User) -> bool:
        """Whether the owner named this user in TUBENOTES_ADMINS."""
        return user.id in self.admins

    def _is_noise(self, message: Message) -> bool:
        """Copies of channel posts, results shared through us, and what other bots say.

        Anonymous administrators and channels that post in a group look like bots too, but
        have a `sender_chat`.
        """
        shared = message.via_bot is not None and message.via_bot.id == self.me.id
        sender = message.from_user
        other_bot = sender is not None and sender.is_bot and message.sender_chat is None
        return bool(message.is_automatic_forward) or shared or other_bot

    def _text(self, message: Message, place: Place) -> str | None:
        """The words for us: in private all, elsewhere only a command that is ours."""
        text = message.text if message.text is not None else message.caption
        private = place is Place.PRIVATE
        if text is None:
            # A sticker or a voice message alone deserves an answer; a service message does not.
            alone = message.effective_attachment is not None and not message.media_group_id
            return "" if private and alone else None
        command = _COMMAND.match(text)
        if command is None:
            return text if private else None
        named, rest = command["bot"], text[command.end() :]
        ours = named is not None and named.lower() == (self.me.username or "").lower()
        if private or ours or (named is None and command["name"].lower() in self.commands):
            return f"/{command['name']}{rest}"
        return None

    def replied_to(self, message: Message) -> RepliedTo | None:
        """The message that this one replies to, or its quoted part."""
        reply, quote = message.reply_to_message, message.quote
        # In a topic, a message that replies to nothing replies to the topic's first message.
        if reply is not None and reply.forum_topic_created is None:
            own = self._is_own(reply)
            text = quote.text if quote else reply.text or reply.caption or ""
            return RepliedTo(text, _links(reply, quote, own=own), own, self._other(_author(reply)))
        if message.external_reply is not None:
            return self._replied_elsewhere(message.external_reply, quote)
        return None

    def _replied_elsewhere(self, reply: ExternalReplyInfo, quote: TextQuote | None) -> RepliedTo:
        """A reply to a message of another chat: only its quote and its preview are told."""
        own = isinstance(reply.origin, MessageOriginUser) and self._is_me(reply.origin.sender_user)
        preview = reply.link_preview_options.url if reply.link_preview_options else None
        links = (preview,) if isinstance(preview, str) else ()
        author = self._other(_first_author(reply.origin))
        return RepliedTo(quote.text if quote else "", links, own, author)

    def _other(self, author: Author | None) -> Author | None:
        return None if author is not None and author.id == self.me.id else author

    def _is_own(self, message: Message) -> bool:
        """Written by us, shared through us, or forwarded from us."""
        origin = message.forward_origin
        forwarded = isinstance(origin, MessageOriginUser) and self._is_me(origin.sender_user)
        return self._is_me(message.from_user) or self._is_me(message.via_bot) or forwarded

    def _is_me(self, user: User | None) -> bool:
        return user is not None and user.id == self.me.id


def _author(message: Message) -> Author | None:
    """Who wrote a message; in private, where it may be passed on to us, who wrote it first."""
    if message.forward_origin is not None and message.chat.type == ChatType.PRIVATE:
        return _first_author(message.forward_origin)
    if message.sender_chat is not None:
        return Author(message.sender_chat.id, message.sender_chat.effective_name or "")
    sender = message.from_user
    return Author(sender.id, sender.full_name) if sender else None


def _first_author(origin: MessageOrigin) -> Author | None:
    """Of a message that was forwarded; people may hide themselves there."""
    if isinstance(origin, MessageOriginUser):
        return Author(origin.sender_user.id, origin.sender_user.full_name)
    if isinstance(origin, MessageOriginChat):
        return Author(origin.sender_chat.id, origin.sender_chat.effective_name or "")
    if isinstance(origin, MessageOriginChannel):
        return Author(origin.chat.id, origin.chat.effective_name or "")
    return None


def _here(message: Message, place: Place) -> Here:
    """The chat and who asks; nobody knows who posts in a channel or asks as the group itself."""
    sender, speaker = message.from_user, message.sender_chat
    user_id = sender.id if sender is not None and speaker is None else 0
    # Those who write as the channel or the group itself are its administrators.
    itself = speaker is not None and speaker.id == message.chat.id
    manages = place is Place.PRIVATE or place is Place.CHANNEL or itself
    name = message.chat.effective_name or ""
    return Here(message.chat.id, thread_of(message) or 0, name, user_id, manages)


def thread_of(message: Message) -> int | None:
    """The topic to answer in. General has none; outside of topics the number means replies."""
    thread = message.message_thread_id
    return thread if message.is_topic_message and thread != GENERAL else None


def _links(message: Message, quote: TextQuote | None, *, own: bool) -> tuple[str, ...]:
    """The links in a message. Of a quoted part, those in it.

    In our own excerpts the link stands after the words, so a quote without one has the next.
    """
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    found = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    links = sorted(
        (entity.offset, entity.offset + entity.length, entity.url or words)
        for entity, words in found.items()
    )
    if quote is None:
        return _unique([url for _, _, url in links])
    end = quote.position + utf16_len(quote.text)
    inside = [url for first, last, url in links if first < end and last > quote.position]
    after = [url for first, _, url in links if first >= end]
    return _unique(inside or (after[:1] if own else []))


def _unique(urls: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(urls))
