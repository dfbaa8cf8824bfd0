"""What a platform hands in and what it gets back; neither knows Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.text import Text
from storage.model import Hit, Topic

MOST_UNITS = 4_000
"""UTF-16 units of a question: of a longer one, the start is read."""
MOST_NOTICE = 200
"""Characters of the words that pop up when a button is pressed."""


class Place(StrEnum):
    """Where a request was made."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message: a person, or a chat in whose name it was written."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class RepliedTo:
    """The message that a request replies to: its text (or the quoted part), the links in it.

    `own` is true where that message is one of the bot's own. `author` wrote it, also where
    somebody else forwarded it; None where that is the bot, or nobody tells.
    """

    text: str
    links: tuple[str, ...] = ()
    own: bool = False
    author: Author | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """The chat that a request is about, its forum topic (0: none), and who asks.

    `manages` is true where the asker may change its subscriptions. `elsewhere` is true where the
    request was made in another chat and names this one.
    """

    chat_id: int
    thread_id: int = 0
    title: str = ""
    user_id: int = 0
    manages: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One question: the text as typed (`/search crimea`, or plain words), and its surroundings.

    `place` is that of the chat that it is about; `here` is None where the platform has no chats.
    `document` is the text of a file that was sent along.
    """

    text: str
    place: Place = Place.PRIVATE
    replied_to: RepliedTo | None = None
    admin: bool = False
    here: Here | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Sends `request` as if it had been typed, opens `url`, `start`s the private chat, and so on.

    One of them is set: `start` is a payload of at most 64 of `A-Za-z0-9_-`, `copy` goes to the
    clipboard (up to 256 characters), `share` lets people choose a chat and begins an inline query
    there. With `anew` the answer is a message of its own: the one with the button stays.
    """

    text: str
    request: str = ""
    url: str = ""
    anew: bool = False
    start: str = ""
    copy: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `hits` stand in the order shown; `preview` is the link whose preview to show.

    Where `notice` is set, a press makes its words (up to MOST_NOTICE) pop up and leaves the
    chat as it is. `document` is a file to send along: its name and bytes. `quote` is the part of
    the message replied to that the answer is about, exactly as it stands there; "" for that message
    as a whole, None where the answer is about no such message.
    """

    command: str
    text: Text
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: str = ""
    hits: tuple[Hit, ...] = ()
    topics: tuple[Topic, ...] = ()
    found: bool = True
    more: bool = False
    notice: str = ""
    document: tuple[str, bytes] | None = None
    quote: str | None = None
