"""A parcel as the message that is sent: a note, a digest of several, or a notice of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlite_utils import Database

from bot.keeping import Keeps
from bot.reply import Place, Reply
from bot.text import plain
from bot.updates import PER_POST, digest_update, note_update
from storage.deliveries import Parcel
from storage.digests import keep_digest
from storage.model import NoteInfo
from storage.news import first_moments, present
from storage.reading import open_note

P = ParamSpec("P")
T = TypeVar("T")


class Books(Keeps, Protocol):
    """The part of the library that deliveries need: both databases."""

    async def ask(
        self, query: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask the index."""


class MissingError(Exception):
    """Notes of a parcel are missing, and the index is not complete: they may yet come back."""


async def message_of(books: Books, parcel: Parcel, now: float) -> Reply | None:
    """The message; None where all that it would tell is gone from the folder.

    Raises StorageError, and MissingError while nobody can tell.
    """
    news = [one.news for one in parcel.deliveries if one.news is not None]
    if not news:
        return Reply("notice", (plain(parcel.deliveries[0].text),))
    found = await books.ask(present, news)
    if not found.certain:
        raise MissingError
    place = Place(parcel.chat.kind)
    if len(found.notes) > 1:
        return await _digest(books, found.notes, place, now)
    if not found.notes:
        return None
    opened = await books.ask(open_note, found.notes[0].key)
    if opened is None:  # it went between the two questions, or the index is damaged
        raise MissingError
    return note_update(opened, place)


async def _digest(books: Books, notes: tuple[NoteInfo, ...], place: Place, now: float) -> Reply:
    """The first page; its notes are remembered before it is sent, so that it can be turned."""
    keys = [note.key for note in notes]
    ref = await books.keep(keep_digest, keys, now)
    moments = await books.ask(first_moments, keys[:PER_POST])
    return digest_update(notes, ref, 1, place, moments)
