"""The picture of the README is what the bot says today, and needs nothing from elsewhere."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.picture import MESSAGES, PICTURE, README, picture, with_text


@pytest.fixture(scope="module")
def drawn() -> str:
    return picture()


def test_the_picture_shows_what_the_bot_says_today(drawn: str) -> None:
    """Where it does not: python -m tests.picture, look at it, and commit it."""
    assert PICTURE.read_text("utf-8") == drawn


def test_the_text_below_it_is_the_same_conversation() -> None:
    readme = README.read_text("utf-8")
    assert with_text(readme) == readme
    assert all(f"> {message}\n" in readme for message in MESSAGES)


def test_the_picture_fetches_nothing_and_knows_no_folder(drawn: str) -> None:
    assert re.findall(r"(?:https?:)?//[^\s\"')]+", drawn) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\((?!#)|<script|<image", drawn)
    assert not re.search(r"/(?:tmp|home|root|work)/", drawn)


def test_the_picture_shows_each_message_and_an_answer_of_each_kind(drawn: str) -> None:
    words = " ".join("".join(ElementTree.fromstring(drawn).itertext()).split())
    for message in MESSAGES:
        assert message in words
    assert re.search(r"Showing results for.*Source.*No source in these notes.*Did you mean", words)
