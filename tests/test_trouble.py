"""What is said and logged where there is no answer."""

from __future__ import annotations

import logging

import pytest

from bot.trouble import not_now, sorry
from storage.errors import BusyError, CorruptError, FullError, StorageError

ASKED = "/search who told the gardener 園"


def _not_now(error: StorageError) -> str:
    try:
        raise error
    except StorageError as caught:
        return not_now(caught, ASKED)


def _sorry(error: Exception, cause: Exception | None = None) -> str:
    error.__cause__ = cause
    try:
        _fail(error)
    except Exception:  # noqa: BLE001 - of any kind
        return sorry("message", ASKED)
    return ""


def _fail(error: Exception) -> None:
    raise error


def _above_debug(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter()
    return "\n".join(formatter.format(one) for one in caplog.records if one.levelno > logging.DEBUG)


@pytest.mark.parametrize("error", [BusyError("the file is in use"), FullError("no room")])
def test_trouble_that_passes_is_a_line(
    caplog: pytest.LogCaptureFixture, error: StorageError
) -> None:
    assert _not_now(error).startswith("I cannot look into the notes right now.")
    assert _above_debug(caplog) == f"no answer: {error}"


def test_other_trouble_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    assert _not_now(CorruptError("page 7 is damaged")).startswith("I cannot look")
    assert "a query failed: CorruptError" in _above_debug(caplog)
    assert "test_trouble.py" in _above_debug(caplog)


def test_a_fault_of_ours_has_an_id_that_finds_it_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = _sorry(ZeroDivisionError("a secret of our house"))
    error_id = words.partition("(error ")[2][:8]
    assert "secret" not in words
    log = _above_debug(caplog)
    assert f"error {error_id} while answering (message)" in log
    assert "ZeroDivisionError" in log
    assert "secret" not in log
    assert "test_trouble.py" in log


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (KeyError("gardener"), None),
        (ValueError('no number: "The Gardener"'), None),
        (RuntimeError("it broke"), KeyError("gardener")),
        (KeyError("園"), None),
        (KeyError("garden"), None),
        (ValueError("no stem of jardiner: gardener"), None),
    ],
)
def test_what_was_asked_is_in_no_log_above_debug(
    caplog: pytest.LogCaptureFixture, error: Exception, cause: Exception | None
) -> None:
    caplog.set_level(logging.DEBUG)
    error_id = _sorry(error, cause).partition("(error ")[2][:8]
    log = _above_debug(caplog)
    assert f"error {error_id} while answering (message): {type(error).__name__}" in log
    assert "test_trouble.py" in log
    assert "gardener" not in log.casefold()
    assert "園" not in log
    assert "gardener" in caplog.text


def test_a_database_that_repeats_the_question_is_not_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _not_now(StorageError('index.db: fts5: syntax error near "gardener"'))
    assert "gardener" not in _above_debug(caplog)
    assert "a query failed: StorageError" in _above_debug(caplog)
