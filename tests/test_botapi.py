"""The Bot API server that other tests lean on is itself strict: each check can fail."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
)

from tests.botapi import (
    ALICE,
    PRIVATE,
    BotApiServer,
    fixtures,
    schema,
)
from tests.botapi.errors import ApiError
from tests.botapi.fixtures import BUTTON, HERE, Client, expect

Json = dict[str, Any]

api, bot, client, table = fixtures.api, fixtures.bot, fixtures.client, fixtures.table


# --- requests -------------------------------------------------------------------------------------


BROKEN_CALLS: list[tuple[str, Json, str]] = [
    ("sendMesage", {}, "method not found"),
    ("sendMessage", {"chat_id": HERE}, "text: missing"),
    ("sendMessage", {"text": "x"}, "chat_id: missing"),
    ("sendMessage", {"chat_id": HERE, "text": 5}, "text: should be String"),
    ("sendMessage", {"chat_id": HERE, "text": "x", "protect_content": "maybe"}, "be Boolean"),
    ("sendMessage", {"chat_id": HERE, "text": "x", "message_thread_id": True}, "be Integer"),
    ("sendMessage", {"chat_id": HERE, "text": "x", "reply_markup": "{"}, "not valid JSON"),
    ("sendMessage", {"chat_id": HERE, "text": "x", "reply_parameters": {}}, "message_id: missing"),
    ("sendMessage", {"chat_id": HERE, "text": "x", "reply_parameters": 7}, "be ReplyParameters"),
    ("setMyCommands", {"commands": [{"command": "a"}]}, "commands[0].description: missing"),
    ("setMyCommands", {"commands": [], "scope": {"type": "all"}}, "scope.type: should be"),
    ("getUpdates", {"allowed_updates": "message"}, "not valid JSON"),
    ("sendChatAction", {"chat_id": HERE, "action": "thinking"}, "wrong parameter action"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyDescription", {"description": "x", "language_code": "eng"}, "LANG_CODE_INVALID"),
]


@pytest.mark.parametrize(("method", "params", "words"), BROKEN_CALLS)
async def test_a_call_that_the_bot_api_does_not_know_is_refused_and_told(
    api: BotApiServer, client: Client, method: str, params: Json, words: str
) -> None:
    answer = await client.call(method, **params)
    assert not answer["ok"]
    expect(api, words)
    assert api.calls[-1][0] == method


async def test_an_unknown_field_is_told_though_telegram_would_let_it_pass(
    api: BotApiServer, client: Client
) -> None:
    assert (await client.send(colour="red"))["ok"]
    expect(api, "colour: unknown field")
    assert (await client.send(link_preview_options={"url": "https://youtu.be/a", "big": True}))[
        "ok"
    ]
    expect(api, "link_preview_options.big: unknown field")
    assert await client.send(reply_markup={"inline_keyboard": [[BUTTON | {"colour": "red"}]]})
    assert any("inline_keyboard[0][0].colour: unknown field" in one for one in api.violations)
    api.violations.clear()


async def test_forms_query_strings_and_multipart_say_the_same_as_json(
    api: BotApiServer, client: Client
) -> None:
    said = {"chat_id": str(HERE), "text": "1001", "protect_content": "true"}
    markup = {"inline_keyboard": [[BUTTON]]}
    assert (await client.form("sendMessage", **said, reply_markup=json.dumps(markup)))["ok"]
    url = f"{api.url}/bot{api.token}/sendMessage"
    async with client.session.get(url, params=said) as got:
        assert got.status == 200
    parts = aiohttp.FormData(said, default_to_multipart=True)
    async with client.session.post(url, data=parts) as got:
        assert got.status == 200
    for _ in range(3):
        assert (await api.next_message(PRIVATE))["text"] == "1001"
    assert [call["chat_id"] for call in api.called("sendMessage")] == [HERE] * 3
    assert api.called("sendMessage")[0]["reply_markup"] == markup
    assert (await client.form("sendMessage", chat_id=str(HERE), text="x", protect_content="2"))[
        "error_code"
    ] == 400
    expect(api, "protect_content: should be Boolean")
    async with client.session.post(url, params={"chat_id": "1"}, data=said) as got:
        assert got.status == 400
    expect(api, "given twice")


async def test_a_wrong_token_or_address_is_refused_as_telegram_does(
    api: BotApiServer, client: Client
) -> None:
    async with client.session.get(f"{api.url}/bot1:wrong/getMe") as got:
        assert (got.status, (await got.json())["description"]) == (401, "Unauthorized")
    async with client.session.get(f"{api.url}/other/getMe") as got:
        assert got.status == 404
    expect(api, "no such address")


async def test_methods_without_behaviour_are_checked_and_answer_true(
    api: BotApiServer, client: Client
) -> None:
    answer = await client.call("setChatMenuButton", menu_button={"type": "commands"})
    assert answer == {"ok": True, "result": True}
    await client.call("setChatMenuButton", menu_button={"type": "web_app"})
    assert api.violations
    api.violations.clear()


def chooses(**chosen: Any) -> Json:
    """A button that lets people choose a chat and types something there."""
    return {"text": "x", "switch_inline_query_chosen_chat": chosen}


# --- buttons, links, commands ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[{"text": " ", "callback_data": "x"}]], "must be non-empty"),
        ([[{"text": "x"}]], "Text buttons are unallowed"),
        ([[BUTTON | {"url": "https://youtu.be/a"}]], "more than one action"),
        ([[{"text": "x", "callback_data": "é" * 32 + "x"}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "x", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "x", "url": "ftp://e.org/"}]], "URL 'ftp://e.org/' is invalid"),
        ([[{"text": "x", "url": "https://nowhere"}]], "is invalid"),
        ([[BUTTON] * 9], "too many buttons in a row"),
        ([[BUTTON] * 8] * 13, "reply markup is too long"),
        ([[]], "is empty"),
        ([[BUTTON | {"style": "pink"}]], "invalid button style"),
        ([[{"text": "x", "copy_text": {"text": ""}}]], "COPY_TEXT_INVALID"),
        ([[{"text": "x", "copy_text": {"text": "x" * 257}}]], "COPY_TEXT_INVALID"),
        ([[chooses(query="x" * 257, allow_user_chats=True)]], "SWITCH_QUERY_INVALID"),
        ([[chooses(query="x", allow_user_chats=False)]], "no kind of chat"),
        ([[{"text": "x", "url": "https://t.me/our_bot?start="}]], "START_PARAM_INVALID"),
        ([[{"text": "x", "url": "https://t.me/our_bot?start=a.b"}]], "START_PARAM_INVALID"),
        ([[{"text": "x", "url": f"https://t.me/our_bot?start={'x' * 65}"}]], "START_PARAM_INVALID"),
    ],
)
async def test_a_bad_keyboard_is_refused(
    api: BotApiServer, client: Client, rows: list[list[Json]], words: str
) -> None:
    assert (await client.send(reply_markup={"inline_keyboard": rows}))["error_code"] == 400
    expect(api, words)


async def test_a_keyboard_at_its_limits_is_sent(api: BotApiServer, client: Client) -> None:
    full = [[{"text": "x", "callback_data": "é" * 32}] * 8] * 12 + [[BUTTON] * 4]
    assert (await client.send(reply_markup={"inline_keyboard": full}))["ok"]
    links = ("tg://user?id=5", "https://youtu.be/a?t=5", f"https://t.me/our_bot?start={'_-' * 32}")
    opens: list[list[Json]] = [[{"text": "x", "url": url}] for url in links]
    opens += [[{"text": "x", "copy_text": {"text": "x" * 256}}], [chooses(allow_group_chats=True)]]
    assert (await client.send(reply_markup={"inline_keyboard": opens}))["ok"]


async def test_a_preview_needs_an_address_that_opens(api: BotApiServer, client: Client) -> None:
    assert not (await client.send(link_preview_options={"url": "youtu.be"}))["ok"]
    expect(api, "link preview URL is invalid")
    await client.send(link_preview_options={"prefer_small_media": True, "prefer_large_media": True})
    expect(api, "both small and large")


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ([{"command": "Start", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a", "description": ""}], "DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x" * 257}], "DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x"}] * 2, "twice"),
        ([{"command": f"a{at}", "description": "x"} for at in range(101)], "TOO_MUCH"),
    ],
)
async def test_a_bad_command_list_is_refused(
    api: BotApiServer, client: Client, listed: list[Json], words: str
) -> None:
    assert (await client.call("setMyCommands", commands=listed))["error_code"] == 400
    expect(api, words)


async def test_commands_are_kept_per_scope_and_language(bot: Bot) -> None:
    groups = BotCommandScopeAllGroupChats()
    await bot.set_my_commands([BotCommand("search", "find")], scope=groups, language_code="en")
    assert await bot.get_my_commands() == ()
    assert [one.command for one in await bot.get_my_commands(groups, "en")] == ["search"]
    await bot.set_my_description("Answers with receipts")
    assert (await bot.get_my_description()).description == "Answers with receipts"


# --- the tables -----------------------------------------------------------------------------------


def test_the_built_in_table_says_what_the_bot_api_says() -> None:
    full, small = schema.load(), schema.from_table()
    if full is small:
        pytest.skip("the machine-readable Bot API is not here")
    for name, fields in small.methods.items():
        assert fields == full.methods[name], name
    for name, fields in small.types.items():
        assert not fields or fields == full.types[name], name


def test_a_refusal_reads_as_telegram_writes_it() -> None:
    assert ApiError(429, "Too Many Requests: retry after 3", retry_after=3).body() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert ALICE["id"] == HERE
