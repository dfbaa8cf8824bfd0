"""`channel:NAME`: the channel that is meant, and that another one answers only where it says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.library import Library
from storage.search import find_channel
from tests.library_fixture import ask, cite, note, requests, words
from tests.subscribing import Talk, kept, labels

CHANNELS = (
    "bbc_news",
    "ch9",
    "night_sky",
    "nightskies2",
    "Earth Daily",
    'qu"ote',
    "moon_1",
    "moon1",
)
TOLD = "Showing results of the channel “bbc_news” (none is called “{}”).\n\n"


def write(root: Path, key: str, title: str, number: int, body: str) -> None:
    """A note of a video of its own."""
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    text = note(title, f"ChannelVid{number:x}"[-11:], f"{body} {cite('00:01:05')}.")
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    place = tmp_path_factory.mktemp("channels")
    for number, channel in enumerate(CHANNELS):
        write(place / "notes", f"{channel}/walrus.md", "Walrus", number, "A walrus sings")
    for number in range(9):
        body = f"The zebra herd {number} walks"
        write(
            place / "notes", f"bbc_news/z{number}.md", f"Zebra {'x' * (number + 1)}", number, body
        )
        write(place / "notes", f"ch9/z{number}.md", f"Zebras {'y' * (number + 1)}", number, body)
    library = Library.open(place / "notes", place / "data")
    with ThreadPoolExecutor(1) as outside:
        outside.submit(asyncio.run, library.reload()).result()
    yield library
    library.close()


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        *(("bbc", "bbc_news"), ("nightsky", "night_sky"), ("Night Sky", "night_sky")),
        *(("abc_news", "bbc_news"), ("night_skys", "night_sky"), ("skies", "nightskies2")),
        *(("moon1", "moon1"), ("moon_1", "moon_1"), ("Moon 1", "moon_1")),
        *(("cbs_news", ""), ("news_bbc", ""), ("ea", ""), ("moon", "")),
        *(
            ("ch99", ""),
            ("ch8", ""),
            ("ch", ""),
            ("nightskies3", ""),
            ("night_sky_2", "nightskies2"),
        ),
    ],
)
async def test_a_channel_is_taken_for_one_of_nearly_the_same_name_and_number(
    library: Library, typed: str, channel: str
) -> None:
    assert await library.ask(find_channel, typed) == channel


@pytest.mark.parametrize("typed", ["bbc_news", "BBC News", "bbcnews", "@bbc_news"])
async def test_the_channel_that_is_called_so_answers_without_a_word(
    library: Library, typed: str
) -> None:
    for command in ("/search walrus", "/topic", "/topic walrus", "/topic zebra"):
        assert "Showing" not in words(await ask(library, f'{command} channel:"{typed}"'))


@pytest.mark.parametrize("typed", ["bbc", "abc_news"])
@pytest.mark.parametrize("command", ["/search walrus", "/topic", "/topic walrus", "/topic zebra"])
async def test_another_channel_that_answers_is_named_first(
    library: Library, command: str, typed: str
) -> None:
    reply = await ask(library, f"{command} channel:{typed}")
    assert words(reply).startswith(TOLD.format(typed))
    assert {hit.note.channel for hit in reply.hits} <= {"bbc_news"}
    assert {topic.note and topic.note.channel for topic in reply.topics} <= {"bbc_news"}


async def test_another_channel_is_named_on_each_page(library: Library) -> None:
    for first in ("/search zebra channel:bbc", "/topic zebra walks channel:bbc"):
        second = await ask(library, requests(await ask(library, first))["▶ More"])
        assert words(second).startswith(TOLD.format("bbc"))


async def test_a_channel_of_another_number_does_not_answer(library: Library) -> None:
    for command in ("/search walrus", "/topic walrus"):
        reply = await ask(library, f"{command} channel:ch99")
        assert words(reply).startswith("There is no channel like “ch99” in these notes.")
        assert not reply.hits


async def test_what_leads_on_from_a_topic_of_a_channel_stays_in_it(library: Library) -> None:
    first = await ask(library, '/topic channel:"BBC News" zebra walks')
    second = await ask(library, requests(first)["▶ More"])
    assert {topic.note and topic.note.channel for topic in second.topics} == {"bbc_news"}
    found = await ask(library, requests(first)["Search the passages"])
    assert {hit.note.channel for hit in found.hits} == {"bbc_news"}


async def test_a_channel_whose_name_has_a_quote_or_a_blank_is_reached_by_every_button(
    library: Library,
) -> None:
    for channel, typed in (('qu"ote', "quote"), ("Earth Daily", "earth")):
        asked = await ask(library, f"/search channel:{typed}")
        browsed = await ask(library, requests(asked)["Browse its topics"])
        assert words(browsed).startswith(f"{channel} · 1 note\n\nWalrus")
        listed = await ask(library, "/topic")
        assert words(await ask(library, requests(listed)[channel])) == words(browsed)


async def test_a_search_to_follow_is_kept_with_its_channels_own_name(library: Library) -> None:
    for typed, own in (("nightsky", "night_sky"), ("Earth Daily", "Earth_Daily")):
        talk = Talk(library)
        reply = await talk.say(f'/subscribe search walrus channel:"{typed}" -zebra')
        assert await kept(talk) == [f"search channel:{own} walrus -zebra now"]
        assert "It would have matched 1 of the last" in words(reply)


async def test_a_search_to_follow_in_a_channel_of_another_name_is_asked_back(
    library: Library,
) -> None:
    talk = Talk(library)
    reply = await talk.say('/subscribe search channel:bbc "a walrus" -"channel:x y"')
    assert words(reply) == "No channel is called “bbc”. Did you mean:"
    assert await kept(talk) == []
    await talk.press(reply, labels(reply)[0][0])
    assert await kept(talk) == ['search channel:bbc_news "a walrus" -"channel:x y" now']


async def test_a_search_to_follow_in_no_channel_is_offered_in_all(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe search channel:nosuch walrus")
    assert words(reply) == "There is no channel like “nosuch” in these notes."
    assert await kept(talk) == []
    await talk.press(reply, "Search walrus")
    assert await kept(talk) == ["search walrus now"]


async def test_the_terminal_previews_a_search_of_the_channel_that_is_meant(
    library: Library,
) -> None:
    text = words(await ask(library, "/subscribe search channel:nightsky walrus"))
    assert text.endswith("The newest:\n– Walrus · night_sky")
    back = await ask(library, "/subscribe search channel:bbc walrus")
    assert words(back).endswith("No channel is called “bbc”. Did you mean:")
    meant = requests(back)["Search channel:bbc_news walrus"]
    assert words(await ask(library, meant)).endswith("The newest:\n– Walrus · bbc_news")
