"""A new note as subscribers get it, many as one digest, its pages, and why it came."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library import Library
from bot.reply import Button, Place
from bot.text import Text, to_plain, truncate, utf16_len
from bot.updates import digest_update, note_update
from storage.digests import keep_digest
from storage.model import Hit, Moment, NoteInfo, Section, Trust
from storage.reading import OpenNote, notes_of_channel
from tests.library_fixture import ask, hit, info, words
from tests.subscribing import AT_NOON, Talk, labels, library, pressed

__all__ = ["library"]

SEA = tuple(hit(f"The sea rises {at} times.", start=60 * at) for at in range(1, 7))


def opened(*hits: Hit, about: NoteInfo | None = None, rest: str = "") -> OpenNote:
    sections = (Section(("Why",), hits),) if hits else ()
    return OpenNote(about or info(), sections, (), (), rest)


def many(count: int) -> list[NoteInfo]:
    return [info(f"Tide {at}", key=f"night_sky/{at}.md") for at in range(count)]


def fits(text: Text) -> bool:
    return truncate(text, 4096, 100) == text and utf16_len(to_plain(text)) > 0


def test_a_new_note_shows_its_title_its_lead_and_its_first_moments() -> None:
    reply = note_update(opened(*SEA), Place.PRIVATE)
    assert words(reply) == (
        "New note: Tides\nnight_sky\n\nThe sea rises 1 times.\n1:00\n"
        "\nThe sea rises 2 times.\n2:00\n"
        "\nThe sea rises 3 times.\n3:00\n\nThe sea rises 4 times.\n4:00\n"
    )
    assert (reply.text[1].text, reply.text[1].bold) == ("Tides", True)
    assert [one.moment.start for one in reply.hits] == [60, 120, 180, 240]
    assert reply.preview == "https://youtu.be/TinyVideo-A?t=60"


def test_a_moment_told_twice_is_shown_once_and_unknown_times_are_not_taken_for_one() -> None:
    again = replace(SEA[0].passage, text="The sea once more.")
    unknown = [hit(text, start=0, trust=Trust.START) for text in ("Gulls.", "Crabs.")]
    reply = note_update(opened(SEA[0], replace(SEA[0], passage=again), *unknown), Place.PRIVATE)
    assert [one.passage.text for one in reply.hits] == [
        "The sea rises 1 times.",
        "Gulls.",
        "Crabs.",
    ]


def test_what_follows_the_lead_is_short() -> None:
    long = [hit("tide " * 200 + f"{at}.", start=at) for at in (1, 2)]
    lead, next_one = (span for span in note_update(opened(*long), Place.GROUP).text if span.quote)
    assert 160 < len(lead.text) <= 300
    assert len(next_one.text) <= 160


def test_a_new_note_is_opened_traced_shared_explained_and_stopped() -> None:
    reply = note_update(opened(*SEA), Place.GROUP)
    assert labels(reply) == [["Open", "Source", "Share"], ["Why did I get this?", "Unsubscribe"]]
    ref = info().ref
    assert pressed(reply, "Open") == Button("Open", f"/topic note:{ref}", anew=True)
    assert pressed(reply, "Source") == Button("Source", "/source TinyVideo-A", anew=True)
    assert pressed(reply, "Why did I get this?").request == f"/why {ref}"
    assert pressed(reply, "Unsubscribe").request == f"/unsubscribe note:{ref}"
    assert pressed(reply, "Unsubscribe").anew


def test_in_a_channel_no_button_asks_for_an_answer_there() -> None:
    reply = note_update(opened(*SEA), Place.CHANNEL)
    assert labels(reply) == [["Open", "Share"], ["Why did I get this?", "Unsubscribe"]]
    assert pressed(reply, "Open") == Button("Open", start=f"n_{info().ref}")
    assert not any(button.anew for row in reply.buttons for button in row)


def test_sharing_brings_the_moment_the_excerpt_and_the_title() -> None:
    url = pressed(note_update(opened(*SEA), Place.PRIVATE), "Share").url
    shared = parse_qs(urlsplit(url).query)
    assert url.startswith("https://t.me/share/url?url=")
    assert shared == {
        "url": ["https://youtu.be/TinyVideo-A?t=60"],
        "text": ["“The sea rises 1 times.” – Tides"],
    }


@given(
    st.text(max_size=400) | st.just("Ж" * 200),
    st.text(min_size=1, max_size=400) | st.just("прилив " * 60) | st.just("🌊" * 400),
)
def test_a_link_that_shares_is_never_too_long_and_keeps_the_title(title: str, said: str) -> None:
    about = replace(info(), title=title)
    passage = replace(SEA[0].passage, text=said)
    one = Hit(passage, (about,), 1.0)
    url = pressed(note_update(opened(one, about=about), Place.PRIVATE), "Share").url
    assert len(url.encode()) < 2_000
    text = parse_qs(urlsplit(url).query, keep_blank_values=True)["text"][0]
    assert title[:100].encode("utf-8", "replace").decode() in text


def test_a_note_that_cites_no_moment_says_so_and_shows_its_words() -> None:
    reply = note_update(opened(rest="A spade is all that one needs."), Place.PRIVATE)
    assert "cites no moment" in words(reply)
    assert "A spade is all" in words(reply)
    assert (reply.hits, reply.preview) == ((), "")
    shared = parse_qs(urlsplit(pressed(reply, "Share").url).query)
    assert shared == {"url": ["https://youtu.be/TinyVideo-A"], "text": ["Tides"]}


def test_a_digest_lists_ten_notes_a_page_with_a_button_each() -> None:
    first = digest_update(many(23), "dig", 1, Place.PRIVATE)
    assert words(first).startswith("23 new notes\n\n1. Tide 0 · night_sky\n2. Tide 1 · night_sky\n")
    assert words(first).count("\n") == 12
    assert labels(first) == [
        ["1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
        ["▶ More"],
        ["Why did I get this?", "Unsubscribe"],
    ]
    third = pressed(first, "3")
    assert (third.request, third.anew) == (f"/topic note:{many(3)[2].ref}", True)
    assert pressed(first, "▶ More") == Button("▶ More", "/news dig page:2")
    last = digest_update(many(23), "dig", 99, Place.PRIVATE)
    assert labels(last)[0] == ["21", "22", "23"]
    assert pressed(last, "◀ Back").request == "/news dig page:2"
    assert pressed(last, "Unsubscribe").request == "/unsubscribe"
    assert pressed(last, "Why did I get this?").request == "/why digest:dig"


def test_a_title_in_a_digest_opens_the_first_moment_where_that_is_known() -> None:
    listed = many(2)
    moments = {listed[1].key: Moment("TinyVideo-A", 83)}
    text = digest_update(listed, "dig", 1, Place.PRIVATE, moments).text
    assert [span.url for span in text if span.text.startswith("Tide")] == [
        "",
        "https://youtu.be/TinyVideo-A?t=83",
    ]


def test_a_digest_in_a_channel_has_no_pages_but_leads_to_the_private_chat() -> None:
    reply = digest_update(many(42), "dig", 1, Place.CHANNEL)
    assert "30. Tide 29" in words(reply)
    assert words(reply).endswith("\nand 12 more")
    assert labels(reply) == [["Open the list"], ["Why did I get this?", "Unsubscribe"]]
    assert pressed(reply, "Open the list") == Button("Open the list", start="d_dig")


@pytest.mark.parametrize("place", list(Place))
@given(
    st.lists(st.text(max_size=300) | st.just("🌊" * 300), min_size=1, max_size=45),
    st.integers(-1, 9),
)
def test_whatever_the_titles_are_a_digest_is_one_message(
    place: Place, titles: list[str], page: int
) -> None:
    listed = [
        replace(info(key=f"{at}"), title=title, channel=title) for at, title in enumerate(titles)
    ]
    moments = {one.key: Moment("TinyVideo-A", 1) for one in listed}
    assert fits(digest_update(listed, "dig", page, place, moments).text)


@given(st.text(max_size=400) | st.just("🌊" * 300), st.text(min_size=1) | st.just("🌊 " * 900))
def test_whatever_a_note_holds_its_announcement_is_one_message(title: str, said: str) -> None:
    about = NoteInfo("k", "r" * 10, title, title, "TinyVideo-A", title)
    moments = tuple(Moment("TinyVideo-A", at) for at in range(9))
    hits = [hit(said, moments=moments, notes=(about,)) for _ in range(6)]
    different = [
        replace(one, passage=replace(one.passage, moments=(Moment("TinyVideo-A", at), *moments)))
        for at, one in enumerate(hits, 10)
    ]
    for place in Place:
        assert fits(note_update(opened(*different, about=about), place).text)


MOON = "night_sky/phases_of_the_moon.md"


async def all_notes(library: Library) -> list[NoteInfo]:
    return list(await library.ask(notes_of_channel, "", 100, 0))


async def test_a_digest_can_be_turned_and_leads_to_its_notes(library: Library) -> None:
    listed = await all_notes(library)
    ref = await library.keep(keep_digest, [one.key for one in listed], AT_NOON)
    talk = Talk(library)
    first = await talk.say(f"/news {ref}")
    assert words(first).startswith(f"{len(listed)} new notes\n\n1. ")
    second = await talk.press(first, "▶ More")
    assert words(second).splitlines()[2].startswith(f"11. {listed[10].title[:20]}")
    note = await talk.press(second, "11")
    assert words(note).startswith(listed[10].title[:20])
    linked = [span for span in second.text if span.url]
    assert len(linked) >= 8
    assert words(await talk.press(second, "◀ Back")) == words(first)


async def test_notes_that_are_gone_are_left_out_of_a_digest(library: Library) -> None:
    ref = await library.keep(keep_digest, [MOON, "gone/away.md"], AT_NOON)
    text = words(await Talk(library).say(f"/news {ref}"))
    assert text == "1 new note\n\n1. Phases of the Moon · night_sky"


@pytest.mark.parametrize("typed", ["/news", "/news nosuch page:2", "/news page:2"])
async def test_a_digest_that_is_not_known_any_more_says_so(library: Library, typed: str) -> None:
    assert words(await Talk(library).say(typed)).startswith("I no longer have that list of notes.")


async def test_why_an_update_came_is_told_by_the_subscription_that_asked(library: Library) -> None:
    talk = Talk(library, Place.GROUP)
    await talk.say("/subscribe channel gardens")
    await talk.say("/subscribe channel night_sky")
    reply = await talk.say(f"/why {MOON}")
    assert words(reply) == (
        "You get this because this chat subscribed to the channel “night_sky” on 3 May 2026"
        " (at once). /subscriptions changes that."
    )
    assert reply.notice == words(reply)


async def test_several_reasons_are_counted(library: Library) -> None:
    talk = Talk(library, Place.GROUP, thread_id=4)
    for wanted in ("channel night_sky", "everything", "channel gardens"):
        await talk.say(f"/subscribe {wanted}")
    text = words(await talk.say(f"/why {MOON}"))
    assert "this topic subscribed to the channel “night_sky”" in text
    assert "(at once), and by 1 more subscription." in text
    everything = await library.keep(keep_digest, [one.key for one in await all_notes(library)], 1.0)
    assert "and by 2 more subscriptions." in words(await talk.say(f"/why digest:{everything}"))


async def test_why_a_digest_came_is_told_by_what_asked_for_its_notes(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe search purple elephants")
    await talk.say("/subscribe channel night_sky")
    ref = await library.keep(keep_digest, [MOON, "gone/away.md"], AT_NOON)
    text = words(await talk.press(await talk.say(f"/news {ref}"), "Why did I get this?"))
    assert text.startswith("You get this because this chat subscribed to the channel “night_sky”")
    assert "elephants" not in text


async def test_why_a_note_came_that_is_gone_nobody_can_tell(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe everything")
    ref = await library.keep(keep_digest, ["gone/away.md"], AT_NOON)
    gone = words(await talk.say("/why gone/away.md"))
    assert gone.startswith("That note is no longer in the folder, or it was renamed.")
    for digest in (ref, "nosuch", ""):
        lost = words(await talk.say(f"/why digest:{digest}"))
        assert lost.startswith("I no longer have that list of notes.")


@pytest.mark.parametrize("what", [MOON, "gone", "digest:gone", ""])
async def test_what_nobody_asks_for_any_more_is_said_so(library: Library, what: str) -> None:
    reply = await Talk(library).say(f"/why {what}")
    assert words(reply).startswith("No subscription of this chat asks for this now")
    assert reply.notice == words(reply)


async def test_a_long_reason_is_cut_for_the_notice_only(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe search moon " + " ".join(f"-{'x' * 40}{at}" for at in range(5)))
    reply = await talk.say(f"/why {MOON}")
    assert len(reply.notice) <= 200
    assert words(reply).endswith("/subscriptions changes that.")


async def test_a_link_from_a_channel_opens_the_note_or_the_digest(library: Library) -> None:
    listed = await all_notes(library)
    moon = next(one for one in listed if one.key == MOON)
    opened_note = await ask(library, f"/start n_{moon.ref}")
    assert words(opened_note).startswith("Phases of the Moon\n")
    ref = await library.keep(keep_digest, [MOON], AT_NOON)
    assert words(await ask(library, f"/start d_{ref}")).startswith("1 new note\n")
    assert "no longer in the folder" in words(await ask(library, "/start n_gone"))


@pytest.mark.parametrize("payload", ["x_1", "n_", "hello"])
async def test_an_unknown_link_is_answered_politely_with_the_start(
    library: Library, payload: str
) -> None:
    text = words(await ask(library, f"/start {payload}"))
    assert text.startswith("I do not know what that link was to open. Here is what I can do.\n\n")
    assert words(await ask(library, "/start")) in text
