"""A real state.db with chats and notes of our own, and what it owes as people would see it."""

from __future__ import annotations

from collections.abc import Iterable

from storage.announce import announce
from storage.chats import Chat
from storage.interest import Interest, NewNote, new_note, search
from storage.names import topic_name
from storage.seen import Marked, marks_of
from storage.state import State
from storage.subscriptions import add, listed

NOW = 1_800_000_000.0
"""Friday 15 January 2027, 08:00 in UTC."""
HOUR, DAY = 3_600.0, 86_400.0
ME, GROUP = Chat(7, "private", "Me"), Chat(-100, "group", "Stargazers")
Owed = tuple[str, float | None]


def note(title: str, *fields: str, of: str = "night_sky", links: Iterable[str] = ()) -> NewNote:
    """A note that is new."""
    names = map(topic_name, (title, *links))
    return new_note(
        key=f"{of}/{title}.md",
        ref=title,
        title=title,
        channel=of,
        video_id="TinyVideo-A",
        names=names,
        fields=(title, *fields),
    )


def saved(text: str) -> Interest:
    """A saved search."""
    wanted = search(text)
    assert wanted
    return wanted


def new(state: State, *notes: NewNote, now: float = NOW) -> int:
    """Announce notes; how many deliveries are owed for them."""
    marked = [Marked(one.key, marks_of(one.key, one.key.encode(), "", "")) for one in notes]
    return announce(state, list(zip(notes, marked, strict=True)), now)


def ask(state: State, *interests: Interest, chat: Chat = ME, thread_id: int = 0) -> None:
    """Subscribe."""
    for one in interests:
        assert add(state, chat, thread_id, one, 7, NOW - DAY)


def asked(state: State, chat: Chat = ME, thread_id: int = 0) -> list[str]:
    """What a place is subscribed to."""
    return [one.interest.value for one in listed(state, chat.id, thread_id)]


def owed(state: State, chat: Chat = ME, thread_id: int = 0) -> list[Owed]:
    """Title and due of all that a place is owed, in order."""
    rows = state.database.execute(
        "select n.title, d.due from deliveries d join news n on n.id = d.news_id"
        " where d.chat_id = ? and d.thread_id = ? order by d.id",
        (chat.id, thread_id),
    )
    return [(row[0], row[1]) for row in rows]


def ready(state: State, chat: Chat = ME) -> float | None:
    """When the chat is looked at next."""
    row = state.database.execute("select ready from chats where id = ?", (chat.id,)).fetchone()
    return None if row[0] is None else float(row[0])
