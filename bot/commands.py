"""What the bot can be asked: COMMANDS, and `answer`, which knows no platform."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from bot import views
from bot.blocking import block, unblock
from bot.buttons import Row, button, rows
from bot.card import card_row, cite
from bot.help import help_reply, start_reply
from bot.library import Library
from bot.links import opened
from bot.quoting import best_part
from bot.reply import MOST_UNITS, Place, Reply, Request
from bot.search import search
from bot.source import source
from bot.status import reload, status
from bot.subscribe import subscribe
from bot.subscriptions import subscriptions_of
from bot.text import cut_words, italic, plain, tidy, trimmed
from bot.topic import topic
from bot.trouble import not_now
from bot.unsubscribe import unsubscribe
from bot.updates import news, why
from bot.words import helping, menu, number, said
from storage.errors import SlowQueryError, StorageError

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+|$)(.*)")

Run = Callable[[Library, Request, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table: `/name`, what it does in a few words, who may use it.

    `admin`: only the owner's admins. `manages`: the platform finds out whether the asker may
    change the chat's subscriptions before it asks. Not `listed`: for buttons, in no menu. `places`
    are where the menu has it.
    """

    name: str
    summary: str
    run: Run
    admin: bool = False
    manages: bool = False
    listed: bool = True
    places: tuple[Place, ...] = (Place.PRIVATE, Place.GROUP)


async def answer(library: Library, request: Request) -> Reply:
    """The reply to any request. Raises only what is a fault of ours."""
    replied = request.replied_to
    request = _readable(request)
    name, rest = split_command(request.text)
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        return _unknown(name, rest)
    try:
        reply = await command.run(library, request, rest)
    except SlowQueryError:
        reply = views.message(name, plain(helping.TOO_SLOW), found=False)
    except StorageError as error:
        return views.message(name, plain(not_now(error, request.text)), found=False)
    if replied is not None and reply.quote is not None:
        reply = replace(reply, quote=_told_of(replied.text, reply))
    buttons = (*card_row(reply, request), *_usable(reply.buttons, request))
    return _with_progress(library, replace(reply, text=trimmed(reply.text), buttons=buttons))


def _usable(buttons: tuple[Row, ...], request: Request) -> tuple[Row, ...]:
    """Without those that need chats to share to, a clipboard, or a private chat to open."""
    if request.here is not None:
        return buttons
    return rows(*(tuple(one for one in row if one.request or one.url) for row in buttons))


def _readable(request: Request) -> Request:
    """The request on one line and no longer than a message; its buttons repeat it."""
    replied = request.replied_to
    if replied is not None:
        replied = replace(replied, text=cut_words(tidy(replied.text), MOST_UNITS))
    return replace(request, text=cut_words(tidy(request.text), MOST_UNITS), replied_to=replied)


def _told_of(text: str, reply: Reply) -> str:
    """The part of a text that the best hit tells of; "" for the text as a whole."""
    return best_part(text, reply.hits[0].matched) if reply.hits else ""


def split_command(text: str) -> tuple[str, str]:
    """(command, what follows); plain words are a search, nothing at all is a call for help."""
    match = _COMMAND.fullmatch(text)
    if match:
        return match.group(1).lower(), match.group(2).strip()
    return ("search", text) if text.strip("/ ") else ("help", "")


def _unknown(name: str, rest: str) -> Reply:
    names = [one.name for one in COMMANDS if one.listed and not one.admin]
    near = process.extractOne(name, names, scorer=fuzz.ratio, score_cutoff=75)
    if near:
        text = said(helping.MISTYPED_COMMAND, command=name, near=near[0])
        request = f"/{near[0]} {rest}".strip()
    else:
        text, request = said(helping.UNKNOWN_COMMAND, command=name), "/help"
    return views.message(name, plain(text), buttons=((button(request),),), found=False)


def _with_progress(library: Library, reply: Reply) -> Reply:
    """Say so where a first index is still being built."""
    if library.complete:
        return reply
    done, total = library.progress or (0, 0)
    note = (
        said(helping.READ_SO_FAR, done=number(done), total=number(total))
        if done
        else helping.NOT_ALL_READ
    )
    return replace(reply, text=(*reply.text, plain("\n\n"), italic(note)))


async def _start(library: Library, request: Request, rest: str) -> Reply:
    reply = start_reply(await library.counts(), await library.examples())
    if not rest:
        return reply
    unknown = plain(f"{helping.UNKNOWN_LINK}\n\n")
    found = await opened(library, request, rest)
    return found or replace(reply, text=(unknown, *reply.text))


async def _help(library: Library, request: Request, rest: str) -> Reply:
    del request, rest
    return help_reply(await library.counts(), await library.examples())


COMMANDS: tuple[Command, ...] = (
    Command("search", menu.SEARCH, search),
    Command("topic", menu.TOPIC, topic),
    Command("source", menu.SOURCE, source),
    Command("subscribe", menu.SUBSCRIBE, subscribe, manages=True),
    Command("unsubscribe", menu.UNSUBSCRIBE, unsubscribe, manages=True),
    Command("subscriptions", menu.SUBSCRIPTIONS, subscriptions_of, manages=True),
    Command("help", menu.HELP, _help),
    Command("start", menu.START, _start, places=(Place.PRIVATE,)),
    Command("status", menu.STATUS, status, admin=True),
    Command("reload", menu.RELOAD, reload, admin=True),
    Command("block", menu.BLOCK, block, admin=True),
    Command("unblock", menu.UNBLOCK, unblock, admin=True),
    Command("cite", menu.CITE, cite, listed=False),
    Command("news", menu.NEWS, news, listed=False),
    Command("why", menu.WHY, why, listed=False),
)
