"""`/subscribe`: by buttons or words to new notes, and in a sentence what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import Library
from bot.reply import Place
from storage import chats, subscriptions
from tests.library_fixture import ask, cite, note, requests, words
from tests.subscribing import Talk, kept, labels, pressed


async def test_subscribe_alone_asks_for_what_and_buttons_lead_to_the_end(library: Library) -> None:
    talk = Talk(library, Place.GROUP)
    asked = await talk.say("/subscribe")
    assert words(asked) == "Which new notes should I post in this chat?"
    assert labels(asked) == [["Everything new"], ["A channel"], ["A topic"], ["A search"]]
    channels = await talk.press(asked, "A channel")
    reply = await talk.press(channels, "night_sky")
    assert words(reply) == (
        "From now on I post in this chat, at once, each new note of the channel “night_sky”."
    )
    assert labels(reply) == [
        ["Daily digest", "Weekly digest"],
        ["Stop this", "All subscriptions"],
    ]
    assert await kept(talk) == ["channel night_sky now"]


@pytest.mark.parametrize("typed", ["/subscribe everything", "/subscribe all"])
async def test_everything_new(library: Library, typed: str) -> None:
    talk = Talk(library)
    reply = await talk.say(typed)
    assert words(reply) == "From now on I post in this chat, at once, each new note."
    assert await kept(talk) == ["everything everything now"]


async def test_in_a_topic_of_a_group_it_is_said_to_come_there(library: Library) -> None:
    talk = Talk(library, Place.GROUP, thread_id=5)
    assert "I post in this topic, at once," in words(await talk.say("/subscribe everything"))
    assert await kept(talk) == ["everything everything now"]
    assert await library.keep(subscriptions.listed, talk.chat_id, 0) == ()


async def test_the_same_again_changes_nothing_and_says_so(library: Library) -> None:
    talk = Talk(library)
    first = await talk.say("/subscribe channel night_sky")
    again = await talk.say('/subscribe channel "Night Sky"')
    assert words(again) == ("This chat is already subscribed to the channel “night_sky” (at once).")
    assert labels(again) == labels(first)
    assert len(await kept(talk)) == 1


async def test_a_misspelt_channel_is_asked_back(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe channel nigt_sky")
    assert words(reply) == "No channel is called “nigt_sky”. Did you mean:"
    assert await kept(talk) == []
    await talk.press(reply, "night_sky")
    assert await kept(talk) == ["channel night_sky now"]


async def test_an_unknown_channel_leads_to_those_there_are(library: Library) -> None:
    reply = await Talk(library).say("/subscribe channel xyzzy")
    assert words(reply).startswith("There is no channel like “xyzzy” in these notes.")
    assert {"night_sky", "gardens"} <= requests(reply).keys()


async def test_many_channels_have_pages(tmp_path: Path) -> None:
    for number in range(11):
        path = tmp_path / "notes" / f"canal{number:02}" / "one.md"
        path.parent.mkdir(parents=True)
        path.write_text(note("One", f"CanalVideo{number % 10}", f"Water {cite('00:00:09')}."))
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    await library.reload()
    talk = Talk(library)
    first = await talk.say("/subscribe channel")
    second = await talk.press(first, "▶ More")
    library.close()
    assert len(labels(first)) == 9
    assert labels(second) == [["canal08"], ["canal09"], ["canal10"], ["◀ Back"]]


async def test_a_vault_of_one_channel_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "canal" / "one.md"
    path.parent.mkdir(parents=True)
    path.write_text(note("One", "CanalVideo1", f"Water {cite('00:00:09')}."))
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    empty = await Talk(library).say("/subscribe channel")
    await library.reload()
    reply = await Talk(library).say("/subscribe channel")
    library.close()
    assert "There are no notes yet, and so no channels." in words(empty)
    assert words(reply) == "All notes are of one channel, canal."
    assert labels(reply) == [["canal"]]


async def test_words_without_a_kind_are_offered_as_what_they_may_mean(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe gardens")
    assert words(reply) == "What is “gardens”?"
    assert {"Channel gardens", "Search gardens"} <= requests(reply).keys()
    assert await kept(talk) == []
    named = await talk.say("/subscribe Growing tulips")
    await talk.press(named, "Topic Growing tulips")
    assert await kept(talk) == ["topic Growing tulips now"]


async def test_everything_about_something_is_not_everything(library: Library) -> None:
    talk = Talk(library)
    assert words(await talk.say("/subscribe everything about tides")).startswith("What is “every")
    assert await kept(talk) == []


async def test_words_that_mean_nothing_are_told_what_a_search_takes(library: Library) -> None:
    assert "Send /subscribe search WORDS" in words(await Talk(library).say("/subscribe ???"))


@pytest.mark.parametrize("typed", ["/subscribe", "/subscribe everything", "/unsubscribe all"])
async def test_in_a_group_only_administrators_may(library: Library, typed: str) -> None:
    talk = Talk(library, Place.GROUP, manages=False)
    reply = await talk.say(typed)
    assert words(reply) == "Only administrators of this chat change its subscriptions."
    assert reply.notice == words(reply)
    assert await kept(talk) == []


async def test_another_chat_is_named_in_every_answer_and_by_every_button(library: Library) -> None:
    talk = Talk(library, Place.CHANNEL, title="Sky news", elsewhere=True)
    asked = await talk.say("/subscribe")
    channels = await talk.press(asked, "A channel")
    topics = await talk.press(asked, "A topic")
    await talk.press(asked, "A search")
    await talk.say("/subscribe gardens")
    await talk.press(topics, labels(topics)[0][0])
    reply = await talk.press(channels, "night_sky")
    assert words(reply) == (
        "From now on I post in “Sky news”, at once, each new note of the channel “night_sky”."
    )
    assert await kept(talk) != []


async def test_the_limit_is_told_in_its_own_words(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.filing.MOST", 1)
    talk = Talk(library)
    await talk.say("/subscribe everything")
    reply = await talk.say("/subscribe channel night_sky")
    assert "subscriptions here already" in words(reply)
    assert labels(reply) == [["All subscriptions"]]
    assert len(await kept(talk)) == 1


async def test_a_chat_that_subscribes_can_be_written_to_again(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe everything")
    await library.keep(chats.suspend, talk.chat_id, "blocked", library.now())
    await talk.say("/subscribe channel gardens")
    chat = await library.keep(chats.find, talk.chat_id)
    assert chat is not None
    assert (chat.kind, chat.suspended) == ("private", "")


async def test_a_search_is_filed_under_the_word_that_is_rarest_in_the_notes(
    library: Library,
) -> None:
    await Talk(library).say("/subscribe search mechanism ladle")
    filed = await library.keep(lambda state: list(state.database.query("select * from searches")))
    assert any(row["term"] == "ladl" and "mechan" in row["key"] for row in filed)


async def test_in_private_it_is_told_how_a_channel_subscribes(library: Library) -> None:
    assert "/subscribe for:@name" in words(await Talk(library).say("/subscribe"))


async def test_undoing_serves_it_as_often_as_before(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscribe often:weekly-fri-18 channel night_sky")
    assert "in a digest every Friday at 18:00 (UTC)" in words(reply)
    assert await kept(talk) == ["channel night_sky weekly"]


async def test_one_that_is_paused_says_so_and_can_be_resumed(library: Library) -> None:
    talk = Talk(library)
    done = await talk.say("/subscribe everything")
    ref = pressed(done, "Stop this").request.split()[-1]
    await talk.say(f"/subscriptions {ref} pause")
    again = await talk.say("/subscribe everything")
    assert words(again).endswith("(at once). It is paused.")
    assert "Resumed." in words(await talk.press(again, "Resume"))


async def test_the_terminal_says_where_updates_go_and_previews_a_search(library: Library) -> None:
    plainly = "Updates on new notes are sent in Telegram; there is nobody to send them to here."
    for typed in ("/subscribe", "/subscribe everything", "/subscriptions", "/unsubscribe"):
        assert words(await ask(library, typed)) == plainly
    text = words(await ask(library, "/subscribe search compost"))
    assert text.startswith(f"{plainly}\n\nIt would have matched 2 of the last ")
