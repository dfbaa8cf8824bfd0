"""What a platform hands in and what it gets back; neither knows Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.text import Text
from storage.model import Hit, Topic


class Place(StrEnum):
    """Where a request was made."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class RepliedTo:
    """The message that a request replies to: its text (or the quoted part), the links in it.

    `own` is true where that message is one of the bot's own.
    """

    text: str
    links: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One question: the text as typed (`/search crimea`, or plain words), and its surroundings."""

    text: str
    place: Place = Place.PRIVATE
    replied_to: RepliedTo | None = None
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A button sends `request` as if it had been typed, or opens `url`; one of the two is set."""

    text: str
    request: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `hits` stand in the order shown; `preview` is the link whose preview to show."""

    command: str
    text: Text
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: str = ""
    hits: tuple[Hit, ...] = ()
    topics: tuple[Topic, ...] = ()
    found: bool = True
    more: bool = False
