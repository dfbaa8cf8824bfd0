"""A chat that subscribes: it says things and presses buttons as its platform would hand them in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from os import urandom

import pytest

from bot.commands import answer
from bot.library import Library
from bot.reply import Button, Here, Place, Reply, Request
from bot.text import truncate
from storage import subscriptions
from storage.announce import announce
from storage.facts import new_notes
from storage.seen import Marked
from tests.library_fixture import opened, words

AT_NOON = 1_777_809_600.0  # 3 May 2026, 12:00 UTC
_FOR = re.compile(r"(/\w+) for:(-?\d+)")
_ids = count(1000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library on the samples and the tiny notes, where it is always noon."""
    with opened(tmp_path_factory.mktemp("subscribing")) as library:
        library.now = lambda: AT_NOON
        yield library


@dataclass(frozen=True)
class Talk:
    """One chat, new in each test."""

    library: Library
    place: Place = Place.PRIVATE
    thread_id: int = 0
    title: str = ""
    manages: bool = True
    elsewhere: bool = False
    chat_id: int = field(default_factory=_ids.__next__)

    async def say(self, text: str, document: str = "") -> Reply:
        """The answer, after a look at what holds for every one of them."""
        here = Here(self.chat_id, self.thread_id, self.title, 7, self.manages, self.elsewhere)
        named = _FOR.match(text)
        if named:
            assert int(named[2]) == self.chat_id
        text = _FOR.sub(r"\1", text)
        reply = await answer(self.library, Request(text, self.place, here=here, document=document))
        self._check(reply)
        return reply

    async def press(self, reply: Reply, text: str) -> Reply:
        """The answer to the button that shows this."""
        return await self.say(pressed(reply, text).request)

    def _check(self, reply: Reply) -> None:
        assert words(reply).strip()
        assert truncate(reply.text, 4096, 100) == reply.text
        assert len(reply.notice) <= 200
        buttons = [button for row in reply.buttons for button in row]
        assert len({button.text for button in buttons}) == len(buttons)
        for button in buttons:
            assert len(button.text) <= 40
            if self.elsewhere and not button.request.startswith("/topic"):
                assert f" for:{self.chat_id}" in button.request
        if self.elsewhere:
            assert f"“{self.title}”" in words(reply)


def pressed(reply: Reply, text: str) -> Button:
    """The button that shows this."""
    return next(button for row in reply.buttons for button in row if button.text == text)


def labels(reply: Reply) -> list[list[str]]:
    """The words on all buttons, row by row."""
    return [[button.text for button in row] for row in reply.buttons]


async def announce_note(library: Library, key: str) -> None:
    """The note is news now, and owed to those who asked for it."""
    notes = await library.ask(new_notes, [key])
    marks = Marked(key, (urandom(8),))
    await library.keep(announce, [(notes[0], marks)], library.now())


async def kept(talk: Talk) -> list[str]:
    """What the chat is subscribed to, as it is kept."""
    listed = await talk.library.keep(subscriptions.listed, talk.chat_id, talk.thread_id)
    return [f"{one.interest.kind} {one.interest.value} {one.rhythm.often}" for one in listed]
