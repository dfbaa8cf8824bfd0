"""The people's side: what they write, edit, press and type becomes updates."""

from __future__ import annotations

import time
from typing import Any

from tests.botapi.entities import detected
from tests.botapi.errors import ApiError, Json
from tests.botapi.files import document
from tests.botapi.markup import utf16
from tests.botapi.messages import for_bot, without_reply
from tests.botapi.people import (
    ALICE,
    ANONYMOUS_ADMIN,
    CHANNEL_SENDER,
    GENERAL,
    PRIVATE,
    USERS,
    person_of,
)
from tests.botapi.quotes import words_of
from tests.botapi.world import World


class Crowd:
    """Everyone but the bot."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._last_query = 0

    def push(self, kind: str, payload: Json) -> Json:
        """Queue any update, as it is."""
        self.world.updates.push(kind, payload)
        return payload

    def say(
        self,
        text: str | None,
        chat: Json = PRIVATE,
        user: Json | None = None,
        reply_to: Json | None = None,
        *,
        quote: str | None = None,
        thread: int | None = None,
        entities: list[Json] | None = None,
        sender_chat: Json | None = None,
        **more: Any,
    ) -> Json:
        """A new message; returns it. Without `entities` commands and links are found as usual.

        `thread` is a forum topic. As at Telegram, every message in a topic "replies" to the service
        message that opened it, and a reply elsewhere in a supergroup carries a `message_thread_id`
        without being in a topic. `more` are further fields of Message, such as `via_bot`.
        """
        self.world.chats.setdefault(chat["id"], chat)
        message = self.world.new_message(chat) | self._sender(chat, user, sender_chat)
        message |= self._place(chat, reply_to, thread) | ({} if text is None else {"text": text})
        found = detected(text or "") if entities is None else entities
        message |= {"entities": found} if found else {}
        if quote is not None and reply_to is not None:
            message["quote"] = _quote(reply_to, quote)
        message |= more
        self.world.keep(message)
        kind = "channel_post" if chat["type"] == "channel" else "message"
        return self.push(kind, message)

    def _sender(self, chat: Json, user: Json | None, sender_chat: Json | None) -> Json:
        if chat["type"] == "channel":
            return {"sender_chat": chat}
        if sender_chat is not None:
            anonymous = sender_chat["id"] == chat["id"]
            sender = ANONYMOUS_ADMIN if anonymous else CHANNEL_SENDER
            return {"from": sender, "sender_chat": sender_chat}
        return {"from": user or _someone_in(chat)}

    def _place(self, chat: Json, reply_to: Json | None, thread: int | None) -> Json:
        """Reply and topic fields, with the oddities that Telegram has."""
        place: Json = {}
        origin = self._present(reply_to) if reply_to else None
        if origin and thread is None and origin.get("is_topic_message"):
            thread = origin["message_thread_id"]
        if thread not in (None, GENERAL):
            assert self.world.is_thread(chat, thread or 0), f"no topic {thread} in {chat}"
            place = {"message_thread_id": thread, "is_topic_message": True}
            origin = origin or self.world.messages[chat["id"], thread or 0]
        elif origin and chat["type"] == "supergroup":
            place = {"message_thread_id": origin.get("message_thread_id", origin["message_id"])}
        return place | ({"reply_to_message": without_reply(origin)} if origin else {})

    def _present(self, message: Json) -> Json:
        """The message as it is now; for one of a chat that nobody has seen, as it was given."""
        key = message["chat"]["id"], message["message_id"]
        return self.world.messages.get(key) or for_bot(message)

    def attach(
        self,
        data: bytes,
        caption: str = "",
        name: str = "file.json",
        chat: Json = PRIVATE,
        **more: Any,
    ) -> Json:
        """A file with words below it; `more` as of `say`."""
        entities = {"caption_entities": detected(caption)} if detected(caption) else {}
        words = {"caption": caption, **entities} if caption else {}
        file = {"document": document(self.world, name, data)}
        return self.say(None, chat, **(words | file | more))

    def again(self, message: Json) -> None:
        """Telegram hands out the update with this message (or query) a second time."""
        self.world.updates.repeat(message)

    def edit(self, message: Json, text: str, entities: list[Json] | None = None) -> Json:
        """The author changes a message."""
        kept = {key: value for key, value in self._present(message).items() if key != "entities"}
        found = detected(text) if entities is None else entities
        edited = kept | {"text": text, "edit_date": int(time.time())}
        edited |= {"entities": found} if found else {}
        self.world.keep(edited)
        channel = message["chat"]["type"] == "channel"
        return self.push("edited_channel_post" if channel else "edited_message", edited)

    def press(
        self,
        message: Json,
        button: str | None = None,
        data: str | None = None,
        user: Json | None = None,
        *,
        expired: bool = False,
        inaccessible: bool = False,
    ) -> Json:
        """Press the button with this text (or part of it), or send `data`; returns the query.

        The message is taken as it is now, however old the one given is.

        `expired`: the answer comes too late (400). `inaccessible`: too old for Telegram to show the
        message to the bot.
        """
        present = self._present(message)
        if data is None:
            data = _callback_data(present, button)
        query = self._query(user or _someone_in(message["chat"]))
        if inaccessible:
            keys = ("chat", "message_id")
            present = {key: present[key] for key in keys} | {"date": 0}
        query |= {"message": present, "chat_instance": "1234567890", "data": data}
        if expired:
            self.world.expired.add(query["id"])
        else:
            self.world.queries[query["id"]] = None
        return self.push("callback_query", query)

    def _query(self, user: Json) -> Json:
        self._last_query += 1
        return {"id": f"{user['id']}{self._last_query:06}", "from": user}

    def forbid(self, chat: Json, error: ApiError | None = None) -> None:
        """From now on the bot may not write there (403 unless another refusal is given)."""
        blocked = ApiError(403, "Forbidden: bot was blocked by the user")
        kicked = ApiError(403, f"Forbidden: bot was kicked from the {chat['type']} chat")
        usual = blocked if chat["type"] == "private" else kicked
        self.world.refusals[chat["id"]] = error or usual

    def migrate(self, chat: Json, to: Json) -> None:
        """A group becomes a supergroup: two service messages, and the old id is refused."""
        sender = {"from": ALICE}
        old = self.world.new_message(chat) | sender | {"migrate_to_chat_id": to["id"]}
        new = self.world.new_message(to) | sender | {"migrate_from_chat_id": chat["id"]}
        self.world.chats.setdefault(to["id"], to)
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        self.forbid(chat, ApiError(400, text, migrate_to_chat_id=to["id"]))
        self.push("message", old)
        self.push("message", new)


def _quote(origin: Json, words: str) -> Json:
    text = words_of(origin)
    assert words in text, f"{words!r} is not in {text!r}"
    return {"text": words, "position": utf16(text[: text.index(words)]), "is_manual": True}


def _callback_data(message: Json, name: str | None) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    found = [one for one in buttons if one["text"] == name] or [
        one for one in buttons if name and name in one["text"]
    ]
    assert found, f"no button {name!r}, there are {[one['text'] for one in buttons]}"
    assert "callback_data" in found[0], f"button {name!r} sends nothing: {found[0]}"
    data: str = found[0]["callback_data"]
    return data


def _someone_in(chat: Json) -> Json:
    """Whose private chat it is; elsewhere Alice."""
    private = chat["type"] == "private"
    return USERS.get(chat["id"]) or (person_of(chat) if private else ALICE)
