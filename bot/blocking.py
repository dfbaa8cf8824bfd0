"""`/block` and `/unblock`: whom the bot answers no more, as an admin wants it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.buttons import Row, label, page_row, paged, rows
from bot.circle import Circle
from bot.library import Library
from bot.reply import Author, Button, Reply, Request
from bot.rhythm_words import date
from bot.text import Text, code, plain
from bot.views import message, name, shown_query
from bot.words import blocking, filled, owner, said
from storage import blocked as kept
from storage import chats
from storage.blocked import Blocked
from storage.query import parse_query, stripped
from storage.rhythm import UTC

PER_PAGE = 8
_ID = re.compile(r"-?[1-9][0-9]{0,15}")


async def block(library: Library, request: Request, rest: str) -> Reply:
    """Block whom the id names, or who wrote the message replied to; without both, who is."""
    circle = library.circle
    if not request.admin or circle is None:
        return _refused("block", request)
    if not stripped(rest, "page") and (rest or not request.replied_to):
        return blocked_view(await library.keep(kept.blocked), parse_query(rest).page)
    who = _meant(request, rest)
    if isinstance(who, str):
        return message("block", *_with_usage(who), found=False)
    if circle.is_admin(who.id):
        return message("block", plain(said(blocking.ADMIN, who=_who(who))), found=False)
    return await _block(library, circle, request, who)


async def _block(library: Library, circle: Circle, request: Request, who: Author) -> Reply:
    by = request.here.user_id if request.here else 0
    new = await library.keep(kept.block, who.id, by, library.now(), who.name)
    circle.blocked.add(who.id)
    told = said(blocking.BLOCKED if new else blocking.ALREADY, who=_who(who))
    return message("block", plain(told), buttons=((_undo(who),),))


async def unblock(library: Library, request: Request, rest: str) -> Reply:
    """Answer it again, and send what it is owed."""
    circle = library.circle
    if not request.admin or circle is None:
        return _refused("unblock", request)
    if not _ID.fullmatch(rest):
        typed = {"unblock": code(blocking.TYPED_UNBLOCK), "block": code("/block")}
        return message("unblock", *filled(blocking.HOW_UNBLOCK, **typed), found=False)
    who = await _known(library, int(rest))
    gone = await library.keep(kept.unblock, who.id)
    circle.blocked.discard(who.id)
    await library.keep(chats.revive, who.id, library.now())
    library.wake()
    told = said(blocking.UNBLOCKED if gone else blocking.NOT_BLOCKED, who=_who(who))
    return message("unblock", plain(told), found=gone)


async def _known(library: Library, number: int) -> Author:
    listed = await library.keep(kept.blocked)
    return next(
        (Author(one.id, one.name) for one in listed if one.id == number), Author(number, "")
    )


def blocked_view(listed: Sequence[Blocked], page: int) -> Reply:
    """Who is blocked, a page of it, each with a button that takes it back."""
    if not listed:
        return message("block", *_with_usage(blocking.NOBODY))
    shown = paged(len(listed), page, PER_PAGE)
    here = [(Author(one.id, one.name), one) for one in listed[shown.places]]
    lines = [said(blocking.LINE, who=_who(who), date=date(one.at, UTC)) for who, one in here]
    undo = [(_undo(who),) for who, _ in here]
    paging: Row = page_row("/block", shown.number, more=shown.more)
    text = plain("\n".join((blocking.LISTED, *lines)))
    return message("block", text, buttons=rows(*undo, paging))


def _meant(request: Request, rest: str) -> Author | str:
    """Whom a request means, else why that cannot be told."""
    if rest:
        typed = said(blocking.NO_ID, typed=shown_query(rest))
        return Author(int(rest), "") if _ID.fullmatch(rest) else typed
    replied = request.replied_to
    if replied is None or replied.author is None:
        return blocking.MINE if replied and replied.own else blocking.NOBODY_TELLS
    return replied.author


def _undo(who: Author) -> Button:
    return Button(label(said(blocking.UNBLOCK, id=who.id)), f"/unblock {who.id}")


def _who(who: Author) -> str:
    return said(blocking.NAMED, name=name(who.name), id=who.id) if who.name else str(who.id)


def _with_usage(words: str) -> Text:
    typed = {"block": code(blocking.TYPED_BLOCK), "reply": code("/block")}
    return (plain(f"{words}\n\n"), *filled(blocking.HOW, **typed))


def _refused(command: str, request: Request) -> Reply:
    words = blocking.NO_CHATS if request.admin else owner.FOR_OWNERS
    return message(command, plain(words), found=False)
