"""The log: what it tells, how it looks, and what it never tells."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.log import _CHATTY, _TELLTALE, FOLD, HIDDEN, UPDATE, Redaction, set_up_logging

LIBRARIES = (*_CHATTY, *_TELLTALE, "telegram.ext.AIORateLimiter")
TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOO"


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    yield
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(capture=False)
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


def _log(style: str, level: str = "info") -> io.StringIO:
    out = io.StringIO()
    set_up_logging(level, style, [TOKEN], out)
    return out


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("shape", [TOKEN, quote(TOKEN, safe=""), TOKEN.split(":")[1]])
def test_the_token_is_blanked_out_in_messages_and_tracebacks(style: str, shape: str) -> None:
    out = _log(style)
    try:
        Path(f"/no/folder/bot{shape}/getMe").stat()
    except OSError:
        logging.getLogger("bot").exception("asked %s", shape)
    assert shape not in out.getvalue()
    assert "/getMe" in out.getvalue()


def test_an_uncaught_exception_is_logged_without_the_token() -> None:
    out = _log("text")
    error = RuntimeError(TOKEN)
    sys.excepthook(RuntimeError, error, None)
    assert "RuntimeError" in out.getvalue()
    assert TOKEN not in out.getvalue()


def test_a_warning_is_logged_without_the_token() -> None:
    out = _log("text")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old: {TOKEN}", stacklevel=1)
    assert "old: " in out.getvalue()
    assert TOKEN not in out.getvalue()


def test_a_line_of_text_tells_time_level_place_and_message() -> None:
    out = _log("text")
    logging.getLogger("bot.app").warning("the folder is %s", "gone")
    assert out.getvalue().endswith("WARNING bot.app: the folder is gone\n")
    assert out.getvalue()[:2] == "20"


def test_json_is_one_object_a_line_with_the_traceback_inside() -> None:
    out = _log("json")
    logging.getLogger("bot.app").info("first\nsecond")
    try:
        int("bad")
    except ValueError:
        logging.getLogger("bot.app").exception("failed")
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["level"], first["logger"]) == ("info", "bot.app")
    assert first["message"] == "first\nsecond"
    assert "ValueError: " in second["error"]


def test_every_entry_of_text_is_one_line_that_can_be_unfolded() -> None:
    out = _log("text")
    try:
        int("bad")
    except ValueError:
        logging.getLogger("bot.app").exception("failed:\nbadly\r\x1b[31m")
    (line,) = out.getvalue().splitlines()
    assert "failed: ⏎ badly\\x0d\\x1b[31m ⏎ Traceback (most recent call last): ⏎ " in line
    assert line.replace(FOLD, "\n").endswith(
        "\nValueError: invalid literal for int() with base 10: 'bad'"
    )


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_entry_tells_the_update_that_it_is_about(style: str) -> None:
    out = _log(style)
    logging.getLogger("bot.app").info("before")
    token = UPDATE.set(123)
    logging.getLogger("bot.app").info("asked")
    UPDATE.reset(token)
    before, asked = out.getvalue().splitlines()
    assert "update" not in before
    if style == "json":
        assert json.loads(asked)["update"] == 123
    else:
        assert asked.endswith("INFO    bot.app: update=123 asked")


@pytest.mark.parametrize("name", ["telegram.Bot", "telegram.ext.Updater", "tornado.application"])
def test_libraries_that_show_what_people_wrote_are_silent_above_debug(name: str) -> None:
    out = _log("text")
    logging.getLogger(name).critical("cannot read {'text': 'my question'}")
    assert out.getvalue() == ""
    out = _log("text", level="debug")
    logging.getLogger(name).critical("cannot read {'text': 'my question'}")
    assert "my question" in out.getvalue()


def test_an_entry_that_cannot_be_written_does_not_show_what_it_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = _log("text")
    logging.getLogger("bot.app").warning("%d of them", TOKEN)
    assert out.getvalue() == "an entry of bot.app could not be logged\n"
    assert TOKEN not in capsys.readouterr().err


def test_secrets_of_every_kind_are_blanked_out() -> None:
    redacted = Redaction([TOKEN, "hush_hush-1", ""])
    assert redacted(f"{quote(TOKEN)} and hush_hush-1") == f"{HIDDEN} and {HIDDEN}"
    assert redacted("nothing") == "nothing"


def test_libraries_that_tell_each_request_are_quiet_even_at_debug() -> None:
    out = _log("text", level="debug")
    for name in ("httpx", "httpcore.http11", "telegram.Bot"):
        logging.getLogger(name).info("HTTP Request: POST …")
    logging.getLogger("bot").debug("heard")
    assert "HTTP Request" not in out.getvalue()
    assert "heard" in out.getvalue()
