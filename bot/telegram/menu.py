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

from bot.reply import Place
from bot.telegram.network import until_it_works

log = logging.getLogger(__name__)
_SCOPES: tuple[tuple[BotCommandScope, Place, bool], ...] = (
    (BotCommandScopeDefault(), Place.PRIVATE, True),
    (BotCommandScopeAllPrivateChats(), Place.PRIVATE, True),
    (BotCommandScopeAllGroupChats(), Place.GROUP, False),
    (BotCommandScopeAllChatAdministrators(), Place.GROUP, True),
)
"""Each with its place, and whether its readers manage the chat."""


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

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the list has it."""


async def set_menu(bot: Bot, commands: Sequence[Listed], admins: frozenset[int]) -> None:
    """Set the list of every scope; admins see their own commands too, in their private chat."""
    for scope, place, manages in _SCOPES:
        await _set(bot, _shown(commands, place, manages=manages), scope)
    everything = _shown(commands, Place.PRIVATE, manages=True, admin=True)
    for admin in sorted(admins):
        await _set(bot, everything, BotCommandScopeChat(admin))


def _shown(
    commands: Sequence[Listed], place: Place, *, manages: bool, admin: bool = False
) -> list[BotCommand]:
    """What makes sense there; the owner's commands stand at the end."""
    listed = [one for one in commands if one.listed and place in one.places]
    usable = [one for one in listed if (manages or not one.manages) and (admin or not one.admin)]
    return [BotCommand(one.name, one.summary) for one in sorted(usable, key=lambda one: one.admin)]


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
