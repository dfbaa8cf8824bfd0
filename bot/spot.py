"""The chat that a request about subscriptions is for, and what everybody there is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.buttons import Row
from bot.reply import Button, Here, Place, Reply, Request
from bot.text import Span, plain
from bot.views import name
from storage.chats import Chat

_ONLY_ADMINS = "Only administrators of this {} change its subscriptions."
_IN_TELEGRAM = "Updates on new notes are sent in Telegram; there is nobody to send them to here."


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
            return f"“{name(self.here.title)}”"
        if self.here.thread_id:
            return "this topic"
        return "this channel" if self.place is Place.CHANNEL else "this chat"

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
    text = _ONLY_ADMINS.format("channel" if spot.place is Place.CHANNEL else "chat")
    if spot.is_post:
        text += f" They send me /subscriptions for:{spot.here.chat_id} in our private chat."
    return Reply(command, (plain(text),), found=False, notice=text)


def in_telegram(command: str, *more: Span) -> Reply:
    """Asked where there are no chats."""
    return Reply(command, (plain(_IN_TELEGRAM), *more), found=False)


def said(command: str, spot: Spot, *spans: Span, buttons: tuple[Row, ...] = ()) -> Reply:
    """Words about a chat; they name it where it is another one than the asker's."""
    about = (plain(f"For {spot.name}: "),) if spot.here.elsewhere else ()
    return Reply(command, (*about, *spans), buttons, found=False)


def all_button(spot: Spot, text: str = "All subscriptions") -> Button:
    """To the list of the chat's subscriptions."""
    return Button(text, spot.request("subscriptions"))
