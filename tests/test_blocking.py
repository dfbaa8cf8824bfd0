"""`/block` and `/unblock`: what an admin sees, and whom it changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.blocking import PER_PAGE
from bot.circle import Circle
from bot.commands import COMMANDS, split_command
from bot.library import Library
from bot.reply import Author, Here, RepliedTo, Reply, Request
from storage import chats
from storage.blocked import blocked
from storage.chats import Chat
from tests.library_fixture import requests, words

OWNER, ANN, BEN = 1, 1002, 1003
NOW = 1_700_000_000.0  # 14 November 2023
USAGE = "To block somebody, send /block ID, or /block as a reply to a message of theirs."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(tmp_path, tmp_path / "data")
    library.now = lambda: NOW
    library.circle = Circle(frozenset(), frozenset({OWNER}))
    yield library
    library.close()


async def _run(library: Library, request: Request) -> Reply:
    name, rest = split_command(request.text)
    (command,) = (one for one in COMMANDS if one.name == name)
    return await command.run(library, request, rest)


async def _ask(
    library: Library, text: str, author: Author | None = None, *, own: bool = False
) -> Reply:
    """What the owner is answered; with an author, as a reply to a message of theirs."""
    replied = RepliedTo("Spam!", author=author, own=own) if author or own else None
    here = Here(OWNER, user_id=OWNER)
    return await _run(library, Request(text, replied_to=replied, admin=True, here=here))


def _blocked(library: Library) -> set[int]:
    assert library.circle is not None
    return library.circle.blocked


async def test_an_id_is_blocked_at_once_and_kept(library: Library) -> None:
    reply = await _ask(library, f"/block {ANN}")
    assert words(reply) == "1002 is blocked: I answer nothing there, and send no updates."
    assert requests(reply) == {"Unblock 1002": "/unblock 1002"}
    assert _blocked(library) == {ANN}
    (kept,) = await library.keep(blocked)
    assert (kept.id, kept.name, kept.by, kept.at) == (ANN, "", OWNER, NOW)
    assert words(await _ask(library, f"/block {ANN}")) == "1002 was blocked already."


async def test_a_reply_blocks_who_wrote_the_message(library: Library) -> None:
    reply = await _ask(library, "/block", Author(ANN, "Ann"))
    assert words(reply).startswith("“Ann” (1002) is blocked:")
    assert _blocked(library) == {ANN}


async def test_an_id_goes_before_the_message_replied_to(library: Library) -> None:
    await _ask(library, f"/block {BEN}", Author(ANN, "Ann"))
    assert _blocked(library) == {BEN}


async def test_unblocking_takes_it_back_and_what_is_owed_is_sent(library: Library) -> None:
    await library.keep(chats.meet, Chat(-5, "group", "Friends"))
    await _ask(library, "/block -5", Author(-5, "Friends"))
    await library.keep(chats.suspend, -5, "the bot does not serve that chat now", NOW)
    library.woken.clear()
    reply = await _ask(library, "/unblock -5")
    assert words(reply) == "-5 is not blocked any more."
    assert _blocked(library) == set()
    assert await library.keep(blocked) == ()
    assert await library.keep(chats.suspended) == []
    assert library.woken.is_set()
    again = await _ask(library, "/unblock -5")
    assert words(again) == "-5 is not blocked."
    assert not again.found


async def test_who_is_blocked_is_listed_and_each_can_be_taken_back(library: Library) -> None:
    empty = await _ask(library, "/block")
    assert words(empty) == f"Nobody is blocked.\n\n{USAGE}"
    await _ask(library, "/block", Author(ANN, "Ann"))
    await _ask(library, f"/block {BEN}")
    listed = await _ask(library, "/block")
    assert words(listed) == (
        "Blocked, the latest first:\n“Ann” (1002), since 14 November 2023\n"
        "1003, since 14 November 2023"
    )
    for request in requests(listed).values():
        assert (await _ask(library, request)).found
    assert _blocked(library) == set()


async def test_a_long_list_has_pages(library: Library) -> None:
    for number in range(PER_PAGE + 3):
        await _ask(library, f"/block {2_000 + number}")
    first = requests(await _ask(library, "/block"))
    assert len(first) == PER_PAGE + 1
    second = requests(await _ask(library, first["▶ More"]))
    assert {f"/unblock {2_000 + PER_PAGE + at}" for at in range(3)} <= set(second.values())


@pytest.mark.parametrize("typed", ["ann", "@ann", "0", "-", "1.5", "9" * 17, "1 2", "１０", "+7"])
async def test_what_is_no_id_blocks_nobody(library: Library, typed: str) -> None:
    reply = await _ask(library, f"/block {typed}")
    assert words(reply) == f"“{typed}” is no id: an id is a whole number.\n\n{USAGE}"
    assert not reply.found
    assert await library.keep(blocked) == ()
    undone = words(await _ask(library, f"/unblock {typed}"))
    assert undone == "Please send /unblock ID; /block lists who is blocked."


async def test_an_admin_and_the_bot_itself_cannot_be_blocked(library: Library) -> None:
    for author, text in ((None, f"/block {OWNER}"), (Author(OWNER, "Me"), "/block")):
        reply = await _ask(library, text, author)
        assert words(reply).endswith("is an admin of this bot and cannot be blocked.")
    assert words(await _ask(library, "/block", own=True)).startswith("I cannot block myself.")
    assert _blocked(library) == set()


async def test_of_a_message_that_somebody_else_hides_behind_nobody_is_blocked(
    library: Library,
) -> None:
    request = Request("/block", replied_to=RepliedTo("Spam!"), admin=True)
    said = words(await _run(library, request))
    assert said.startswith("Telegram does not tell who wrote that message.")
    assert _blocked(library) == set()


@pytest.mark.parametrize("text", ["/block", "/block 1002", "/unblock 1002", "/block page:1"])
async def test_it_is_for_admins(library: Library, text: str) -> None:
    _blocked(library).add(5)
    reply = await _run(library, Request(text))
    assert words(reply) == "This is for the bot's owner."
    assert _blocked(library) == {5}


async def test_in_the_terminal_there_is_nobody_to_block(library: Library) -> None:
    library.circle = None
    assert "nobody to block here" in words(await _ask(library, f"/block {ANN}"))
