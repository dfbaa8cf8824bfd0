"""`/unsubscribe`: by button, note or words to what stops, and back."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.reply import Place
from storage import subscriptions
from storage.rhythm import Often, Rhythm
from tests.library_fixture import words
from tests.subscribing import Talk, labels, pressed

MOON = "night_sky/phases_of_the_moon.md"


async def subscribed(talk: Talk, *wanted: str) -> Talk:
    for one in wanted or ("channel night_sky", "topic Compost", "search tides -moon"):
        await talk.say(f"/subscribe {one}")
    return talk


async def kept(talk: Talk) -> list[str]:
    listed = await talk.library.keep(subscriptions.listed, talk.chat_id, talk.thread_id)
    return [one.interest.value for one in listed]


async def test_alone_it_asks_which_and_a_button_stops_it(library: Library) -> None:
    talk = await subscribed(Talk(library))
    asked = await talk.say("/unsubscribe")
    assert words(asked) == "What should stop in this chat?"
    assert labels(asked) == [
        ["Stop 1. Channel night_sky"],
        ["Stop 2. Topic Compost"],
        ["Stop 3. Search tides -moon"],
        ["All subscriptions"],
    ]
    reply = await talk.press(asked, "Stop 2. Topic Compost")
    assert words(reply) == "Stopped: no more updates in this chat on the topic “Compost”."
    assert await kept(talk) == ["night_sky", "tides -moon"]


@pytest.mark.parametrize(
    ("typed", "gone"),
    [
        ("channel Night Sky", "night_sky"),
        ("topic compost", "Compost"),
        ("search -moon TIDE", "tides -moon"),
        ("compost", "Compost"),
    ],
)
async def test_it_stops_what_the_words_name(library: Library, typed: str, gone: str) -> None:
    talk = await subscribed(Talk(library))
    await talk.say(f"/unsubscribe {typed}")
    assert set(await kept(talk)) == {"night_sky", "Compost", "tides -moon"} - {gone}


async def test_everything_is_one_subscription_and_all_is_all_of_them(library: Library) -> None:
    talk = await subscribed(Talk(library), "everything", "channel gardens")
    await talk.say("/unsubscribe everything")
    assert await kept(talk) == ["gardens"]
    await talk.say("/subscribe everything")
    reply = await talk.say("/unsubscribe all")
    assert words(reply) == "Stopped: all 2 subscriptions of this chat."
    assert await kept(talk) == []
    await talk.press(reply, "Undo 1. Channel gardens")
    assert await kept(talk) == ["gardens"]


async def test_more_than_can_be_undone_by_buttons_come_as_a_file(library: Library) -> None:
    searches = [f"search tide{at}" for at in range(14)]
    talk = await subscribed(Talk(library), *searches)
    before = await kept(talk)
    reply = await talk.say("/unsubscribe all")
    assert words(reply) == (
        "Stopped: all 14 subscriptions of this chat. The file holds them all: send it again with"
        " the words /subscriptions import to have them back."
    )
    assert await kept(talk) == []
    await talk.press(reply, "Undo 1. Search tide0")
    assert reply.document is not None
    await talk.say("/subscriptions import", document=reply.document[1].decode())
    assert await kept(talk) == before


async def test_undo_brings_it_back_as_often_as_it_was(library: Library) -> None:
    talk = await subscribed(Talk(library), "channel night_sky")
    (one,) = await library.keep(subscriptions.listed, talk.chat_id, 0)
    await talk.say(f"/subscriptions {one.interest.ref} weekly fri 18")
    stopped = await talk.say(f"/unsubscribe {one.interest.ref}")
    assert await kept(talk) == []
    await talk.press(stopped, "Undo")
    (back,) = await library.keep(subscriptions.listed, talk.chat_id, 0)
    assert (back.interest, back.rhythm) == (one.interest, Rhythm(Often.WEEKLY, 18, 4))


async def test_words_that_name_no_subscription_lead_to_those_there_are(library: Library) -> None:
    talk = await subscribed(Talk(library), "channel night_sky")
    for typed in ("channel gardens", "topic night_sky", "everything", "xyzzy", "???"):
        reply = await talk.say(f"/unsubscribe {typed}")
        assert f"No subscription of this chat is called “{typed}”." in words(reply)
        assert labels(reply)[0] == ["Stop 1. Channel night_sky"]
    assert await kept(talk) == ["night_sky"]


async def test_without_subscriptions_it_says_so_and_offers_to_begin(library: Library) -> None:
    reply = await Talk(library).say("/unsubscribe everything")
    assert words(reply).startswith("This chat has no subscriptions.")
    assert pressed(reply, "Subscribe").request == "/subscribe"


async def test_from_an_update_the_only_subscription_that_asked_for_it_stops(
    library: Library,
) -> None:
    talk = await subscribed(Talk(library), "channel night_sky", "channel gardens")
    reply = await talk.say(f"/unsubscribe note:{MOON}")
    assert words(reply) == "Stopped: no more updates in this chat on the channel “night_sky”."
    assert await kept(talk) == ["gardens"]


async def test_from_an_update_that_several_asked_for_one_is_chosen(library: Library) -> None:
    talk = await subscribed(Talk(library), "everything", "channel night_sky", "channel gardens")
    reply = await talk.say(f"/unsubscribe note:{MOON}")
    assert words(reply).startswith("2 subscriptions of this chat ask for that note.")
    assert labels(reply)[:2] == [["Stop 1. Everything new"], ["Stop 2. Channel night_sky"]]
    assert len(await kept(talk)) == 3


@pytest.mark.parametrize("ref", [MOON, "gone"])
async def test_from_an_update_that_nobody_asks_for_now_all_are_offered(
    library: Library, ref: str
) -> None:
    talk = await subscribed(Talk(library), "channel gardens")
    reply = await talk.say(f"/unsubscribe note:{ref}")
    assert words(reply).startswith("No subscription of this chat asks for that note now.")
    assert labels(reply)[0] == ["Stop 1. Channel gardens"]


async def test_more_than_a_page_has_pages(library: Library) -> None:
    talk = await subscribed(Talk(library), *(f"search word{at}" for at in range(10)))
    first = await talk.say("/unsubscribe")
    assert len(labels(first)) == 10
    second = await talk.press(first, "▶ More")
    assert labels(second)[:2] == [["Stop 9. Search word8"], ["Stop 10. Search word9"]]


async def test_a_reader_of_a_channel_is_told_by_a_notice_alone(library: Library) -> None:
    talk = Talk(library, Place.CHANNEL, manages=True)
    reply = await talk.say(f"/unsubscribe note:{MOON}")
    assert reply.notice == (
        "Only administrators of this channel change its subscriptions. They send me"
        f" /subscriptions for:{talk.chat_id} in our private chat."
    )


async def test_another_chat_is_named_throughout(library: Library) -> None:
    talk = Talk(library, Place.CHANNEL, title="Sky news", elsewhere=True)
    await talk.say("/unsubscribe")
    await subscribed(talk, "everything", "channel gardens")
    asked = await talk.say("/unsubscribe")
    await talk.say("/unsubscribe xyzzy")
    stopped = await talk.press(asked, "Stop 1. Everything new")
    await talk.press(stopped, "Undo")
    assert len(await kept(talk)) == 2
