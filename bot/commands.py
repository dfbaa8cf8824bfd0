"""What the bot can be asked: COMMANDS, and `answer`, which knows no platform."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from bot import views
from bot.buttons import button
from bot.help import help_reply, start_reply
from bot.library import Library
from bot.reply import Reply, Request
from bot.search import search
from bot.source import source
from bot.status import reload, status
from bot.subscribe import subscribe
from bot.subscriptions import subscriptions_of
from bot.text import cut_words, italic, plain, tidy, trimmed
from bot.topic import topic
from bot.unsubscribe import unsubscribe
from bot.updates import news, started, why
from storage.errors import BusyError, FullError, SlowQueryError, StorageError

log = logging.getLogger(__name__)
MOST_UNITS = 4_000
"""Of a longer question, the start is read."""
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+|$)(.*)")

Run = Callable[[Library, Request, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table: `/name`, what it does in a few words, who may use it.

    `admin`: only the owner's admins. `manages`: the platform finds out whether the asker may
    change the chat's subscriptions before it asks. Not `listed`: for buttons, in no menu.
    """

    name: str
    summary: str
    run: Run
    admin: bool = False
    manages: bool = False
    listed: bool = True


async def answer(library: Library, request: Request) -> Reply:
    """The reply to any request. Raises only what is a fault of ours."""
    request = _readable(request)
    name, rest = split_command(request.text)
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        return _unknown(name, rest)
    try:
        reply = await command.run(library, request, rest)
    except SlowQueryError:
        text = "That question took too long, so I gave it up. Fewer or rarer words will do."
        reply = views.message(name, plain(text), found=False)
    except StorageError as error:
        if isinstance(error, BusyError | FullError):
            log.warning("no answer: %s", error)
        else:
            log.exception("a query failed")
        text = "I cannot look into the notes right now. Please try again in a moment."
        return views.message(name, plain(text), found=False)
    return _with_progress(library, replace(reply, text=trimmed(reply.text)))


def _readable(request: Request) -> Request:
    """The request on one line and no longer than a message; its buttons repeat it."""
    replied = request.replied_to
    if replied is not None:
        replied = replace(replied, text=cut_words(tidy(replied.text), MOST_UNITS))
    return replace(request, text=cut_words(tidy(request.text), MOST_UNITS), replied_to=replied)


def split_command(text: str) -> tuple[str, str]:
    """(command, what follows); plain words are a search, nothing at all is a call for help."""
    match = _COMMAND.fullmatch(text)
    if match:
        return match.group(1).lower(), match.group(2).strip()
    return ("search", text) if text.strip("/ ") else ("help", "")


def _unknown(name: str, rest: str) -> Reply:
    names = [one.name for one in COMMANDS if one.listed and not one.admin]
    near = process.extractOne(name, names, scorer=fuzz.ratio, score_cutoff=75)
    meant = f" Did you mean /{near[0]}?" if near else ""
    text = f"There is no command /{name}.{meant} /help shows what I can do."
    request = f"/{near[0]} {rest}".strip() if near else "/help"
    return views.message(name, plain(text), buttons=((button(request),),), found=False)


def _with_progress(library: Library, reply: Reply) -> Reply:
    """Say so where a first index is still being built."""
    if library.complete:
        return reply
    done, total = library.progress or (0, 0)
    note = (
        f"I have read {done:,} of {total:,} files so far; this answer is from those."
        if done
        else "I have not read all of the notes yet, so this may change."
    )
    return replace(reply, text=(*reply.text, plain("\n\n"), italic(note)))


async def _start(library: Library, request: Request, rest: str) -> Reply:
    reply = start_reply(await library.counts(), await library.examples())
    if not rest:
        return reply
    unknown = plain("I do not know what that link was to open. Here is what I can do.\n\n")
    opened = await started(library, request, rest)
    return opened or replace(reply, text=(unknown, *reply.text))


async def _help(library: Library, request: Request, rest: str) -> Reply:
    del request, rest
    return help_reply(await library.counts(), await library.examples())


COMMANDS: tuple[Command, ...] = (
    Command("search", "passages that hold your words", search),
    Command("topic", "the note on a topic", topic),
    Command("source", "where a claim was said", source),
    Command("subscribe", "new notes, sent to this chat", subscribe, manages=True),
    Command("unsubscribe", "stop updates", unsubscribe, manages=True),
    Command("subscriptions", "what this chat subscribed to", subscriptions_of, manages=True),
    Command("help", "what I can do", _help),
    Command("start", "how to begin", _start),
    Command("status", "how the bot stands", status, admin=True),
    Command("reload", "read the notes again now", reload, admin=True),
    Command("news", "a list of new notes", news, listed=False),
    Command("why", "why an update came", why, listed=False),
)
