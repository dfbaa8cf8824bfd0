"""What is wrong with a setting, in a line. How settings come to it: test_config."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic_core import ErrorDetails

from bot.config import Settings
from bot.errors import SettingsError
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


def test_a_folder_that_may_not_even_be_looked_for_is_no_fault_of_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    stat = Path.stat

    def refused(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == tmp_path / "shut":
            raise PermissionError(13, "Permission denied")
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", refused)
    assert Settings.load(data=tmp_path / "shut").data == tmp_path / "shut"
    with pytest.raises(
        SettingsError, match=r"--notes holds .*shut.* \(that folder cannot be read\)"
    ):
        Settings.load(notes=tmp_path / "shut")
