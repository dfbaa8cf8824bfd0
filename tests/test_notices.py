"""Notices of ours: owed to a chat like all else, also to one that never wrote."""

from __future__ import annotations

from pathlib import Path

from storage import chats
from storage.deliveries import Parcel, next_parcel
from tests.owing import ANN, GROUP, NOW, notify, opened_state


def test_a_chat_that_is_not_known_yet_is_owed_its_notice(tmp_path: Path) -> None:
    with opened_state(tmp_path) as state:
        notify(state, ANN, "A file could not be read.", NOW)
        parcel = next_parcel(state, NOW)
        assert isinstance(parcel, Parcel)
        assert (parcel.chat.kind, parcel.deliveries[0].text) == (
            "private",
            "A file could not be read.",
        )


def test_a_known_chat_keeps_its_name_and_manners(tmp_path: Path) -> None:
    with opened_state(tmp_path) as state:
        chats.meet(state, chats.Chat(GROUP, "group", "Readers"))
        notify(state, GROUP, "A topic is closed.", NOW, thread_id=7)
        parcel = next_parcel(state, NOW)
        assert isinstance(parcel, Parcel)
        assert (parcel.chat.title, parcel.thread_id) == ("Readers", 7)
