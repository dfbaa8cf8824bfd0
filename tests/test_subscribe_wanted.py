"""`/subscribe topic` and `/subscribe search`: what is meant is found, shown, or asked back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import Library
from tests.library_fixture import ask, cite, note, words
from tests.subscribing import Talk, kept, labels


async def test_a_topic_by_its_name_is_subscribed_to_at_once(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe topic phases of the moon")
    assert words(reply) == (
        "From now on I post in this chat, at once, each new note on the topic “Phases of the Moon”"
        " or with a link to it."
    )
    assert await kept(talk) == ["topic Phases of the Moon now"]


async def test_a_topic_that_notes_only_link_to_can_be_followed(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe topic Cold Frame")
    assert await kept(talk) == ["topic cold frame now"]


async def test_a_topic_of_another_name_is_asked_back_once_for_each_name(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe topic antikythera")
    assert words(reply) == "No topic is called “antikythera”. Did you mean:"
    title = "Discovery of the Antikythera mechanism"
    assert await kept(talk) == []
    await talk.press(reply, title)
    assert await kept(talk) == [f"topic {title} now"]


async def test_notes_that_only_tell_of_it_are_offered_as_such(library: Library) -> None:
    reply = await Talk(library).say("/subscribe topic eggshell")
    assert words(reply) == "No topic is called “eggshell”. These tell of it:"
    assert labels(reply) == [["Compost"], ["Search eggshell"]]


async def test_names_that_hold_only_a_part_of_it_are_not_offered(library: Library) -> None:
    reply = await Talk(library).say("/subscribe topic growing zebra tulips xylophone")
    assert labels(reply) == [["Search growing zebra tulips xylophone"]]


async def test_a_topic_that_nobody_knows_is_offered_as_a_search(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe topic unobtainium")
    assert "No note is about “unobtainium”, and none links to it." in words(reply)
    assert await kept(talk) == []
    await talk.press(reply, "Search unobtainium")
    assert await kept(talk) == ["search unobtainium now"]


async def test_topic_alone_tells_how_and_offers_what_most_notes_link_to(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe topic")
    assert "Send /subscribe topic NAME" in words(reply)
    offered = [row[0] for row in labels(reply)]
    assert len(offered) > 3
    await talk.press(reply, offered[0])
    assert len(await kept(talk)) == 1


async def test_a_search_is_previewed_on_the_newest_notes(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say('/subscribe search compost "peel and eggshell" -tulip')
    assert words(reply).startswith(
        "From now on I post in this chat, at once, each new note that the search"
        ' “compost "peel and eggshell" -tulip” finds.\n\nIt would have matched 1 of the last '
    )
    assert words(reply).endswith("The newest:\n– Compost · kitchens")


async def test_a_search_that_matches_nothing_yet_says_so(library: Library) -> None:
    text = words(await Talk(library).say("/subscribe search unobtainium"))
    assert "It would have matched none of the last " in text


async def test_patterns_are_words_and_that_is_said(library: Library) -> None:
    text = words(await Talk(library).say("/subscribe search tide.*"))
    assert "Its words are taken as they stand: patterns mean nothing here." in text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/subscribe search", "Send /subscribe search WORDS: a note must hold all of the words."),
        ("/subscribe search -tides", "“-tides” has no word to look for."),
        ("/subscribe search !!!", "“!!!” has no word to look for."),
        ("/subscribe search tides video:SampleTidal", "narrowed by channel:NAME only"),
        ("/subscribe search tides topic:Compost", "narrowed by channel:NAME only"),
    ],
)
async def test_what_cannot_be_a_search_is_explained(library: Library, typed: str, why: str) -> None:
    talk = Talk(library)
    reply = await talk.say(typed)
    assert why in words(reply)
    assert await kept(talk) == []
    assert not reply.found


async def test_a_topic_without_a_word_is_not_offered_as_a_search(library: Library) -> None:
    reply = await Talk(library).say("/subscribe topic ???")
    assert words(reply) == "No note is about “???”, and none links to it."
    assert labels(reply) == []


async def test_the_only_note_is_counted_as_one(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "canal" / "one.md"
    path.parent.mkdir(parents=True)
    path.write_text(note("One", "CanalVideo1", f"Water runs {cite('00:00:09')}."))
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    matched = words(await ask(library, "/subscribe search water"))
    none = words(await ask(library, "/subscribe search fire"))
    library.close()
    assert "It would have matched 1 of 1 note. The newest:" in matched
    assert none.endswith("It would have matched none of 1 note.")


async def test_a_topic_of_a_very_long_title_can_be_followed(tmp_path: Path) -> None:
    title = "How the long history of water supply changed the life of citizens in the city " * 3
    for number in (1, 2):
        path = tmp_path / "notes" / "canal" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = f"Water runs {cite('00:00:09')}."
        path.write_text(note(f"{title}{number}", f"CanalVideo{number}", body))
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    talk = Talk(library)
    await talk.say(f"/subscribe topic {title}2")
    listed, opened = await kept(talk), await ask(library, f"/topic {title}2")
    library.close()
    assert listed == [f"topic {title}2 now"]
    assert words(opened).startswith("How the long history of water")
    assert opened.hits
