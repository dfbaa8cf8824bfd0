"""What is wrong with a setting, in a line. How settings come to it: test_config."""

from __future__ import annotations

import pytest
from pydantic_core import ErrorDetails

from bot.settings_faults import told, variable

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOO"


def fault(field: str, value: object, why: str = "") -> ErrorDetails:
    return {"type": "value_error", "loc": (field,), "msg": why, "input": value}


def test_a_setting_is_named_by_its_variable_or_by_the_option_that_gave_it() -> None:
    wrong = fault("log_level", "loud")
    takes = "it takes debug, info, warning or error."
    assert variable("log_level") == "TUBENOTES_LOG_LEVEL"
    assert told(wrong, {}) == f"TUBENOTES_LOG_LEVEL holds 'loud'; {takes}"
    assert told(wrong, {"log_level": "loud"}) == f"--log_level holds 'loud'; {takes}"


def test_the_reason_stands_behind_what_it_holds() -> None:
    line = told(fault("notes", "/no", "Value error, there is no such folder"), {})
    assert line.startswith("TUBENOTES_NOTES holds '/no' (there is no such folder); it takes")


@pytest.mark.parametrize(
    ("field", "value", "holds"),
    [
        ("telegram_token", "hunter2", "holds something"),
        ("webhook_secret", "hunter2", "holds something"),
        ("webhook_url", "https://me:hunter2@example.org", "//…@example.org"),
        ("telegram_api_url", f"https://example.org/bot{TOKEN}", "example.org/bot…"),
        ("telegram_api_url", f"https://example.org/bot{TOKEN.replace(':', '%3A')}", "bot…"),
        ("data", None, "holds nothing"),
    ],
)
def test_nothing_secret_is_repeated(field: str, value: object, holds: str) -> None:
    line = told(fault(field, value), {})
    assert holds in line
    assert "hunter2" not in line
    assert TOKEN[8:] not in line
