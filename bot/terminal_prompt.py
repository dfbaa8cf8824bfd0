"""The conversation on a real terminal: prompt_toolkit reads, rich draws."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from rich.console import Console

from bot.commands import COMMANDS
from bot.config import Settings
from bot.library import Library
from bot.progress import StoppedError
from bot.reply import Button, Reply
from bot.terminal_ask import QUIT, ask
from bot.terminal_plain import clean, pressed
from bot.terminal_view import draw, shows_links
from bot.text import italic, link
from storage.errors import StorageError

FIRST_WAIT = 1.5
"""Seconds to wait for the index before the first prompt: most often it is ready by then."""
NEXT_WAIT = 0.3
"""Seconds to wait before an answer, for notes changed since the one before."""
HISTORY = "terminal_history"
HINT = f"A number presses a button, Tab completes a command, ↑ brings a line back, {QUIT} ends."


def converse(settings: Settings) -> int:
    """Talk until /quit or Ctrl-D. Raises StorageError if it cannot begin."""
    library = Library.open(settings.notes, settings.data)
    try:
        return asyncio.run(_converse(settings, library))
    finally:
        library.close()


async def _converse(settings: Settings, library: Library) -> int:
    with Indexing(library) as indexing:
        return await _talk(settings, library, indexing)


async def _talk(settings: Settings, library: Library, indexing: Indexing) -> int:
    if error := await indexing.refresh(FIRST_WAIT):
        raise error  # such as: there is no such folder
    screen = Screen()
    screen.show(await ask(library, "/start"))
    screen.hint(HINT)
    session = _session(settings.data, indexing)
    while (line := await _read(session)) != QUIT:
        button = pressed(line, screen.buttons)
        if button and button.url:
            screen.show_address(button)
        elif line:
            if button:
                screen.hint(button.text)
            await indexing.refresh(NEXT_WAIT)
            screen.show(await ask(library, button.request if button else line))
    return 0


async def _read(session: PromptSession[str]) -> str:
    try:
        line = await session.prompt_async()
    except EOFError:
        return QUIT
    return line.encode("utf-8", "replace").decode().strip()  # keys may send what is no UTF-8


class Screen:
    """What was drawn last: its buttons are the ones that a number presses."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._links = shows_links(self._console, os.environ)
        self.buttons: tuple[tuple[Button, ...], ...] = ()

    def show(self, reply: Reply) -> None:
        """Draw an answer and a blank line."""
        self.buttons = reply.buttons
        draw(self._console, reply, links=self._links)
        self._console.print()

    def show_address(self, button: Button) -> None:
        """Write out where a button leads; the buttons stay."""
        draw(self._console, Reply("", (link(button.url, button.url),)), links=self._links)
        self._console.print()

    def hint(self, words: str) -> None:
        """Draw words about the conversation; the buttons stay."""
        draw(self._console, Reply("", (italic(words),)), links=self._links)


class Reloadable(Protocol):
    """The part of the library that brings the index up to date."""

    async def reload(self, on_progress: Callable[[int, int], None] | None = None) -> object:
        """Tell (done, total) notes on the way. Raises StorageError."""


class Indexing:
    """How far the index is. Chatting goes on meanwhile, so its bar stands above the prompt."""

    def __init__(self, library: Reloadable) -> None:
        self.redraw: Callable[[], None] = lambda: None
        self._library = library
        self._task: asyncio.Task[StorageError | None] | None = None
        self._words = ""
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let an index that is half built end soon: no one waits for it at the end."""
        self._stopped = True

    async def refresh(self, patience: float) -> StorageError | None:
        """Bring the index up to date; gives back why that is impossible, if it is.

        What takes longer than `patience` seconds goes on while other things are done.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await asyncio.wait([self._task], timeout=patience)
        return self._task.result() if self._task.done() else None

    async def _run(self) -> StorageError | None:
        try:
            await self._library.reload(self.progress)
        except StorageError as error:
            self._say(f"The index could not be brought up to date: {clean(str(error))}")
            return error
        self._say("")
        return None

    def progress(self, done: int, total: int) -> None:
        """Take note of (done, total) notes; may be called from another thread."""
        if self._stopped:
            raise StoppedError("stopped")
        filled = 16 * done // max(total, 1)
        self._say(f"Indexing [{'#' * filled}{'.' * (16 - filled)}] {done} of {total} notes")

    def prompt(self) -> StyleAndTextTuples:
        """What prompt_toolkit draws before the cursor."""
        above = [("italic", f"{self._words}\n")] if self._words else []
        return [*above, ("bold", "> ")]

    def _say(self, words: str) -> None:
        self._words = words
        self.redraw()


def _session(data: Path, indexing: Indexing) -> PromptSession[str]:
    session: PromptSession[str] = PromptSession(
        indexing.prompt,
        history=open_history(data / HISTORY),
        completer=CommandCompleter(),
        complete_while_typing=True,
        output=_output(),
    )
    session.app.min_redraw_interval = 0.1
    indexing.redraw = session.app.invalidate
    return session


def _output() -> Output:
    """Standard output, never asked where its cursor is: not every terminal answers that."""
    output = create_output()
    if isinstance(output, Vt100_Output):
        output.enable_cpr = False
    return output


def open_history(path: Path) -> History:
    """The lines typed before, in a file that only its owner can read; in memory if none can be."""
    try:
        path.touch(0o600)
        path.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return _KeptHistory(path)


class _KeptHistory(FileHistory):
    def store_string(self, string: str) -> None:
        """Keep the line if it can be kept: a full disk must not end the conversation."""
        with suppress(OSError, UnicodeError):
            super().store_string(string)


class CommandCompleter(Completer):
    """Completes the name of a command, and says what each is for."""

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - prompt_toolkit hands it in
    ) -> Iterable[Completion]:
        """Commands that begin with what stands before the cursor."""
        typed = document.text_before_cursor
        if not typed.startswith("/"):
            return
        known = [(f"/{command.name}", command.summary) for command in COMMANDS if command.listed]
        for name, summary in [*known, (QUIT, "end the conversation")]:
            if name.startswith(typed):
                yield Completion(name, start_position=-len(typed), display_meta=summary)
