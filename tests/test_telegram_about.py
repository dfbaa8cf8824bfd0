"""The message that a question replies to, and the part of it that an answer quotes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from telegram import Message, MessageEntity

from bot.telegram.about import about
from bot.telegram.message import About
from bot.text import utf16_len
from tests.botapi.people import ALICE, BOB, FORUM, SUPERGROUP

TEXT = "🌕 Tides. The moon pulls the tides. Tides."


def _replying(quote: dict[str, Any] | None = None, **said: Any) -> Message:
    basic = {"message_id": 3, "date": 1, "chat": SUPERGROUP, "from": BOB}
    raw = {"message_id": 5, "date": 1, "chat": SUPERGROUP, "from": ALICE, "text": "/source"}
    raw |= {"reply_to_message": basic | (said or {"text": TEXT})}
    message = Message.de_json(raw | ({"quote": quote} if quote else {}), None)
    assert message is not None
    return message


def test_the_words_are_found_in_utf_16_units() -> None:
    assert about(_replying(), "The moon pulls the tides.") == About(
        3, "The moon pulls the tides.", 10
    )


def test_words_below_a_picture_are_quoted_too() -> None:
    assert about(_replying(caption="The moon."), "The moon.") == About(3, "The moon.", 0)


def test_words_that_stand_there_twice_are_those_that_were_quoted() -> None:
    first = TEXT.index("Tides.") + 1
    last = TEXT.rindex("Tides.") + 1
    for position, found in ((0, first), (first, first), (last, last)):
        made = about(_replying({"text": "Tides.", "position": position}), "Tides.")
        assert made == About(3, "Tides.", found)


def test_the_styles_within_go_along_and_links_do_not() -> None:
    entities = [
        {"type": "bold", "offset": 0, "length": 14},
        {"type": "italic", "offset": 14, "length": 100},
        {"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "7"},
        {"type": "text_link", "offset": 10, "length": 5, "url": "https://example.org"},
    ]
    made = about(_replying(text=TEXT, entities=entities), "The moon")
    assert made is not None
    assert made.entities == (MessageEntity("bold", 0, 4), MessageEntity("italic", 4, 4))


def test_without_words_or_where_they_are_not_found_the_whole_message_is_meant() -> None:
    assert about(_replying(), "") == About(3)
    assert about(_replying(), "The sun") == About(3)


def test_a_question_that_replies_to_nothing_here_is_about_nothing() -> None:
    alone = {"message_id": 5, "date": 1, "chat": FORUM, "from": ALICE, "text": "/source"}
    opened = {"message_id": 7, "date": 1, "chat": FORUM, "from": BOB}
    opened |= {"forum_topic_created": {"name": "Weather", "icon_color": 1}}
    for raw in (alone, alone | {"reply_to_message": opened}):
        message = Message.de_json(raw, None)
        assert message is not None
        assert about(message, "x") is None


@given(st.text(min_size=1), st.data())
def test_any_part_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    made = about(_replying({"text": part, "position": utf16_len(text[:start])}, text=text), part)
    assert made == About(3, part, utf16_len(text[:start]))
