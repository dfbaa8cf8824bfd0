"""Subscriptions of a chat as a file, and back. A file may be anything: it is checked first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from storage import chats, interest
from storage.chats import Chat
from storage.database import transaction
from storage.errors import ImportRefusedError
from storage.filing import put_in
from storage.interest import Interest, Kind
from storage.query import MOST_CHARS
from storage.rhythm import LONGEST_COOLDOWN, Manners, Often, Rhythm, is_zone
from storage.state import State
from storage.subscriptions import Subscription, in_chat, listed

VERSION = 1
FILE_NAME = "tubenotes-subscriptions.json"
MOST_CHARS_IN_FILE = 2 << 20
MOST_ENTRIES = 5_000
"""Fifty forum topics with as many subscriptions as are kept: no chat has more."""
_LONGEST_ZONE = 64


@dataclass(frozen=True, slots=True)
class _Entry:
    """A subscription as a file has it."""

    thread_id: int
    interest: Interest
    rhythm: Rhythm
    paused: bool


def export(state: State, chat_id: int) -> dict[str, object]:
    """All subscriptions of a chat and how it wants to be written to, as JSON has it."""
    manners = chats.manners_of(state, chat_id)
    return {
        "tubenotes": "subscriptions",
        "version": VERSION,
        "chat": chat_id,
        "manners": {
            "zone": manners.zone,
            "quiet": list(manners.quiet) if manners.quiet else None,
            "silent": manners.silent,
            "cooldown": manners.cooldown,
        },
        "subscriptions": [
            _written(one)
            for thread_id in in_chat(state, chat_id)
            for one in listed(state, chat_id, thread_id)
        ],
    }


def as_file(exported: dict[str, object]) -> bytes:
    """The text of a file that `restore` takes."""
    return json.dumps(exported, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _written(one: Subscription) -> dict[str, object]:
    return {
        "thread": one.thread_id,
        "kind": one.interest.kind.value,
        "value": one.interest.value,
        "often": one.rhythm.often.value,
        "hour": one.rhythm.hour,
        "weekday": one.rhythm.weekday,
        "paused": one.paused is not None and not one.reason,
    }


def restore(  # noqa: PLR0917 - who, where, what and when
    state: State, chat: Chat, thread_id: int, data: object, by: int, now: float
) -> tuple[int, int]:
    """Subscribe to all that an export (or the text of its file) names: (added, already there).

    Into the threads that they came from where it is the same chat, else all into `thread_id`.
    The chat's manners are taken over where it has none yet. Raises ImportRefusedError or
    LimitError, and then nothing was changed.
    """
    read = _read(data)
    manners = _manners(read.get("manners"))
    entries = list(_entries(read.get("subscriptions")))
    same = read.get("chat") == chat.id
    chats.meet(state, chat)
    added = 0
    with transaction(state.database, state.path) as database:
        for one in entries:
            place = (chat.id, one.thread_id if same else thread_id)
            if put_in(database, *place, one.interest, by=by, now=now, rhythm=one.rhythm):
                added += 1
                if one.paused:
                    database.execute(
                        "update subscriptions set paused = ? where chat_id = ? and thread_id = ?"
                        " and kind = ? and key = ?",
                        (now, *place, one.interest.kind, one.interest.key),
                    )
    known = chats.find(state, chat.id)
    if known is not None and known.manners == Manners() != manners:
        chats.set_manners(state, chat.id, manners)
    return added, len(entries) - added


def _read(data: object) -> dict[str, object]:
    if isinstance(data, str):
        data = _parsed(data)
    if not isinstance(data, dict) or data.get("tubenotes") != "subscriptions":
        raise _refused("It is no file of subscriptions that /subscriptions gave.")
    if data.get("version") != VERSION:
        raise _refused("It is of another version of Tubenotes than this one.")
    return data


def _parsed(text: str) -> object:
    if len(text) > MOST_CHARS_IN_FILE:
        raise _refused("It is far too large.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _refused("It is no JSON; perhaps it was changed, or cut off.") from None


def _manners(data: object) -> Manners:
    if not isinstance(data, dict):
        raise _refused("It does not say in which time zone.")
    zone, quiet, silent = data.get("zone"), data.get("quiet"), data.get("silent")
    if not isinstance(zone, str) or len(zone) > _LONGEST_ZONE or not is_zone(zone):
        raise _refused("It names a time zone that is not known here.")
    if not isinstance(silent, bool):
        raise _refused("It does not say whether updates are silent.")
    cooldown = data.get("cooldown")  # files of before there were cooldowns have none
    if cooldown is not None and not _is_below(cooldown, LONGEST_COOLDOWN + 1):
        raise _refused("Its cooldown is no number of seconds.")
    if quiet is None:
        return Manners(zone, None, silent, cooldown)
    if not isinstance(quiet, list) or len(quiet) != 2 or not all(_is_below(h, 24) for h in quiet):
        raise _refused("Its quiet hours are no two hours from 0 to 23.")
    return Manners(zone, (quiet[0], quiet[1]), silent, cooldown)


def _entries(data: object) -> Iterator[_Entry]:
    if not isinstance(data, list):
        raise _refused("It holds no list of subscriptions.")
    if len(data) > MOST_ENTRIES:
        raise _refused(f"It holds more than {MOST_ENTRIES:,} subscriptions.")
    for number, one in enumerate(data, 1):
        entry = _entry(one)
        if entry is None:
            raise _refused(f"Its subscription number {number} cannot be understood.")
        yield entry


def _entry(data: object) -> _Entry | None:
    """A subscription; None where anything about it is not as an export writes it."""
    if not isinstance(data, dict):
        return None
    often, hour, weekday = data.get("often"), data.get("hour"), data.get("weekday")
    thread, paused = data.get("thread"), data.get("paused")
    wanted = _interest(data.get("kind"), data.get("value"))
    if wanted is None or not isinstance(paused, bool) or not _is_below(thread, 1 << 53):
        return None
    if often not in list(Often) or not _is_below(hour, 24) or not _is_below(weekday, 7):
        return None
    return _Entry(thread, wanted, Rhythm(Often(often), hour, weekday), paused)


def _interest(kind: object, value: object) -> Interest | None:
    if not isinstance(value, str) or len(value) > MOST_CHARS:
        return None
    made: Interest | None = None
    if kind == Kind.EVERYTHING:
        return interest.everything()
    if kind == Kind.SEARCH:
        return interest.search(value)
    if kind == Kind.CHANNEL:
        made = interest.channel(value)
    elif kind == Kind.TOPIC:
        made = interest.topic(value)
    return made if made and made.key else None


def _is_below(value: object, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < most


def _refused(why: str) -> ImportRefusedError:
    return ImportRefusedError(f"This file cannot be taken in. {why}")
