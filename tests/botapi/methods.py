"""What each method does. All checks of the fields' types are already done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.botapi import checks
from tests.botapi.elsewhere import TOO_OLD, answer_guest_query, answer_inline_query
from tests.botapi.errors import ApiError, Json, bad, broken
from tests.botapi.files import get_file
from tests.botapi.members import member, standing
from tests.botapi.messages import (
    blame,
    delete_message,
    edit_message_reply_markup,
    edit_message_text,
    send_document,
    send_message,
    thread_of,
)
from tests.botapi.updates import unknown_kinds
from tests.botapi.world import World

Params = Mapping[str, Any]


async def get_updates(world: World, params: Params) -> list[Json]:
    known = world.schema.types["Update"]
    kinds = unknown_kinds(params, known)
    blame(world, "getUpdates", [f"there are no updates {kind!r}" for kind in kinds])
    return await world.updates.read(params)


async def get_me(world: World, params: Params) -> Json:
    able = ("can_join_groups", "supports_inline_queries", "supports_guest_queries")
    return world.bot | dict.fromkeys(able, True) | {"can_read_all_group_messages": False}


async def set_webhook(world: World, params: Params) -> bool:
    url = params["url"]
    if url and not url.startswith(("https://", "http://127.0.0.1:")):  # as a local server takes it
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    world.updates.allow(params)
    world.updates.drop(params)
    world.updates.webhook = {"url": url} | {
        key: params[key] for key in ("secret_token", "max_connections") if key in params
    }
    world.updates.news.set()
    return True


async def delete_webhook(world: World, params: Params) -> bool:
    world.updates.webhook = {"url": ""}
    world.updates.drop(params)
    return True


async def get_webhook_info(world: World, params: Params) -> Json:
    hook = {key: value for key, value in world.updates.webhook.items() if key != "secret_token"}
    waiting = {
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    asked = {"allowed_updates": list(world.updates.allowed)} if world.updates.allowed else {}
    return hook | waiting | asked


async def answer_callback_query(world: World, params: Params) -> bool:
    query = params["callback_query_id"]
    checks.short_text(params.get("text", ""), 200, "callback answer")
    if query in world.expired:
        raise bad(TOO_OLD)
    if query not in world.queries:
        raise broken(TOO_OLD)
    if world.queries[query] is not None:
        raise broken(f"{TOO_OLD} (answered twice)")
    world.queries[query] = dict(params)
    return True


async def send_chat_action(world: World, params: Params) -> bool:
    if params["action"] not in checks.ACTIONS:
        raise broken("wrong parameter action in request")
    thread_of(world, world.chat(params), params, {})
    return True


async def get_chat(world: World, params: Params) -> Json:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    gifts = dict.fromkeys((*kinds, "gifts_from_channels"), True)
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return world.chat(params) | full


def _member(world: World, chat: Json, user_id: int) -> Json:
    if user_id == world.bot["id"]:
        return standing(world, chat)
    known = {"id": user_id, "is_bot": False, "first_name": f"User {user_id}"}
    return member(known, "creator" if user_id in world.admins[chat["id"]] else "member")


async def get_chat_member(world: World, params: Params) -> Json:
    return _member(world, world.chat(params), params["user_id"])


async def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = world.chat(params)
    return [_member(world, chat, user_id) for user_id in sorted(world.admins[chat["id"]])]


async def leave_chat(world: World, params: Params) -> bool:
    chat = world.chat(params)
    kind = "group" if chat["type"] == "group" else chat["type"] + " chat"
    refusal = f"Forbidden: bot is not a member of the {kind}"
    world.refusals[chat["id"]] = ApiError(403, refusal)
    return True


async def set_my_commands(world: World, params: Params) -> bool:
    checks.commands(params["commands"])
    checks.language(params.get("language_code", ""))
    scope = params.get("scope", {})
    if scope.get("type") in checks.SCOPES_WITH_CHAT:
        world.chat(scope)
    world.settings[world.setting_key("commands", params)] = params["commands"]
    return True


async def get_my_commands(world: World, params: Params) -> list[Json]:
    found: list[Json] = world.settings.get(world.setting_key("commands", params), [])
    return found


async def delete_my_commands(world: World, params: Params) -> bool:
    world.settings.pop(world.setting_key("commands", params), None)
    return True


Method = Callable[[World, Params], Awaitable[Any]]


def _setter(key: str, most: int) -> Method:
    async def call(world: World, params: Params) -> bool:
        checks.short_text(params.get(key, ""), most, key)
        checks.language(params.get("language_code", ""))
        world.settings[world.setting_key(key, params)] = params.get(key, "")
        return True

    return call


def _getter(key: str) -> Method:
    async def call(world: World, params: Params) -> Json:
        return {key: world.settings.get(world.setting_key(key, params), "")}

    return call


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerGuestQuery": answer_guest_query,
    "sendChatAction": send_chat_action,
    "sendDocument": send_document,
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
}
