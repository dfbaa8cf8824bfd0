"""The command list that people see."""

from __future__ import annotations

from bot.telegram.client import make_bot
from bot.telegram.menu import set_menu
from tests.botapi.people import ALICE
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import COMMANDS, settings_for

SCOPES = ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"]


async def test_each_kind_of_chat_sees_what_makes_sense_there() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        await set_menu(bot, COMMANDS, frozenset())
        calls = api.called("setMyCommands")
    shown = {
        call["scope"]["type"]: [command["command"] for command in call["commands"]]
        for call in calls
    }
    assert list(shown) == SCOPES
    private = ["search", "source", "subscribe", "start"]
    assert shown["default"] == shown["all_private_chats"] == private
    assert shown["all_group_chats"] == ["search", "source"]
    assert shown["all_chat_administrators"] == ["search", "source", "subscribe"]


async def test_admins_see_their_commands_in_their_private_chat_only() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        await set_menu(bot, COMMANDS, frozenset({ALICE["id"]}))
        last = api.called("setMyCommands")[-1]
    assert last["scope"] == {"type": "chat", "chat_id": ALICE["id"]}
    assert [command["command"] for command in last["commands"]][-2:] == ["start", "status"]


async def test_an_admin_who_never_wrote_to_the_bot_is_no_trouble() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        await set_menu(bot, COMMANDS, frozenset({5, ALICE["id"]}))
        assert len(api.called("setMyCommands")) == 6


async def test_a_server_that_is_away_is_asked_again() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.fail("setMyCommands", 502)
        await set_menu(bot, COMMANDS, frozenset())
        assert len(api.called("setMyCommands")) == 5
