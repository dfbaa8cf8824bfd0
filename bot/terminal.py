"""The terminal as a platform: a conversation where people type, plain lines or JSON for scripts."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import BinaryIO, TextIO

from bot.config import Settings
from bot.library import Library
from bot.progress import Bar
from bot.reply import Button, Reply
from bot.terminal_ask import QUIT, ask
from bot.terminal_json import encode, to_json
from bot.terminal_plain import plain_reply, pressed

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of a line that are read; what follows in it is dropped."""

Ask = Callable[[str], Reply]


def chat(settings: Settings, *, as_json: bool = False) -> int:
    """Talk until the input ends; gives the exit code. Raises StorageError if it cannot begin."""
    if not as_json and _is_terminal(sys.stdin) and _is_terminal(sys.stdout):
        from bot.terminal_prompt import converse  # noqa: PLC0415 - slow to load

        return converse(settings)
    return _script(settings, as_json=as_json)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _script(settings: Settings, *, as_json: bool) -> int:
    """Answer the lines of standard input, from an index that has seen the whole folder."""
    source: BinaryIO = sys.stdin.buffer if sys.stdin else BytesIO()
    library = Library.open(settings.notes, settings.data)
    try:
        # The loop stands still while a line is awaited: nothing else is to be done then, and
        # Ctrl-C ends a plain read at once, where it could not end a thread that reads.
        with asyncio.Runner() as runner:
            with Bar() as bar:
                runner.run(library.reload(bar))
            serve = json_lines if as_json else plain_lines
            serve(lines(source), sys.stdout, lambda text: runner.run(ask(library, text)))
    finally:
        library.close()
    return 0


def lines(source: BinaryIO) -> Iterator[str]:
    """Each line without its end, whatever bytes it holds; read no further than asked for."""
    while chunk := source.readline(LONGEST_LINE):
        rest = chunk
        while not rest.endswith(b"\n") and (rest := source.readline(LONGEST_LINE)):
            pass
        yield chunk.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")


def json_lines(source: Iterable[str], out: TextIO, ask_one: Ask) -> None:
    """A JSON object a line for every line, blank ones too, so that a script never loses count."""
    for line in source:
        start = time.perf_counter()
        reply = ask_one(line)
        took_ms = (time.perf_counter() - start) * 1000
        _write(out, encode(to_json(line, reply, took_ms)))


def plain_lines(source: Iterable[str], out: TextIO, ask_one: Ask) -> None:
    """A plain answer for every line that is not blank, and a blank line after each answer."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    for line in source:
        if not line.strip():
            continue
        if line.strip() == QUIT:
            return
        button = pressed(line, buttons)
        if button and button.url:
            _write(out, f"{button.url}\n\n".encode())
            continue
        reply = ask_one(button.request if button else line)
        buttons = reply.buttons
        _write(out, f"{plain_reply(reply)}\n\n".encode("utf-8", "replace"))


def _write(out: TextIO, data: bytes) -> None:
    """Write at once, as UTF-8 whatever the locale is."""
    out.buffer.write(data)
    out.buffer.flush()
