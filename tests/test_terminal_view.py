"""What a person sees: an answer drawn in colours, or as plain lines."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.reply import Button, Reply
from bot.terminal_plain import clean, numbered, plain_reply, pressed
from bot.terminal_view import draw, shows_links
from bot.text import Span, bold, code, italic, link, plain, quoted
from tests.terminal_fixture import MORE, URL, VIDEO, reply


class TestPlain:
    def test_a_note_cannot_drive_the_terminal(self) -> None:
        hostile = "a\x1b]0;title\x07b\x9b31mc\x7fd\te\r"
        assert clean(hostile) == "a]0;titleb31mcd e"
        shown = plain_reply(Reply("x", (plain(hostile),), ((Button(hostile, request="y"),),)))
        assert not set("\x1b\x07\x9b\x7f\r") & set(shown)

    def test_a_link_in_several_spans_tells_its_address_once(self) -> None:
        text = (
            Span("see ", url=URL),
            Span("here", bold=True, url=URL),
            plain(", "),
            link(URL, URL),
        )
        assert plain_reply(Reply("x", text)) == f"see here ({URL}), {URL}"

    def test_a_blank_line_between_quotes_stays(self) -> None:
        text = (*quoted([plain("one\n\nstill one")]), plain("\n\n"), *quoted([plain("two")]))
        assert plain_reply(Reply("x", text)) == "> one\n> \n> still one\n\n> two"

    @pytest.mark.parametrize("line", ["0", "4", "-1", "1.0", "²", "١", "", "one", "0" * 5000])
    def test_other_lines_press_nothing(self, line: str) -> None:
        assert pressed(line, reply().buttons) is None

    def test_numbers_run_through_all_rows(self) -> None:
        labels = [label for row in numbered(reply().buttons) for label, _ in row]
        assert labels == ["[1] ▶ More", "[2] Open the video", "[3] Grind"]
        assert [pressed(f" {number} ", reply().buttons) for number in (1, 2)] == [MORE, VIDEO]


def drawn(shown: Reply, *, width: int = 60, links: bool = True, color: bool = True) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=True,
        color_system="truecolor" if color else None,
        width=width,
        _environ={},
    )
    draw(console, shown, links=links)
    return out.getvalue()


class TestView:
    def test_a_link_can_be_clicked(self) -> None:
        assert f";{URL}\x1b\\" in drawn(reply())
        assert f"({URL})" not in drawn(reply())

    def test_where_no_link_can_be_shown_its_address_is(self) -> None:
        out = drawn(reply(), links=False, color=False)
        assert f"1:01:01 ({URL})" in out
        assert f"[2] Open the video ({URL})" in out.replace("\n", " ")
        assert "\x1b" not in out

    def test_styles_are_drawn(self) -> None:
        out = drawn(Reply("x", (bold("b"), italic("i"), code("c"), plain("[red]p[/] 1:2"))))
        assert "\x1b[1mb\x1b[0m" in out
        assert "\x1b[3mi\x1b[0m" in out
        assert "\x1b[36mc\x1b[0m" in out
        assert "[red]p[/] 1:2" in out

    @pytest.mark.parametrize("width", [12, 20, 41, 200])
    def test_nothing_is_wider_than_the_terminal_and_nothing_is_lost(self, width: int) -> None:
        words = ["шир", "漢字漢字漢字", "matters", "a", "great", "deal", "😀", "to", "everyone"]
        rows = ((Button("▶ More", request="x"), Button("漢字", request="y")),)
        shown = drawn(
            Reply("x", (*quoted([plain(" ".join(words))]), plain("\nend")), rows),
            width=width,
            color=False,
        )
        assert max(cell_len(line) for line in shown.splitlines()) <= width
        quote = shown.partition("\nend")[0].splitlines()
        assert all(line.startswith("▌ ") for line in quote)
        assert "".join(line.removeprefix("▌ ") for line in quote).replace(" ", "") == "".join(words)
        assert "[2] 漢字" in shown

    def test_a_hostile_address_cannot_end_its_link(self) -> None:
        out = drawn(Reply("x", (link("see", "https://x.example/\x1b\\\x1b[2Jа b"),)))
        assert "\x1b[2J" not in out
        assert "https://x.example/\\[2Jb\x1b\\" in out

    @pytest.mark.parametrize(
        ("environ", "shows"),
        [
            ({"TERM": "xterm-256color"}, True),
            ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
            ({"TERM": "linux"}, False),
            ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ],
    )
    def test_links_are_clickable_only_where_that_is_sure(
        self, environ: dict[str, str], shows: bool
    ) -> None:
        console = Console(file=io.StringIO(), force_terminal=True, _environ=environ)
        assert shows_links(console, environ) is shows
