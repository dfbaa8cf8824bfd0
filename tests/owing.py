"""A precious database with subscribers and news, for tests of what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage import subscriptions
from storage.announce import announce
from storage.chats import Chat
from storage.database import transaction
from storage.deliveries import Parcel, next_parcel, sent
from storage.interest import Interest, NewNote, everything
from storage.names import short_hash, topic_name
from storage.notices import owe_notice
from storage.rhythm import Rhythm
from storage.seen import Marked, marks_of
from storage.state import State

NOW = 1_790_000_000.0
"""A Monday, 14:13:20 UTC."""
ANN, BEN, GROUP, CHANNEL = 11, 12, -1_000_000_000_077, -1_000_000_000_088
AT_ONCE = Rhythm()
KINDS = {GROUP: "group", CHANNEL: "channel"}


@contextmanager
def opened_state(folder: Path) -> Iterator[State]:
    """A new state; nobody has subscribed yet."""
    with closing(State.open(folder / "state.db")) as state:
        state.database.execute("pragma synchronous = off")  # nobody cuts the power here
        yield state


def chat(chat_id: int) -> Chat:
    """A chat by its id."""
    return Chat(chat_id, KINDS.get(chat_id, "private"), f"Chat {chat_id}")


def subscribe(
    state: State,
    chat_id: int,
    interest: Interest | None = None,
    rhythm: Rhythm = AT_ONCE,
    thread_id: int = 0,
) -> str:
    """Subscribe a chat, to everything unless told otherwise; gives the subscription's ref."""
    interest = interest or everything()
    subscriptions.add(state, chat(chat_id), thread_id, interest, ANN, NOW, rhythm=rhythm)
    return interest.ref


def new_note(number: int, channel: str = "night_sky", video_id: str = "") -> NewNote:
    """Note number n."""
    key, title = f"{channel}/tides_{number}.md", f"Tides {number}"
    name = topic_name(title)
    video_id = video_id or f"Video_{number:05}"
    words = frozenset({"tide"}), "  tides  "
    return NewNote(key, short_hash(key), title, channel, video_id, frozenset({name}), *words)


def marked(note: NewNote, content: str = "") -> Marked:
    """Its marks."""
    digest = (content or note.key).encode()
    return Marked(note.key, marks_of(note.key, digest, note.video_id, note.title))


def tell(state: State, *numbers: int, now: float = NOW) -> int:
    """Announce these notes; gives how many deliveries are owed for them."""
    notes = [new_note(number) for number in numbers]
    return announce(state, [(note, marked(note)) for note in notes], now)


def notify(state: State, chat_id: int, text: str, now: float, thread_id: int = 0) -> None:
    """Owe a notice of ours to a chat."""
    with transaction(state.database, state.path) as database:
        owe_notice(database, chat_id, text, now, thread_id)


def parcel(state: State, now: float = NOW) -> Parcel:
    """The next parcel, which has to be there."""
    found = next_parcel(state, now)
    assert isinstance(found, Parcel), found
    return found


def told(one: Parcel) -> list[str]:
    """What a parcel tells: titles, or the words of a notice."""
    return [owed.news.title if owed.news else owed.text for owed in one.deliveries]


def deliver_all(state: State, now: float = NOW) -> list[tuple[int, int, list[str]]]:
    """Send whatever is owed up to now, each at once; gives (chat, thread, told) in order."""
    done = []
    while (one := next_parcel(state, now)) == now or isinstance(one, Parcel):
        if not isinstance(one, Parcel):  # it has passed over many chats, and looks again
            continue
        done.append((one.chat.id, one.thread_id, told(one)))
        sent(state, one, now, now)
    return done
