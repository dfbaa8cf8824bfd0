"""What a script reads: one answer, one line, every key."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Reply
from bot.terminal_json import encode, to_json
from bot.text import plain
from storage.model import Topic, Trust
from tests.terminal_fixture import KETTLE, URL, hit, reply


def first_moment(value: dict[str, object]) -> dict[str, object]:
    moments = value["moments"]
    assert isinstance(moments, list)
    first: dict[str, object] = moments[0]
    return first


class TestJson:
    def test_every_key_is_there_and_in_the_order_of_the_contract(self) -> None:
        value = to_json("/search nothing", Reply("search", (plain("No."),), found=False), 1.94)
        assert list(value.items()) == [
            ("request", "/search nothing"),
            ("command", "search"),
            ("text", "No."),
            ("moments", []),
            ("topics", []),
            ("found", False),
            ("more", False),
            ("buttons", []),
            ("took_ms", 1.9),
        ]

    def test_a_moment_tells_where_it_stands_and_what_opens_it(self) -> None:
        moment = first_moment(to_json("x", Reply("search", (), hits=(hit(),)), 0))
        excerpt = moment.pop("excerpt")
        assert isinstance(excerpt, str)
        assert "Finer is slower" in excerpt
        assert list(moment.items()) == [
            ("note", "kettle/grind.md"),
            ("title", "Grind size"),
            ("channel", "kettle"),
            ("heading", ["Brewing", "Grind"]),
            ("video_id", "rP2kEF3Mj-o"),
            ("start", 3661),
            ("time", "1:01:01"),
            ("precise", True),
            ("url", URL),
            ("notes", ["kettle/grind.md", "kettle/water.md"]),
            ("score", 1.2346),
        ]

    @pytest.mark.parametrize(
        ("trust", "url"), [(Trust.NEAR, URL), (Trust.START, "https://youtu.be/rP2kEF3Mj-o")]
    )
    def test_a_time_that_is_not_sure_is_not_precise(self, trust: Trust, url: str) -> None:
        moment = first_moment(to_json("x", Reply("search", (), hits=(hit(trust),)), 0))
        assert (moment["precise"], moment["url"]) == (False, url)

    def test_a_topic_without_a_note_has_no_key(self) -> None:
        topics = (Topic("Grind size", 100, KETTLE), Topic("Kettles", 71.25, mentions=3))
        assert to_json("x", Reply("topic", (), topics=topics), 0)["topics"] == [
            {"note": "kettle/grind.md", "title": "Grind size", "score": 100},
            {"note": "", "title": "Kettles", "score": 71.2},
        ]

    def test_a_button_has_a_request_or_a_url(self) -> None:
        assert to_json("x", reply(), 0)["buttons"] == [
            [
                {"text": "▶ More", "request": "/search grind page:2"},
                {"text": "Open the video", "url": URL},
            ],
            [{"text": "Grind", "request": "/topic grind"}],
        ]

    @given(st.text(st.characters(exclude_categories=())))
    def test_whatever_was_asked_is_told_back_on_one_line(self, text: str) -> None:
        line = encode(to_json(text, Reply("search", (plain(text),)), 0))
        assert json.loads(line)["request"] == text
        assert len(line.decode().splitlines()) == 1

    def test_a_file_name_that_is_no_utf_8_can_be_told(self) -> None:
        assert json.loads(encode({"note": "kettle/\udcff.md"})) == {"note": "kettle/\udcff.md"}

    def test_words_of_any_script_can_be_read_in_the_line(self) -> None:
        assert "Крым 漢字 ≈ 😀".encode() in encode({"text": "Крым 漢字 ≈ 😀"})
