"""`/subscriptions`: what a chat asked for, and every change to it."""

from __future__ import annotations

import json

import pytest

from bot.library import Library
from bot.reply import Place
from storage import subscriptions
from storage.rhythm import Often, Rhythm
from storage.subscriptions import Subscription
from tests.library_fixture import words
from tests.subscribing import AT_NOON, Talk, announce_note, labels, library, pressed

__all__ = ["library"]

MOON = "night_sky/phases_of_the_moon.md"


async def subscribed(talk: Talk, *wanted: str) -> Talk:
    for one in wanted or ("channel night_sky",):
        await talk.say(f"/subscribe {one}")
    return talk


async def only(talk: Talk) -> Subscription:
    (one,) = await talk.library.keep(subscriptions.listed, talk.chat_id, talk.thread_id)
    return one


async def test_the_list_tells_what_and_how_often_and_leads_to_each(library: Library) -> None:
    talk = await subscribed(Talk(library), "channel night_sky", "search tides")
    reply = await talk.say("/subscriptions")
    assert words(reply) == (
        "Subscriptions of this chat · 2\n\n1. Channel night_sky – at once\n"
        "2. Search tides – at once\n\nTime zone: UTC · quiet hours: none · with a sound"
    )
    assert labels(reply) == [
        ["1. Channel night_sky"],
        ["2. Search tides"],
        ["Quiet hours", "Time zone"],
        ["Silent: off", "Export"],
    ]
    details = await talk.press(reply, "2. Search tides")
    assert words(details) == (
        "Search tides\nI post in this chat, at once, each new note that the search “tides” finds.\n"
        "Subscribed on 3 May 2026."
    )
    assert labels(details) == [
        ["Pause"],
        ["✓ At once", "Daily", "Weekly"],
        ["Stop this", "◀ All"],
    ]
    assert words(await talk.press(details, "◀ All")) == words(reply)


async def test_without_any_it_says_so_and_offers_to_begin(library: Library) -> None:
    reply = await Talk(library, Place.GROUP).say("/subscriptions")
    assert words(reply).startswith("This chat has no subscriptions.")
    assert labels(reply) == [["Subscribe"]]


async def test_everybody_may_look_but_only_administrators_may_touch(library: Library) -> None:
    talk = await subscribed(Talk(library, Place.GROUP))
    reader = Talk(library, Place.GROUP, manages=False, chat_id=talk.chat_id)
    reply = await reader.say("/subscriptions")
    assert "1. Channel night_sky" in words(reply)
    assert reply.buttons == ()
    for change in ((await only(talk)).interest.ref, "silent on", "export", "import"):
        refused = await reader.say(f"/subscriptions {change}")
        assert refused.notice == "Only administrators of this chat change its subscriptions."
    assert words(await Talk(library, Place.GROUP, manages=False).say("/subscriptions")) == (
        "This chat has no subscriptions."
    )


async def test_other_topics_of_a_group_are_counted(library: Library) -> None:
    first = await subscribed(Talk(library, Place.GROUP, thread_id=3), "everything")
    second = Talk(library, Place.GROUP, thread_id=4, chat_id=first.chat_id)
    assert "1 more in other topics." in words(await second.say("/subscriptions"))
    assert "Subscriptions of this topic · 1" in words(await first.say("/subscriptions"))


async def test_more_than_a_page_has_pages(library: Library) -> None:
    talk = await subscribed(Talk(library), *(f"search word{at}" for at in range(19)))
    first = await talk.say("/subscriptions")
    assert "8. Search word7" in words(first)
    assert "9. Search word8" not in words(first)
    last = await talk.say("/subscriptions page:99")
    assert labels(last)[:3] == [["17. Search word16"], ["18. Search word17"], ["19. Search word18"]]


async def test_a_pause_keeps_what_comes_and_a_resume_may_catch_up(library: Library) -> None:
    talk = await subscribed(Talk(library))
    ref = (await only(talk)).interest.ref
    paused = await talk.say(f"/subscriptions {ref} pause")
    assert words(paused).endswith("Subscribed on 3 May 2026, paused since 3 May 2026.")
    await announce_note(library, MOON)
    listed = await talk.say("/subscriptions")
    assert "at once, paused since 3 May 2026, 1 note waiting" in words(listed)
    library.woken.clear()
    details = await talk.say(f"/subscriptions {ref}")
    assert labels(details)[0] == ["Resume: catch up (1)", "Resume: from now on"]
    resumed = await talk.press(details, "Resume: catch up (1)")
    assert words(resumed).startswith("Resumed: 1 note will follow.\n\n")
    assert library.woken.is_set()
    assert ((await only(talk)).paused, (await only(talk)).waiting) == (None, 0)


async def test_a_resume_from_now_on_lets_go_of_what_waited(library: Library) -> None:
    talk = await subscribed(Talk(library))
    ref = (await only(talk)).interest.ref
    await talk.say(f"/subscriptions {ref} pause")
    await announce_note(library, MOON)
    reply = await talk.say(f"/subscriptions {ref} from-now")
    assert words(reply).startswith("Resumed without the 1 note before.")
    await talk.say(f"/subscriptions {ref} pause")
    assert (await only(talk)).waiting == 0


async def test_a_digest_comes_at_the_hour_and_on_the_day_that_is_pressed(library: Library) -> None:
    talk = await subscribed(Talk(library))
    ref = (await only(talk)).interest.ref
    daily = await talk.press(await talk.say(f"/subscriptions {ref}"), "Daily")
    assert "in a digest every day at 09:00 (UTC)" in words(daily)
    assert labels(daily)[2] == ["06:00", "✓ 09:00", "12:00", "18:00", "21:00"]
    evening = await talk.press(daily, "18:00")
    weekly = await talk.press(evening, "Weekly")
    assert labels(weekly)[2:4] == [["✓ Mon", "Tue", "Wed", "Thu"], ["Fri", "Sat", "Sun"]]
    friday = await talk.press(weekly, "Fri")
    assert "in a digest every Friday at 18:00 (UTC)" in words(friday)
    assert (await only(talk)).rhythm == Rhythm(Often.WEEKLY, 18, 4)
    await talk.press(friday, "At once")
    assert (await only(talk)).rhythm.often is Often.NOW


async def test_the_confirmation_of_a_subscription_leads_to_its_digest(library: Library) -> None:
    talk = Talk(library)
    done = await talk.say("/subscribe everything")
    await talk.press(done, "Weekly digest")
    assert (await only(talk)).rhythm == Rhythm(Often.WEEKLY)


@pytest.mark.parametrize(
    ("typed", "rhythm"),
    [
        ("daily 18", Rhythm(Often.DAILY, 18)),
        ("weekly sunday at 6pm", Rhythm(Often.WEEKLY, 18, 6)),
        ("now", Rhythm()),
    ],
)
async def test_how_often_can_be_typed(library: Library, typed: str, rhythm: Rhythm) -> None:
    talk = await subscribed(Talk(library))
    await talk.say(f"/subscriptions {(await only(talk)).interest.ref} {typed}")
    assert (await only(talk)).rhythm == rhythm


@pytest.mark.parametrize("typed", ["daily 25", "hourly", "weekly 3 5 xyzzy", "pause please"])
async def test_what_it_cannot_do_is_said_with_what_it_can(library: Library, typed: str) -> None:
    talk = await subscribed(Talk(library))
    before = await only(talk)
    reply = await talk.say(f"/subscriptions {before.interest.ref} {typed}")
    assert words(reply).startswith(f"“{typed}” is nothing that I can do with it: pause, catch-up,")
    assert await only(talk) == before


async def test_stop_stops_it_and_may_be_undone(library: Library) -> None:
    talk = await subscribed(Talk(library))
    reply = await talk.say(f"/subscriptions {(await only(talk)).interest.ref} stop")
    assert labels(reply) == [["Undo"], ["All subscriptions"]]
    assert words(await talk.say("/subscriptions")).startswith("This chat has no subscriptions.")


async def test_a_subscription_is_found_by_its_words_too(library: Library) -> None:
    talk = await subscribed(Talk(library), "channel night_sky", "channel gardens")
    assert words(await talk.say("/subscriptions channel gardens")).startswith("Channel gardens\n")


async def test_one_that_is_gone_leads_to_those_there_are(library: Library) -> None:
    talk = await subscribed(Talk(library))
    reply = await talk.say("/subscriptions AbCdEfGhIj pause")
    assert words(reply).startswith("No subscription of this chat is called “AbCdEfGhIj pause”.\n\n")
    assert "1. Channel night_sky" in words(reply)


async def test_an_export_comes_back_in_another_chat(library: Library) -> None:
    talk = await subscribed(Talk(library), "everything", "channel gardens", "search café -tea")
    reply = await talk.press(await talk.say("/subscriptions"), "Export")
    assert reply.document is not None
    name, file = reply.document
    assert name.endswith(".json")
    assert len(json.loads(file)["subscriptions"]) == 3
    other = await subscribed(Talk(library, Place.GROUP), "everything")
    taken = await other.say("/subscriptions import", document=file.decode())
    assert words(taken).startswith("Subscriptions added: 2; there already: 1.\n\n")
    assert "3. Search café -tea" in words(taken)


@pytest.mark.parametrize("document", ["{", "[]", '{"tubenotes": "x"}', "[" * 100_000, "\0"])
async def test_a_file_that_is_no_export_is_refused_in_words(
    library: Library, document: str
) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscriptions import", document=document)
    assert words(reply).startswith("This file cannot be taken in.")
    assert not reply.found


async def test_import_without_a_file_tells_how(library: Library) -> None:
    reply = await Talk(library).say("/subscriptions import")
    assert "Send the file from the button Export with the words /subscriptions import" in words(
        reply
    )


async def test_another_chat_is_named_throughout(library: Library) -> None:
    talk = Talk(library, Place.CHANNEL, title="Sky news", elsewhere=True)
    await talk.say("/subscriptions")
    await subscribed(talk, "everything")
    listed = await talk.say("/subscriptions")
    details = await talk.press(listed, "1. Everything new")
    paused = await talk.press(details, "Pause")
    await talk.press(paused, "Resume")
    weekly = await talk.press(details, "Weekly")
    await talk.press(weekly, "Sun")
    for button in ("Quiet hours", "Time zone", "Silent: off", "Export"):
        await talk.press(listed, button)
    await talk.say("/subscriptions import", document="{")
    await talk.say("/subscriptions import")
    await talk.say("/subscriptions xyzzy")
    assert (await only(talk)).rhythm == Rhythm(Often.WEEKLY, 9, 6)


async def test_in_a_channel_itself_its_administrators_are_told_where_to_go(
    library: Library,
) -> None:
    talk = Talk(library, Place.CHANNEL)
    assert f"/subscriptions for:{talk.chat_id}" in (await talk.say("/subscriptions")).notice


async def test_what_we_paused_says_why(library: Library) -> None:
    talk = await subscribed(Talk(library, Place.GROUP, thread_id=9))
    why = "the topic is closed"
    await library.keep(subscriptions.pause_thread, talk.chat_id, 9, why, AT_NOON)
    assert f"paused since 3 May 2026 ({why})" in words(await talk.say("/subscriptions"))


async def test_buttons_that_belong_to_the_list_edit_it_and_the_file_comes_anew(
    library: Library,
) -> None:
    reply = await (await subscribed(Talk(library))).say("/subscriptions")
    assert not pressed(reply, "Quiet hours").anew
    assert pressed(reply, "Export").anew
