"""The chat that a request about subscriptions is for, and what everybody there is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.buttons import Row
from bot.reply import Button, Here, Place, Reply, Request
from bot.text import Span, plain
from bot.views import name
from bot.words import filled, said, updates
from storage.chats import Chat


@dataclass(frozen=True, slots=True)
class Spot:
    """The chat that a request is about, in words, and requests about this very chat."""

    here: Here
    place: Place

    def request(self, command: str, rest: str = "") -> str:
        """What a button sends: it repeats the chat where that is another one."""
        chat = f"for:{self.here.chat_id}" if self.here.elsewhere else ""
        return " ".join(filter(None, (f"/{command}", chat, rest)))

    @property
    def name(self) -> str:
        """The chat as a sentence names it."""
        if self.here.elsewhere:
            return said(updates.OTHER_CHAT, title=name(self.here.title))
        if self.here.thread_id:
            return updates.THIS_TOPIC
        return updates.THIS_CHANNEL if self.place is Place.CHANNEL else updates.THIS_CHAT

    @property
    def opening(self) -> str:
        """The chat as a sentence names it that begins with it."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def is_post(self) -> bool:
        """Whether an answer would be a post that all readers of a channel see."""
        return self.place is Place.CHANNEL and not self.here.elsewhere


def chat_of(spot: Spot) -> Chat:
    """The chat as it is kept."""
    return Chat(spot.here.chat_id, spot.place.value, spot.here.title)


def gate(command: str, request: Request) -> Spot | Reply:
    """The chat, where the asker may change its subscriptions; else what to answer."""
    if request.here is None:
        return in_telegram(command)
    spot = Spot(request.here, request.place)
    return spot if spot.here.manages and not spot.is_post else refused(command, spot)


def refused(command: str, spot: Spot) -> Reply:
    """Somebody who may not change the subscriptions wanted to."""
    channel = spot.place is Place.CHANNEL
    text = updates.ONLY_CHANNEL_ADMINS if channel else updates.ONLY_CHAT_ADMINS
    if spot.is_post:
        request = f"/subscriptions for:{spot.here.chat_id}"
        text = said(updates.ONLY_CHANNEL_ADMINS_PRIVATELY, request=request)
    return Reply(command, (plain(text),), found=False, notice=text)


def in_telegram(command: str, *more: Span) -> Reply:
    """Asked where there are no chats."""
    return Reply(command, (plain(updates.IN_TELEGRAM), *more), found=False)


def about(command: str, spot: Spot, *spans: Span, buttons: tuple[Row, ...] = ()) -> Reply:
    """Words about a chat; they name it where it is another one than the asker's."""
    text = filled(updates.FOR_CHAT, chat=spot.name, words=spans) if spot.here.elsewhere else spans
    return Reply(command, text, buttons, found=False)


def all_button(spot: Spot, text: str = updates.ALL_SUBSCRIPTIONS) -> Button:
    """To the list of the chat's subscriptions."""
    return Button(text, spot.request("subscriptions"))
