"""The people and chats that tests talk through. All are plain Bot API objects."""

from __future__ import annotations

from tests.botapi.errors import Json

GENERAL = 1
THREADS = {GENERAL: "General", 7: "Weather", 8: "History"}


def user(user_id: int, name: str) -> Json:
    """A person."""
    return {
        "id": user_id,
        "is_bot": False,
        "first_name": name,
        "username": name.lower(),
        "language_code": "en",
    }


def private(person: Json) -> Json:
    """The private chat with this person."""
    keys = ("id", "first_name", "username")
    return {"type": "private"} | {key: person[key] for key in keys}


def person_of(chat: Json) -> Json:
    """Who writes in a private chat."""
    return {key: value for key, value in chat.items() if key != "type"} | {"is_bot": False}


ALICE = user(1001, "Alice")
BOB = user(1002, "Bobby")
CAROL = user(1003, "Carol")
USERS = {person["id"]: person for person in (ALICE, BOB)}
ANONYMOUS_ADMIN = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_SENDER = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}

PRIVATE = private(ALICE)
GROUP: Json = {"id": -2001, "type": "group", "title": "Friends"}
SUPERGROUP: Json = {"id": -1000000003001, "type": "supergroup", "title": "Readers"}
FORUM: Json = {"id": -1000000003002, "type": "supergroup", "title": "Forum", "is_forum": True}
CHANNEL: Json = {"id": -1000000003003, "type": "channel", "title": "News", "username": "news_ch"}
ELSEWHERE: Json = {"id": -1000000009999, "type": "supergroup", "title": "Without the bot"}
"""The bot is no member there."""
CHATS = (PRIVATE, private(BOB), GROUP, SUPERGROUP, FORUM, CHANNEL)
