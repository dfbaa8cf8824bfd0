"""Spans to words and to Telegram's HTML, whatever is in them."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import (
    ELLIPSIS,
    Span,
    bold,
    cut_words,
    link,
    plain,
    quoted,
    tidy,
    to_html,
    to_plain,
    trimmed,
    truncate,
    utf16_len,
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["</b>", "&amp;", '"><i>', "<blockquote>", "👩‍👩‍👧", "\u202eabc", "a b c", "\n\n", "]]>"]
)
URLS = st.sampled_from(["", "", "https://youtu.be/TinyVideo-A?t=1", 'https://x.y/?a="&b=<i>'])
SPANS = st.builds(Span, WORDS, st.booleans(), st.booleans(), st.booleans(), st.booleans(), URLS)
TEXTS = st.lists(SPANS, max_size=12).map(tuple)


class Strict(HTMLParser):
    """Reads Telegram's HTML; fails on a tag it does not know, or one closed out of order."""

    ALLOWED = frozenset(["b", "i", "a", "code", "blockquote"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words = ""
        self.entities = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALLOWED
        assert tag not in self.open, "nested in itself"
        assert "code" not in self.open, "nothing may stand in code"
        assert not (tag == "code" and self.open not in ([], ["blockquote"]))
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)
        self.entities += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: str) -> Strict:
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@given(TEXTS)
def test_html_is_valid_and_reads_back_to_the_same_words(text: tuple[Span, ...]) -> None:
    assert read(to_html(text)).words == to_plain(text)


@given(TEXTS, st.integers(0, 80), st.integers(0, 12))
def test_a_cut_text_is_within_both_limits_and_still_valid(
    text: tuple[Span, ...], limit: int, most: int
) -> None:
    short = truncate(text, limit, most)
    assert utf16_len(to_plain(short)) <= limit
    assert read(to_html(short)).entities <= most


@given(TEXTS, st.integers(0, 80), st.integers(0, 12))
def test_a_cut_text_is_a_start_of_the_whole_and_marked(
    text: tuple[Span, ...], limit: int, most: int
) -> None:
    whole, short = to_plain(text), to_plain(truncate(text, limit, most))
    if short != whole:
        assert whole.startswith(short.removesuffix(ELLIPSIS))
        assert limit == 0 or short.endswith(ELLIPSIS)


@given(TEXTS)
def test_a_text_that_fits_is_left_alone(text: tuple[Span, ...]) -> None:
    assert truncate(text, utf16_len(to_plain(text)), 6 * len(text)) == text


@given(WORDS, st.integers(0, 40))
def test_words_are_cut_within_utf16_units(text: str, limit: int) -> None:
    head = cut_words(text, limit)
    assert utf16_len(head) <= limit
    assert text.startswith(head)


def test_a_cut_falls_between_words() -> None:
    assert to_plain(truncate([plain("The Moon pulls the sea")], 14)) == "The Moon…"


def test_an_emoji_counts_twice_as_telegram_counts() -> None:
    assert utf16_len("🌊a") == 3
    assert cut_words("🌊🌊🌊", 5) == "🌊🌊"


def test_a_quote_of_several_spans_is_one_block() -> None:
    text = [*quoted([plain("The "), bold("Moon"), plain(" pulls")]), plain("\n6:30")]
    assert to_html(text) == "<blockquote>The <b>Moon</b> pulls</blockquote>\n6:30"


def test_markup_in_a_note_is_shown_and_not_obeyed() -> None:
    assert to_html([plain("<b>&</b>")]) == "&lt;b&gt;&amp;&lt;/b&gt;"
    assert to_html([link("a", 'https://x.y/?"<')]) == '<a href="https://x.y/?&quot;&lt;">a</a>'


@given(TEXTS)
def test_a_trimmed_text_ends_in_a_word_and_loses_none(text: tuple[Span, ...]) -> None:
    assert to_plain(trimmed(text)) == to_plain(text).rstrip()


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("tides\nmoon\t sun ", "tides moon sun"),
        ("\x00tides\x1b[31m", "tides [31m"),
        ("\u202etides\u200b\ufeff", "tides"),
        ("\ud800tides", "tides"),
        ("👩‍👩‍👧 прилив المد", "👩‍👩‍👧 прилив المد"),
    ],
)
def test_a_question_becomes_one_line_that_can_be_sent(typed: str, read_as: str) -> None:
    assert tidy(typed) == read_as


@given(st.text())
def test_any_question_becomes_one_line_that_can_be_sent(typed: str) -> None:
    line = tidy(typed)
    assert line.encode().decode() == line
    assert line.splitlines() in ([], [line])
    assert tidy(line) == line
