"""What Telegram keeps: chats, messages, questions that wait for an answer, the bot's settings."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tests.botapi.errors import ApiError, Json, bad
from tests.botapi.people import CHATS, GENERAL, THREADS
from tests.botapi.schema import Schema
from tests.botapi.signal import Signal
from tests.botapi.updates import Updates


class World:
    """The state behind one bot."""

    def __init__(self, schema: Schema, bot: Json) -> None:
        self.schema = schema
        self.bot = bot
        self.changed = Signal()
        self.updates = Updates(self.changed)
        self.violations: list[str] = []
        self.chats: dict[int, Json] = {chat["id"]: chat for chat in CHATS}
        self.admins: dict[int, set[int]] = defaultdict(set)
        self.refusals: dict[int, ApiError] = {}
        self.standing: dict[int, Json] = {}
        self.closed: set[tuple[int, int]] = set()
        self.files: dict[str, bytes] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.queries: dict[str, Json | None] = {}
        self.expired: set[str] = set()
        self.inline: dict[str, Json | None] = {}
        self.typed: dict[str, float] = {}
        self.guests: dict[str, Json | None] = {}
        self.settings: dict[tuple[str, str, str], Any] = {}
        self.sent: dict[int | str, list[Json]] = defaultdict(list)
        self.edits: dict[int | str, list[Json]] = defaultdict(list)
        self._last_id = 100
        for thread, name in THREADS.items():
            self._open_thread(thread, name)

    def _open_thread(self, thread: int, name: str) -> None:
        """A topic is named by the service message that opened it; General has none."""
        for chat in self.chats.values():
            if chat.get("is_forum") and thread != GENERAL:
                created = {"name": name, "icon_color": 0x6FB9F0}
                extra = {"message_thread_id": thread, "is_topic_message": True}
                opened = {"date": 1_700_000_000, "chat": chat, "forum_topic_created": created}
                self.messages[chat["id"], thread] = {"message_id": thread} | opened | extra

    def new_message(self, chat: Json) -> Json:
        """A message with the next id, not yet kept."""
        self._last_id += 1
        return {"message_id": self._last_id, "date": int(time.time()), "chat": chat}

    def keep(self, message: Json) -> None:
        """Remember a message in its present form."""
        self.messages[message["chat"]["id"], message["message_id"]] = message

    def chat(self, params: Mapping[str, Any]) -> Json:
        """The chat that a call names; raises where there is none or the bot may not write."""
        named = params.get("chat_id")
        for chat in self.chats.values():
            if named == chat["id"] or named == "@" + chat.get("username", " "):
                if chat["id"] in self.refusals:
                    raise self.refusals[chat["id"]]
                return chat
        raise bad("chat not found")

    def is_thread(self, chat: Json, thread: int) -> bool:
        """Whether a message may name this thread: General may not be named."""
        return "forum_topic_created" in self.messages.get((chat["id"], thread), {})

    def setting_key(self, what: str, params: Mapping[str, Any]) -> tuple[str, str, str]:
        """Where a setting is kept: by what it is, its scope and language."""
        scope = params.get("scope", {"type": "default"})
        return what, json.dumps(scope, sort_keys=True), params.get("language_code", "")
