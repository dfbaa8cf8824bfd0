"""Who is what in a chat, and how the bot's own standing changes. Mixed into the server."""

from __future__ import annotations

import time
from typing import Any

from tests.botapi.errors import ApiError, Json, bad
from tests.botapi.people import ALICE, SUPERGROUP, private
from tests.botapi.world import World

# fmt: off
_ADMINISTRATOR = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)
_RESTRICTED = (
    "is_member", "can_send_messages", "can_send_audios", "can_send_documents",
    "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes",
    "can_send_polls", "can_send_other_messages", "can_add_web_page_previews",
    "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)
# fmt: on


def member(user: Json, status: str, **rights: bool) -> Json:
    """A ChatMember of this status; rights that are not named are not given."""
    basic: Json = {"status": status, "user": user}
    if status == "creator":
        basic |= {"is_anonymous": False}
    elif status == "administrator":
        basic |= dict.fromkeys(_ADMINISTRATOR, False) | {"can_manage_chat": True}
    elif status == "restricted":
        basic |= dict.fromkeys(_RESTRICTED, False) | {"is_member": True, "until_date": 0}
    elif status == "kicked":
        basic |= {"until_date": 0}
    return basic | rights


def standing(world: World, chat: Json) -> Json:
    """The bot's own ChatMember: as it was made, else an administrator in channels."""
    channel = chat["type"] == "channel"
    usual = ("administrator", {"can_post_messages": True}) if channel else ("member", {})
    return world.standing.get(chat["id"]) or member(world.bot, usual[0], **usual[1])


def refuse_writing(world: World, chat: Json) -> None:
    """Raise what Telegram answers where the bot is in the chat and yet may not write."""
    mine = standing(world, chat)
    if chat["type"] == "channel" and not mine.get("can_post_messages"):
        raise bad("need administrator rights in the channel chat")
    if mine["status"] == "restricted" and not mine["can_send_messages"]:
        raise bad("not enough rights to send text messages to the chat")


class Members:
    """What people do to the bot, and to the topics of a forum."""

    world: World

    def push(self, kind: str, payload: Json) -> Json:
        """Queue an update; the crowd's."""
        raise NotImplementedError

    def stand(
        self, chat: Json, status: str, by: Json = ALICE, *, told: bool = True, **rights: bool
    ) -> Json:
        """The bot's standing in a chat becomes this; not `told`: the bot hears nothing of it."""
        self.world.chats.setdefault(chat["id"], chat)
        old, new = standing(self.world, chat), member(self.world.bot, status, **rights)
        self.world.standing[chat["id"]] = new
        self.world.refusals.pop(chat["id"], None)
        if status in ("kicked", "left"):
            self.world.refusals[chat["id"]] = _gone(chat, status)
        change = {"chat": chat, "from": by, "date": int(time.time())}
        change |= {"old_chat_member": old, "new_chat_member": new}
        return self.push("my_chat_member", change) if told else change

    def block(self, person: Json = ALICE) -> Json:
        """Someone blocks the bot."""
        return self.stand(private(person), "kicked", person)

    def unblock(self, person: Json = ALICE) -> Json:
        """Someone lets the bot write again."""
        return self.stand(private(person), "member", person)

    def kick(self, chat: Json, by: Json = ALICE) -> Json:
        """The bot is thrown out."""
        return self.stand(chat, "kicked", by)

    def add(self, chat: Json, by: Json = ALICE) -> Json:
        """The bot becomes a plain member."""
        return self.stand(chat, "member", by)

    def promote(self, chat: Json, by: Json = ALICE, **rights: bool) -> Json:
        """The bot becomes an administrator, in a channel one that may post unless told else."""
        usual = {"can_post_messages": True} if chat["type"] == "channel" else {}
        return self.stand(chat, "administrator", by, **(usual | rights))

    def mute(self, chat: Json = SUPERGROUP, by: Json = ALICE) -> Json:
        """The bot stays a member that may not write."""
        return self.stand(chat, "restricted", by)

    def close_topic(self, chat: Json, thread: int, by: Json = ALICE) -> Json:
        """From now on nobody writes in this topic."""
        self.world.closed.add((chat["id"], thread))
        return self._topic(chat, thread, by, forum_topic_closed={})

    def reopen_topic(self, chat: Json, thread: int, by: Json = ALICE) -> Json:
        """The topic may be written in again."""
        self.world.closed.discard((chat["id"], thread))
        return self._topic(chat, thread, by, forum_topic_reopened={})

    def delete_topic(self, chat: Json, thread: int) -> None:
        """The topic and its messages are gone; Telegram tells nobody."""
        gone = [
            key
            for key, message in self.world.messages.items()
            if key[0] == chat["id"] and message.get("message_thread_id") == thread
        ]
        for key in gone:
            del self.world.messages[key]

    def _topic(self, chat: Json, thread: int, by: Json, **what: Any) -> Json:
        place = {"message_thread_id": thread, "is_topic_message": True}
        message = self.world.new_message(chat) | {"from": by} | place | what
        self.world.keep(message)
        return self.push("message", message)


def _gone(chat: Json, status: str) -> ApiError:
    if chat["type"] == "private":
        return ApiError(403, "Forbidden: bot was blocked by the user")
    kind = "group" if chat["type"] == "group" else f"{chat['type']} chat"
    how = "kicked from" if status == "kicked" else "not a member of"
    verb = "was" if status == "kicked" else "is"
    return ApiError(403, f"Forbidden: bot {verb} {how} the {kind}")
