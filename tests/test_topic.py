"""`/topic`: from a name, exact or misspelt, to a note; without a name, the way to one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import Library
from bot.reply import RepliedTo
from tests.library_fixture import ask, cite, note, requests, words


@pytest.mark.parametrize(
    "typed",
    ["Phases of the Moon", "phases_of_the_moon", '"phases of the moon"', "phase of teh moon"],
)
async def test_a_name_opens_its_note(library: Library, typed: str) -> None:
    reply = await ask(library, f"/topic {typed}")
    assert words(reply).startswith(
        "Phases of the Moon\nnight_sky · video: What the Moon does: phases, tides, eclipses\n\n"
    )
    assert reply.preview == "https://youtu.be/SampleTidal?t=115"


async def test_topic_as_a_reply_takes_the_name_from_there(library: Library) -> None:
    reply = await ask(library, "/topic", RepliedTo("Phases of the Moon"))
    assert words(reply).startswith("Phases of the Moon\n")


async def test_every_section_has_its_moment_and_every_page_leads_on(library: Library) -> None:
    first = await ask(library, "/topic Growing tulips")
    shown = [hit.passage.heading[-1] for hit in first.hits]
    assert shown == [f"Part {number}" for number in range(1, 7)]
    second = await ask(library, requests(first)["▶ More"])
    assert second.hits[0].passage.heading == ("Part 7",)
    assert words(second).startswith("Growing tulips\n")
    last = await ask(library, f"{requests(second)['◀ Back']} page:999")
    assert last.hits[-1].passage.heading == ("Part 20",)
    assert not last.more


async def test_a_word_that_many_titles_have_is_asked_back(library: Library) -> None:
    reply = await ask(library, "/topic antikythera")
    assert words(reply).startswith("No topic is called “antikythera”. Did you mean:\n\n")
    assert "Discovery of the Antikythera mechanism · old_machines" in words(reply)
    for text, request in requests(reply).items():
        if request.startswith("/topic"):
            assert words(await ask(library, request)).startswith(text[:20])


async def test_a_sole_title_with_all_the_words_is_opened(library: Library) -> None:
    assert words(await ask(library, "/topic tides")).startswith("Tides and the pull of the Moon\n")


async def test_a_misspelt_word_is_asked_back_with_its_channel(library: Library) -> None:
    reply = await ask(library, "/topic tidse")
    assert words(reply).startswith(
        "Showing topics for “tides”. Did you mean:\n\nTides and the pull of the Moon · night_sky"
    )


async def test_a_mere_name_is_found_by_the_words_that_links_show_for_it(library: Library) -> None:
    reply = await ask(library, "/topic old wars")
    assert "kettle wars · no note, 1 note mentions it" in words(reply)


async def test_a_name_that_no_title_has_leads_to_notes_that_mention_it(library: Library) -> None:
    reply = await ask(library, "/topic eggshell")
    assert words(reply) == (
        "No topic is called “eggshell”. Notes that mention it:\n\nCompost · kitchens"
    )
    assert reply.found


async def test_a_name_of_which_a_part_is_known_leads_to_the_nearest_as_such(
    library: Library,
) -> None:
    name = "growing zebra tulips xylophone"
    reply = await ask(library, f"/topic {name}")
    assert words(reply).startswith(
        f"No topic like “{name}” in these notes. The nearest:\n\nGrowing tulips"
    )
    assert not reply.found


@pytest.mark.parametrize("typed", ["a", "the", "is it", "x"])
async def test_a_name_that_says_nothing_is_too_little(library: Library, typed: str) -> None:
    reply = await ask(library, f"/topic {typed}")
    assert words(reply).startswith(f"“{typed}” is too little to go by.")
    assert requests(reply) == {"Browse all topics": "/topic"}


async def test_all_candidates_stay_listed_where_a_note_is_opened(library: Library) -> None:
    reply = await ask(library, "/topic Phases of the Moon")
    titles = [topic.title for topic in reply.topics]
    assert (titles[0], len(titles) > 1) == ("Phases of the Moon", True)


async def test_notes_of_one_title_are_told_apart_by_channel(library: Library) -> None:
    reply = await ask(library, "/topic compost")
    assert words(reply) == (
        "Several notes are called “compost”:\n\nCompost · gardens\nCompost · kitchens"
    )
    shown = requests(reply)
    assert list(shown) == ["Compost · gardens", "Compost · kitchens"]
    assert "Peel and eggshell" in words(await ask(library, shown["Compost · kitchens"]))


async def test_a_channel_chooses_among_notes_of_one_title(library: Library) -> None:
    assert "Peel and eggshell" in words(await ask(library, "/topic compost channel:kitchens"))


async def test_a_topic_only_linked_to_shows_who_mentions_it(library: Library) -> None:
    reply = await ask(library, "/topic cold frame")
    assert words(reply).startswith(
        "cold frame\nNo note is about this topic, but 2 notes mention it.\n\n"
    )
    assert {hit.note.title for hit in reply.hits} == {"Storing bulbs", "Compost"}
    assert (reply.topics[0].title, reply.topics[0].note) == ("cold frame", None)


async def test_a_topic_only_linked_to_is_reached_from_where_it_is_linked(library: Library) -> None:
    opened_note = await ask(library, "/topic storing bulbs")
    reply = await ask(library, requests(opened_note)["cold frame"])
    assert "2 notes mention it" in words(reply)


async def test_a_topic_that_many_notes_mention_has_pages(tmp_path: Path) -> None:
    for number in range(9):
        body = f"Note {number} has its [[hub]] here {cite('00:00:30')}."
        path = tmp_path / "notes" / "wheels" / f"spoke_{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note(f"Spoke {number}", f"WheelVideo{number}", body), "utf-8")
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    first = await ask(library, "/topic hub")
    second = await ask(library, requests(first)["▶ More"])
    beyond = await ask(library, "/topic hub page:99")
    library.close()
    assert beyond == second
    assert "9 notes mention it" in words(first)
    shown = {hit.note.title for hit in (*first.hits, *second.hits)}
    assert (len(first.hits), len(shown), second.more) == (6, 9, False)


async def test_a_note_without_citations_is_shown_as_no_source(library: Library) -> None:
    reply = await ask(library, "/topic garden tools")
    assert "nothing in it is a source. It says: A spade is all that one needs." in words(reply)
    assert (reply.found, reply.hits) == (True, ())


async def test_a_note_that_is_gone_leads_to_the_others(library: Library) -> None:
    reply = await ask(library, "/topic note:gone")
    assert "no longer in the folder" in words(reply)
    assert "channels" in words(await ask(library, requests(reply)["Browse all topics"]))


@pytest.mark.parametrize("nonsense", ["unobtainium", "<qqq>", "🌊zyzzyva"])
async def test_an_unknown_name_leads_to_all_topics(library: Library, nonsense: str) -> None:
    reply = await ask(library, f"/topic {nonsense}")
    assert words(reply) == f"No topic like “{nonsense}” in these notes."
    assert requests(reply) == {"Browse all topics": "/topic"}


async def test_words_that_passages_have_are_a_press_away(library: Library) -> None:
    reply = await ask(library, "/topic eggshell")
    assert requests(reply)["Search the passages"] == "/search eggshell"


async def test_browsing_leads_from_channels_to_topics_to_a_note(library: Library) -> None:
    channels = await ask(library, "/topic")
    assert words(channels).startswith("5 channels. Name a topic, or choose a channel:\n\n")
    assert "gardens · 4 notes" in words(channels)
    topics = await ask(library, requests(channels)["gardens"])
    assert (
        words(topics) == "gardens · 4 notes\n\nCompost\nGarden tools\nGrowing tulips\nStoring bulbs"
    )
    assert "A bulb sleeps" in words(await ask(library, requests(topics)["Storing bulbs"]))


@pytest.mark.parametrize("typed", ["/topic page:99", "/topic channel:gardens page:99"])
async def test_a_page_too_far_is_the_last_one(library: Library, typed: str) -> None:
    assert words(await ask(library, typed)) == words(await ask(library, typed[: -len(" page:99")]))


@pytest.mark.parametrize(
    "typed", ["/topic night_sky", "/topic Night Sky", "/topic channel:nightsky"]
)
async def test_a_channels_name_shows_its_topics(library: Library, typed: str) -> None:
    assert words(await ask(library, typed)).startswith("night_sky · 5 notes\n\nHow to watch")


async def test_an_unknown_channel_is_said_to_be_unknown(library: Library) -> None:
    reply = await ask(library, "/topic tides channel:nosuch")
    assert words(reply) == "There is no channel like “nosuch” in these notes."
    assert requests(reply) == {"Browse all topics": "/topic"}


async def test_a_folder_without_notes_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    replies = [
        await ask(library, text) for text in ("/topic", "/start", "/search x", "/source x y z")
    ]
    library.close()
    assert words(replies[0]) == "There are no notes yet. The owner points me at a folder of notes."
    assert "There are no notes yet." in words(replies[1])
    assert all(words(reply) for reply in replies)


async def test_a_topic_mentioned_only_where_nothing_is_cited_leads_to_that_note(
    tmp_path: Path,
) -> None:
    path = tmp_path / "notes" / "sheds" / "shed.md"
    path.parent.mkdir(parents=True)
    path.write_text(note("Shed", "ShedVideo-A", "A shed has a [[rain barrel]] beside it."), "utf-8")
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    reply = await ask(library, "/topic rain barrel")
    library.close()
    assert "1 note mentions it" in words(reply)
    assert list(requests(reply)) == ["Shed"]


async def test_notes_of_one_title_have_pages(tmp_path: Path) -> None:
    for number in range(9):
        path = tmp_path / "notes" / f"canal{number}" / "intro.md"
        path.parent.mkdir(parents=True)
        body = f"Water {number} runs {cite('00:00:09')}."
        path.write_text(note("Introduction", f"CanalVideo{number}", body), "utf-8")
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    first = await ask(library, "/topic introduction")
    second = await ask(library, requests(first)["▶ More"])
    library.close()
    for reply in (first, second):
        assert words(reply).startswith("Several notes are called “introduction”:\n\n")
    shown = [text for text in (*requests(first), *requests(second)) if "Intro" in text]
    assert sorted(shown) == [f"Introduction · canal{number}" for number in range(9)]


async def test_a_name_in_quotes_is_no_page(library: Library) -> None:
    reply = await ask(library, '/topic "zyzzyva page:2"')
    assert words(reply) == "No topic like “zyzzyva page:2” in these notes."
