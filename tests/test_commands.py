"""Any request gets a short, helpful answer; what it is about decides which."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.card import cite_request
from bot.commands import COMMANDS, split_command
from bot.library import Library
from bot.reply import RepliedTo, Reply
from bot.text import truncate
from tests.library_fixture import ask, requests, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/search tides", ("search", "tides")),
        ("/SEARCH@SomeBot  tides and moon ", ("search", "tides and moon")),
        ("/topic", ("topic", "")),
        ("tides", ("search", "tides")),
        ("/ tides", ("search", "/ tides")),
        ("", ("help", "")),
        ("/", ("help", "")),
        ("// /", ("help", "")),
        ("/search/tides", ("search", "/search/tides")),
    ],
)
def test_a_request_is_a_command_or_a_search(text: str, expected: tuple[str, str]) -> None:
    assert split_command(text) == expected


async def test_start_says_what_this_is_and_offers_what_works(library: Library) -> None:
    reply = await ask(library, "/start")
    assert "every excerpt has a link that opens the video where it was said" in words(reply)
    for request in requests(reply).values():
        assert (await ask(library, request)).found, request


async def test_help_names_every_command_that_a_reader_can_use(library: Library) -> None:
    text = words(await ask(library, "/help"))
    for command in COMMANDS:
        hidden = command.admin or not command.listed or command.name in ("start", "help")
        assert hidden or f"/{command.name}" in text


@pytest.mark.parametrize(
    ("typed", "meant"), [("/serch sea tides", "/search sea tides"), ("/topics moon", "/topic moon")]
)
async def test_a_misspelt_command_is_one_press_away(
    library: Library, typed: str, meant: str
) -> None:
    reply = await ask(library, typed)
    assert f"Did you mean {meant.split(maxsplit=1)[0]}?" in words(reply)
    assert requests(reply) == {meant: meant}
    assert not reply.found


async def test_an_unknown_command_leads_to_help(library: Library) -> None:
    reply = await ask(library, "/frobnicate")
    assert words(reply) == "There is no command /frobnicate. /help shows what I can do."
    assert requests(reply) == {"/help": "/help"}


HOSTILE = [
    *("'; DROP TABLE notes; --", 'tides" OR "1', "NEAR(tides moon)", "tides*", "^tides", "{a b}:c"),
    *("words:tides", "AND", "OR NOT", "()", '"""', '"', "-", "-tides", "--", "*", "?", "..."),
    *("<b>tides</b>", "<script>", "&amp;", "\x00", "\x1b[31mtides", "tides\nmoon", "\ud800tides"),
    *("\u202etides", "المد والجزر", "潮汐", "прилив", "🌊", "👩‍👩‍👧‍👦" * 60, "x" * 100_000),
    *(
        "tides " * 20_000,
        '"' * 5_000,
        "page:3",
        "tides page:999999",
        "tides page:0",
        "tides page:-1",
    ),
    *("tides page:x", "note:xyz", "note:", "channel:", 'channel:""', "video:", "video:x", "the"),
    *("https://youtu.be/", "https://youtu.be/AAAAAAAAAAA", "http://[", "channel:x video:y -z"),
    *("https://youtu.be/SampleTidal?t=99999999", "%s %n {} \\", "../../etc/passwd", "0", "１２"),
]


def check(reply: Reply) -> None:
    """What holds for every answer."""
    assert words(reply).strip()
    assert words(reply) == words(reply).rstrip()
    assert truncate(reply.text, 4096, 100) == reply.text
    pressed = [button for row in reply.buttons for button in row]
    assert len({button.text for button in pressed}) == len(pressed)
    for button in pressed:
        assert button.text.strip()
        assert len(button.text) <= 40
        assert len(button.request) <= 4096
        assert button.request.splitlines() == [button.request]
        assert button.request.encode()


@pytest.mark.parametrize("command", ["", "/search ", "/topic ", "/source ", "/help "])
async def test_hostile_questions_get_an_answer_whose_buttons_all_lead_on(
    library: Library, command: str
) -> None:
    pressed: set[str] = set()
    for text in HOSTILE:
        reply = await ask(library, command + text)
        check(reply)
        for request in requests(reply).values():
            if request not in pressed:
                pressed.add(request)
                followed = await ask(library, request)
                check(followed)
                dead = request.startswith("/") and "There is no command" in words(followed)
                assert not dead, request


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(
        ["", "/search ", "/topic ", "/source ", "/", "/topic note:", "/search channel:"]
    ),
    st.lists(
        st.sampled_from(
            ["tides", "-", '"', "page:2", "channel:", "video:SampleTidal", " ", "(", "🌊"]
        )
        | st.text(max_size=8)
    ).map("".join),
)
def test_any_question_gets_an_answer(library: Library, command: str, text: str) -> None:
    check(asyncio.run(ask(library, command + text)))


async def test_a_reply_to_a_huge_message_is_answered(library: Library) -> None:
    for command in ("/search", "/topic", "/source"):
        check(await ask(library, command, RepliedTo("The Moon pulls.\n" * 9_000)))


async def test_every_page_of_a_search_leads_on_and_the_last_one_back(library: Library) -> None:
    request, seen = "/search moon", set[str]()
    while True:
        reply = await ask(library, request)
        check(reply)
        assert reply.found
        assert reply.more == ("▶ More" in requests(reply))
        shown = {hit.passage.text for hit in reply.hits}
        assert not shown & seen, "shown on two pages"
        seen |= shown
        if not reply.more:
            break
        request = requests(reply)["▶ More"]
    assert "◀ Back" in requests(reply)


async def test_an_index_that_cannot_be_read_is_told_kindly(tmp_path: Path) -> None:
    library = Library.open(tmp_path, tmp_path / "data")
    shutil.rmtree(tmp_path / "data")
    reply = await ask(library, "/search tides")
    library.close()
    assert words(reply) == "I cannot look into the notes right now. Please try again in a moment."
    assert not reply.found


async def test_a_question_that_takes_too_long_is_given_up(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.library.QUERY_SECONDS", -1.0)
    monkeypatch.setattr("bot.library._STEPS", 1)
    reply = await ask(library, "/search tides")
    assert words(reply).startswith("That question took too long")
    assert not reply.found


async def test_an_answer_to_a_message_quotes_the_part_that_its_best_hit_tells(
    library: Library,
) -> None:
    said = "So it is!\n  The Moon  pulls harder on the near side.\nAnd what now?"
    for command in ("/source", "/search"):
        reply = await ask(library, command, RepliedTo(said))
        assert reply.quote == "The Moon  pulls harder on the near side."
        assert (await ask(library, f"{command} tides", RepliedTo(said))).quote is None
        assert (await ask(library, f"{command} tides")).quote is None


async def test_an_answer_without_a_hit_is_about_the_whole_message(library: Library) -> None:
    for command in ("/source", "/search"):
        reply = await ask(library, command, RepliedTo("Quorbal xyzzy frobnicates wildly"))
        assert (reply.found, reply.quote) == (False, "")
        assert (await ask(library, command, RepliedTo(""))).quote is None
    own = await ask(library, "/source", RepliedTo("No source.", (), own=True))
    assert own.quote == ""


async def test_where_there_are_no_chats_no_button_needs_one(library: Library) -> None:
    hit = (await ask(library, "/search moon pull")).hits[0]
    reply = await ask(library, cite_request(hit))
    assert reply.found
    assert reply.buttons
    assert all(button.request or button.url for row in reply.buttons for button in row)
