"""A conversation in the terminal and a script; the processes are in test_terminal_process."""

from __future__ import annotations

import asyncio
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory

from bot.progress import StoppedError
from bot.reply import Reply
from bot.terminal import LONGEST_LINE, json_lines, lines, plain_lines
from bot.terminal_prompt import CommandCompleter, Indexing, open_history
from storage.errors import FolderError, StorageError
from tests.terminal_fixture import MORE, URL, reply


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

    @pytest.mark.parametrize("typed", ["", "sea", "/search ", "/search /s", "/ci", "/why"])
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
