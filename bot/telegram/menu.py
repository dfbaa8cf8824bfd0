"""The command list that Telegram shows, in every scope."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden

from bot.telegram.network import until_it_works

log = logging.getLogger(__name__)
_SCOPES: tuple[BotCommandScope, ...] = (
    BotCommandScopeDefault(),
    BotCommandScopeAllPrivateChats(),
    BotCommandScopeAllGroupChats(),
    BotCommandScopeAllChatAdministrators(),
)


class Listed(Protocol):
    """A command as the table in bot/commands.py has it."""

    @property
    def name(self) -> str:
        """What to type after the "/"."""

    @property
    def summary(self) -> str:
        """What it does, in a line."""

    @property
    def admin(self) -> bool:
        """Whether only the owner's admins may use it."""

    @property
    def manages(self) -> bool:
        """Whether the chat's administrators alone may use it."""

    @property
    def listed(self) -> bool:
        """Whether it stands in the list; others are for buttons."""


async def set_menu(bot: Bot, commands: Sequence[Listed], admins: frozenset[int]) -> None:
    """Set the list in every scope; admins see their own commands too, in their private chat."""
    listed = [command for command in commands if command.listed]
    public = [BotCommand(c.name, c.summary) for c in listed if not c.admin]
    for scope in _SCOPES:
        await _set(bot, public, scope)
    everything = public + [BotCommand(c.name, c.summary) for c in listed if c.admin]
    for admin in sorted(admins):
        await _set(bot, everything, BotCommandScopeChat(admin))


async def _set(bot: Bot, commands: Sequence[BotCommand], scope: BotCommandScope) -> None:
    async def attempt() -> None:
        try:
            await bot.set_my_commands(commands, scope=scope)
        except (BadRequest, Forbidden) as error:
            # An admin who never wrote to the bot has no chat with it yet.
            log.info("no command list for %s: %s", _name(scope), error)

    await until_it_works("setting the command list", attempt)


def _name(scope: BotCommandScope) -> str:
    return f"chat {scope.chat_id}" if isinstance(scope, BotCommandScopeChat) else scope.type
