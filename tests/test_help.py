"""`/start` and `/help` for a vault with notes, and for one without."""

from __future__ import annotations

from bot.help import help_reply, start_reply
from storage.examples import Examples
from storage.model import Counts
from tests.library_fixture import requests, words

COUNTS = Counts(1234, 9, 5678, 3, 2, 0, complete=True)
EXAMPLES = Examples("/topic Tides", "/search tides moon", "/source " + "The Moon pulls " * 9)


def test_start_tells_what_there_is_and_offers_examples_to_press() -> None:
    reply = start_reply(COUNTS, EXAMPLES)
    assert "1,234 notes of 2 channels, 5,678 cited moments." in words(reply)
    assert list(requests(reply).values()) == list(EXAMPLES)
    assert "the channel's claim, not mine" in words(reply)


def test_help_tells_how_to_narrow_a_search_and_what_the_sign_means() -> None:
    text = words(help_reply(COUNTS, EXAMPLES))
    for sign in ('"exact words"', "-without", "channel:NAME", "video:ID", "≈"):
        assert sign in text


def test_one_channel_is_not_counted() -> None:
    one = Counts(3, 9, 5, 1, 1, 0, complete=True)
    assert "3 notes, 5 cited moments." in words(start_reply(one, EXAMPLES))


def test_without_notes_no_example_is_offered() -> None:
    reply = start_reply(Counts(0, 0, 0, 0, 0, 0, complete=True), Examples())
    assert "There are no notes yet." in words(reply)
    assert "Try" not in words(reply)
    assert reply.buttons == ()


def test_help_tells_how_to_get_updates_and_how_a_channel_is_managed() -> None:
    text = words(help_reply(COUNTS, EXAMPLES))
    for typed in ("/subscribe", "/subscriptions", "/unsubscribe", "/subscriptions for:@name"):
        assert typed in text
