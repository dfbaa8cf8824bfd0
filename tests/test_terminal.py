"""What a script reads and a person sees, as values; the processes are in test_terminal_process."""

from __future__ import annotations

import asyncio
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from rich.cells import cell_len
from rich.console import Console

from bot.progress import StoppedError
from bot.reply import Button, Reply
from bot.terminal import LONGEST_LINE, json_lines, lines, plain_lines
from bot.terminal_json import encode, to_json
from bot.terminal_plain import clean, numbered, plain_reply, pressed
from bot.terminal_prompt import CommandCompleter, Indexing, open_history
from bot.terminal_view import draw, shows_links
from bot.text import Span, bold, code, italic, link, plain, quoted
from storage.errors import FolderError, StorageError
from storage.model import Hit, Moment, NoteInfo, Passage, Topic, Trust

URL = "https://youtu.be/rP2kEF3Mj-o?t=3661"
KETTLE = NoteInfo("kettle/grind.md", "ref1", "Grind size", "kettle", "rP2kEF3Mj-o")
OTHER = NoteInfo("kettle/water.md", "ref2", "Water", "kettle", "rP2kEF3Mj-o")
MORE = Button("▶ More", request="/search grind page:2")
VIDEO = Button("Open the video", url=URL)


def hit(trust: Trust = Trust.EXACT) -> Hit:
    moment = Moment("rP2kEF3Mj-o", 0 if trust is Trust.START else 3661, trust)
    passage = Passage("Finer is slower.", (moment,), 7, ("Brewing", "Grind"))
    return Hit(passage, (KETTLE, OTHER), 1.23456)


def reply() -> Reply:
    quote = quoted([plain("Finer is "), bold("slower"), plain(".")])
    text = (bold("Grind size"), plain(" · kettle\n"), *quote, plain("\n"), link("1:01:01", URL))
    return Reply("search", text, ((MORE, VIDEO), (Button("Grind", request="/topic grind"),)))


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


class Flushes(io.BytesIO):
    """Tells what a reader could have read after each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.read_so_far: list[bytes] = []

    def flush(self) -> None:
        self.read_so_far.append(self.getvalue())


def served(serve: Callable[..., None], source: bytes) -> tuple[list[bytes], list[str]]:
    """What could be read after each answer, and what was asked."""
    asked: list[str] = []

    def ask(text: str) -> Reply:
        asked.append(text)
        return reply()

    out = Flushes()
    text_out = io.TextIOWrapper(out, "ascii")
    serve(lines(io.BytesIO(source)), text_out, ask)
    read = list(out.read_so_far)
    text_out.detach()
    return read, asked


class TestScript:
    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b"crimea",
            b"\xff\xfe\xc3",
            b"\x00",
            "😀\u2028\x85\r\x0b漢".encode(),
            b"a" * 1_000_000,
        ],
    )
    def test_every_line_gets_one_json_line_at_once(self, line: bytes) -> None:
        read, asked = served(json_lines, line + b"\nlast")
        assert [output.count(b"\n") for output in read] == [1, 2]
        assert asked == [line.decode("utf-8", "replace"), "last"]
        assert [json.loads(line)["request"] for line in read[-1].splitlines()] == asked

    def test_a_line_without_end_is_cut_and_counts_once(self) -> None:
        asked = list(lines(io.BytesIO(b"x" * (2 * LONGEST_LINE + 5) + b"\nnext\r\n")))
        assert [len(line) for line in asked] == [LONGEST_LINE, 4]

    def test_plain_answers_stand_apart_by_a_blank_line(self) -> None:
        read, asked = served(plain_lines, b"\n  \n/search grind\n")
        assert asked == ["/search grind"]
        assert read[-1].decode() == (
            "Grind size · kettle\n"
            "> Finer is slower.\n"
            f"1:01:01 ({URL})\n"
            f"[1] ▶ More  [2] Open the video ({URL})\n"
            "[3] Grind\n\n"
        )

    def test_a_number_presses_the_button_of_the_answer_before(self) -> None:
        read, asked = served(plain_lines, b"grind\n1\n2\n3\n4\n/quit\nnever\n")
        assert asked == ["grind", MORE.request, "/topic grind", "4"]
        assert read[2].removeprefix(read[1]).decode() == f"{URL}\n\n"


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


class SlowLibrary:
    """Stands still in the middle of its index until told to go on; fails if it is to."""

    def __init__(self, error: StorageError | None = None) -> None:
        self.error, self.begun, self.go_on = error, asyncio.Event(), asyncio.Event()

    async def reload(self, on_progress: Callable[[int, int], None] | None = None) -> None:
        assert on_progress
        on_progress(50, 200)
        self.begun.set()
        await self.go_on.wait()
        if self.error:
            raise self.error


class TestPrompt:
    def test_the_lines_typed_are_for_their_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "history"
        path.write_text("")
        path.chmod(0o644)
        history = open_history(path)
        assert isinstance(history, FileHistory)
        history.append_string("/search salary")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "/search salary" in path.read_text()

    def test_without_a_place_for_them_lines_are_kept_in_memory(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert isinstance(open_history(tmp_path / "file" / "history"), InMemoryHistory)

    def test_keys_that_are_no_text_do_not_end_the_conversation(self, tmp_path: Path) -> None:
        history = open_history(tmp_path / "history")
        history.append_string("\udcff")
        history.append_string("next")
        assert history.get_strings()[-1] == "next"

    @pytest.mark.parametrize(("typed", "first"), [("/sea", "/search"), ("/q", "/quit")])
    def test_a_command_is_completed(self, typed: str, first: str) -> None:
        found = CommandCompleter().get_completions(Document(typed), CompleteEvent())
        assert next(iter(found)).text == first

    @pytest.mark.parametrize("typed", ["", "sea", "/search ", "/search /s"])
    def test_other_words_are_left_alone(self, typed: str) -> None:
        assert not list(CommandCompleter().get_completions(Document(typed), CompleteEvent()))

    async def test_a_long_index_is_built_while_its_bar_stands_above_the_prompt(self) -> None:
        library = SlowLibrary()
        indexing = Indexing(library)
        redrawn: list[str] = []
        indexing.redraw = lambda: redrawn.append("".join(part[1] for part in indexing.prompt()))
        assert await indexing.refresh(patience=0) is None
        await library.begun.wait()
        assert redrawn == ["Indexing [####............] 50 of 200 notes\n> "]
        library.go_on.set()
        await indexing.refresh(patience=10)
        assert redrawn[1:] == ["> "]

    async def test_an_index_that_cannot_be_built_says_so(self) -> None:
        library = SlowLibrary(FolderError("there is no folder x"))
        library.go_on.set()
        indexing = Indexing(library)
        assert await indexing.refresh(patience=10) is library.error
        above = indexing.prompt()[0][1]
        assert above == "The index could not be brought up to date: there is no folder x\n"

    async def test_the_end_of_the_conversation_stops_an_index_half_built(self) -> None:
        with Indexing(SlowLibrary()) as indexing:
            indexing.progress(50, 200)
        with pytest.raises(StoppedError):
            indexing.progress(70, 200)
