"""Messages that the bot sends, edits and deletes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tests.botapi import checks
from tests.botapi.errors import Json, bad, broken
from tests.botapi.files import uploaded
from tests.botapi.markup import Formatted
from tests.botapi.members import refuse_writing
from tests.botapi.people import GENERAL
from tests.botapi.quotes import check_quote
from tests.botapi.world import World

Params = Mapping[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
DELETABLE = 48 * 3600
"""Seconds after which a message stays, where the bot is no administrator."""
MAYBE = ("reply_markup", "link_preview_options", "message_thread_id", "reply_to_message")


def blame(world: World, method: str, faults: list[str]) -> None:
    """Put on record what Telegram lets pass and people would notice."""
    world.violations += [f"{method}: {fault}" for fault in faults]


def _content(world: World, method: str, params: Params) -> Json:
    """The part of a message that an edit replaces."""
    text: Formatted = checks.formatted(params)
    blame(world, method, text.faults)
    checks.keyboard(params.get("reply_markup", {}))
    checks.preview(params.get("link_preview_options", {}))
    content: Json = {"text": text.text}
    if text.entities:
        content["entities"] = text.entities
    kept = ("reply_markup", "link_preview_options")
    return content | {key: params[key] for key in kept if params.get(key)}


async def send_message(world: World, params: Params) -> Json:
    content = _content(world, "sendMessage", params)
    return _send(world, params, content)


async def send_document(world: World, params: Params) -> Json:
    checks.short_text(params.get("caption", ""), 1024, "message caption")
    return _send(world, params, {"document": uploaded(world, params)})


def _send(world: World, params: Params, content: Json) -> Json:
    chat = world.chat(params)
    refuse_writing(world, chat)
    replied = _replied(world, chat, params)
    thread = thread_of(world, chat, params, replied)
    sender = {"sender_chat": chat} if chat["type"] == "channel" else {"from": world.bot}
    message = world.new_message(chat) | sender | replied | thread | content
    world.keep(message)
    world.sent[chat["id"]].append(for_test(message, params))
    return message


def for_test(message: Json, params: Params) -> Json:
    """A message as tests read it: the fields that they ask for are always there."""
    told = {key: params.get(key) for key in ("reply_parameters", "disable_notification")}
    told |= {"html": params.get("text")}
    return dict.fromkeys(MAYBE) | {"entities": []} | message | told


def for_bot(message: Json) -> Json:
    """The reverse: a message as Telegram shows it."""
    extra = ("reply_parameters", "disable_notification", "html")
    return {key: value for key, value in message.items() if value and key not in extra}


def thread_of(world: World, chat: Json, params: Params, replied: Json) -> Json:
    """The topic that a message lands in: the one named, else that of the message replied to."""
    thread = params.get("message_thread_id")
    if thread is not None and not world.is_thread(chat, thread):
        raise bad("message thread not found")
    if (chat["id"], thread or GENERAL) in world.closed:
        raise bad("TOPIC_CLOSED")
    if thread is None and chat.get("is_forum"):
        origin = replied.get("reply_to_message", {})
        thread = origin.get("message_thread_id") if origin.get("is_topic_message") else None
    return {"message_thread_id": thread, "is_topic_message": True} if thread else {}


def _replied(world: World, chat: Json, params: Params) -> Json:
    reply = params.get("reply_parameters")
    if not reply:
        return {}
    origin = world.messages.get((reply.get("chat_id", chat["id"]), reply["message_id"]))
    if origin is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    check_quote(origin, reply)
    return {"reply_to_message": without_reply(origin)}


def without_reply(message: Json) -> Json:
    """A message as it stands inside another one: replies do not nest."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _own(world: World, params: Params, what: str) -> Json:
    """The bot's own message that a call names."""
    if "message_id" not in params:
        raise broken("message identifier is not specified")
    chat = world.chat(params)
    message = world.messages.get((chat["id"], params["message_id"]))
    if message is None:
        raise bad(f"message to {what} not found")
    if message.get("from") != world.bot and message.get("sender_chat") != chat:
        raise bad("message can't be edited")
    return message


async def edit_message_text(world: World, params: Params) -> Json | bool:
    if "text" not in params:
        raise broken("message text is empty")
    content = _content(world, "editMessageText", params)
    if "inline_message_id" in params:
        world.edits[params["inline_message_id"]].append(for_test(content, params))
        return True
    old = _own(world, params, "edit")
    keys = ("text", "entities", "reply_markup", "link_preview_options")
    return _replace(world, old, keys, content, params)


async def edit_message_reply_markup(world: World, params: Params) -> Json | bool:
    markup = params.get("reply_markup", {})
    checks.keyboard(markup)
    if "inline_message_id" in params:
        return True
    content = {"reply_markup": markup} if markup.get("inline_keyboard") else {}
    return _replace(world, _own(world, params, "edit"), ("reply_markup",), content, params)


def _replace(world: World, old: Json, keys: tuple[str, ...], content: Json, params: Params) -> Json:
    """The message with what `keys` name replaced; refused where that changes nothing."""
    if checks.same({key: old[key] for key in keys if key in old}, content):
        raise bad(NOT_MODIFIED)
    kept = {key: value for key, value in old.items() if key not in keys}
    message = kept | content | {"edit_date": int(time.time())}
    world.keep(message)
    world.edits[message["chat"]["id"]].append(for_test(message, params))
    return message


async def delete_message(world: World, params: Params) -> bool:
    chat = world.chat(params)
    message = world.messages.get((chat["id"], params["message_id"]))
    if message is None:
        raise bad("message to delete not found")
    own = message.get("from") == world.bot or message.get("sender_chat") == chat
    if not own or time.time() - message["date"] > DELETABLE:
        raise bad("message can't be deleted for everyone")
    del world.messages[chat["id"], params["message_id"]]
    return True
