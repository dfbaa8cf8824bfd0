"""`/status` and `/reload`: how the bot stands, told to its owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.circle import Circle
from bot.commands import answer
from bot.health import Facts, reasons
from bot.library import Changes, Library
from bot.reply import Reply, Request
from bot.standing import Figures, Last
from bot.status import MOST_ASIDE, Aside, Standing, status_view
from bot.text import truncate
from storage.backlog import Owed
from storage.model import Counts, Problem
from tests.library_fixture import SAMPLES, ask, requests, words
from tests.subscribing import Talk, announce_note

NOW = 1_777_809_600.0
COUNTS = Counts(1234, 9, 5678, 3, 2, 0, complete=True)
NOTHING = Owed(0, 0, 0, 0, 0, None, 0, 0)
BAD = Problem("night_sky/broken.md", 3, "rejected", "no video id", lost=True)


class Reloader:
    """Reloads as it is told to."""

    def __init__(self, *results: Last) -> None:
        self.last: Last = Last()
        self._results = list(results)

    async def now(self) -> Last:
        self.last = self._results.pop(0)
        return self.last


def standing(
    last: Last | None = None,
    owed: Owed = NOTHING,
    rejected: Sequence[Problem] = (),
    aside: Sequence[Aside] = (),
    counts: Counts = COUNTS,
) -> Standing:
    return Standing(counts, rejected, last, owed, aside, 93_784.0, "1.2.3")


async def owner(library: Library, text: str) -> Reply:
    return await answer(library, Request(text, admin=True))


@pytest.mark.parametrize("typed", ["/status", "/reload"])
async def test_it_is_for_the_owner_only(library: Library, typed: str) -> None:
    reply = await ask(library, typed)
    assert words(reply) == "This is for the bot's owner."
    assert reply.buttons == ()


async def test_status_counts_what_the_databases_hold(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe channel night_sky")
    await announce_note(library, "night_sky/phases_of_the_moon.md")
    text = words(await owner(library, "/status"))
    notes = (await library.counts()).notes
    assert f"\n{notes} notes of 5 channels" in text
    assert "1 subscription of 1 chat\n1 delivery owed to 1 chat, the oldest for" in text
    assert "version " in text


def test_all_is_well() -> None:
    reply = status_view(standing(Last(NOW - 60, 0.25)), NOW)
    assert words(reply) == (
        "Notes\n1,234 notes of 2 channels, 5,678 moments\n0 problems, 0 files rejected\n"
        "Last reload 1 min ago, it took 0.2 s.\n\nSubscriptions\n0 subscriptions of 0 chats\n"
        "0 deliveries owed to 0 chats\n0 deliveries waiting for a paused subscription\n"
        "0 chats that I may not write to\n\nUp for 26 h 3 min · version 1.2.3\n"
        "0 people and chats blocked"
    )
    assert requests(reply) == {"Reload": "/reload", "Again": "/status"}


def test_what_is_wrong_stands_first() -> None:
    figures = Figures(wrong=("Nothing was heard.", "The disk is full."))
    text = words(status_view(replace(standing(), figures=figures), NOW))
    assert text.startswith("Wrong now\nNothing was heard.\nThe disk is full.\n\nNotes\n")


def test_what_was_counted_since_the_start() -> None:
    errors = {"TimedOut": 3, "NetworkError": 12}
    figures = Figures(updates=1_234, questions=1_100, waits=1, waited=17.0, errors=errors)
    text = words(status_view(replace(standing(), figures=figures, blocked=2), NOW))
    assert text.endswith(
        "version 1.2.3\n1,234 updates taken in since then, 1,100 questions answered\n"
        "Telegram made me wait 1 time, for 17 s in all\n"
        "15 errors in calls of Telegram: NetworkError 12, TimedOut 3\n2 people and chats blocked"
    )
    text = words(status_view(replace(standing(), figures=Figures()), NOW))
    assert "\n0 errors in calls of Telegram\n" in text


async def test_status_asks_who_counts_and_who_blocks(library: Library) -> None:
    library.circle = Circle(frozenset(), frozenset())
    library.circle.blocked = {5}
    library.figures = lambda: Figures(wrong=("Nothing was heard.",), updates=7)
    text = words(await owner(library, "/status"))
    assert text.startswith("Wrong now\nNothing was heard.\n")
    assert "\n7 updates taken in since then" in text
    assert text.endswith("\n1 person or chat blocked")


def test_rejected_files_are_told_with_line_and_reason_and_how_to_see_them_all() -> None:
    files = [replace(BAD, line=line) for line in range(1, 14)]
    counts = replace(COUNTS, problems=20)
    text = words(status_view(standing(rejected=files, counts=counts), NOW))
    assert "20 problems, 13 files rejected:\nnight_sky/broken.md:1: no video id\n" in text
    assert "broken.md:10:" in text
    assert "broken.md:11:" not in text
    assert "and 3 more\ntubenotes check tells every problem.\n" in text


def test_what_changed_last_and_what_is_wrong_now() -> None:
    last = Last(NOW, 2.0, 0, "400 of 500 notes are gone", Changes(1, 2, 3, 4), NOW - 7_500)
    text = words(status_view(standing(last), NOW))
    assert "Last change 2 h 5 min ago: 1 added, 2 changed, 3 removed, 4 rejected.\n" in text
    assert "Wrong now: 400 of 500 notes are gone.\n" in text
    assert "There was no reload yet." in words(status_view(standing(Last()), NOW))


def test_deliveries_that_wait_or_were_given_up() -> None:
    held = Owed(7, 2, 3, 8, 1, NOW - 90, 5, 4)
    given_up = [("Sky", "Bad Request:\nno rights", "Tides")]
    text = words(status_view(standing(owed=held, aside=given_up), NOW))
    assert "5 subscriptions of 4 chats\n7 deliveries owed to 2 chats, the oldest for 1 min" in text
    assert (
        "3 deliveries waiting for a paused subscription\n1 chat that I may not write to\n" in text
    )
    assert "8 deliveries given up:\nSky: Bad Request: no rights (Tides)\n" in text


@given(st.text(max_size=300) | st.just("🌊" * 300), st.integers(0, 10**12))
def test_whatever_is_wrong_fits_into_one_message(text: str, count: int) -> None:
    counts = Counts(count, count, count, count, count, count, complete=False)
    files = [Problem(text or "x", count, "rejected", text, lost=True)] * 12
    held = Owed(count, count, count, count, count, 0.0, count, count)
    told = standing(
        Last(1.0, 1.0, 0, text[:300]), held, files, [(text, text, text)] * MOST_ASIDE, counts
    )
    kinds = {f"{number}{text}": count for number in range(12)}
    short = reasons(Facts(answered=1e6, reloaded=1e6, due=1e6, free=0, size=1))
    wrong = (text or "x", text or "x", *short.values())
    figures = Figures(wrong, count, count, count, float(count), kinds)
    reply = status_view(replace(told, figures=figures, blocked=count), NOW)
    assert truncate(reply.text, 4096, 100) == reply.text


async def test_reload_says_what_changed_or_that_nothing_did(library: Library) -> None:
    done = Last(NOW, 0.5, changes=Changes(added=2, removed=1), changed=NOW)
    reloads = Reloader(done, done, replace(done, wrong="the folder is missing"))
    library.reloads = reloads
    notes = (await library.counts()).notes
    first = await owner(library, "/reload")
    assert words(first) == (
        "Done in 0.5 s: 2 added, 0 changed, 1 removed, 0 rejected."
        f" The index holds {notes} notes now."
    )
    assert "nothing has changed." in words(await owner(library, "/reload"))
    wrong = await owner(library, "/reload")
    assert words(wrong).startswith("That did not work: the folder is missing.")
    assert not wrong.found
    assert "Wrong now: the folder is missing." in words(await owner(library, "/status"))


async def test_where_nothing_reloads_it_says_so(tmp_path: Path) -> None:
    library = Library.open(SAMPLES, tmp_path)
    try:
        assert "Nothing is left to do here" in words(await owner(library, "/reload"))
        assert "(not all files are read yet)" in words(await owner(library, "/status"))
    finally:
        library.close()
