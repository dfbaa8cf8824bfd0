"""Settings: where they come from, what they refuse, and what they never show."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from bot.config import SAMPLES, Settings, unknown_variables
from bot.errors import SettingsError

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOO"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A working folder without .env, an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TUBENOTES_{name.upper()}", raising=False)


def _fault(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> str:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    shown = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in shown
    assert len(caught.value.faults) == 1
    assert "\n" not in caught.value.faults[0]
    return caught.value.faults[0]


def test_without_any_settings_the_sample_notes_are_used() -> None:
    settings = Settings.load()
    assert settings.notes == SAMPLES
    assert settings.telegram_token is None
    assert settings.admins == settings.allowed_chats == frozenset()
    assert (settings.log_level, settings.log_format) == ("info", "text")


def test_an_option_wins_over_the_environment_that_over_env_file_that_over_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("file", "environment", "option")]
    for folder in folders:
        folder.mkdir()
    (tmp_path / ".env").write_text(f"TUBENOTES_NOTES={folders[0]}\nOTHER_TOOL=1\n")
    assert Settings.load(notes=None).notes == folders[0]
    monkeypatch.setenv("TUBENOTES_NOTES", str(folders[1]))
    assert Settings.load(notes=None).notes == folders[1]
    assert Settings.load(notes=folders[2]).notes == folders[2]


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "ADMINS", "NOTES", "LOG_LEVEL"):
        monkeypatch.setenv(f"TUBENOTES_{name}", "")
    assert Settings.load() == Settings()


def test_ids_are_read_from_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUBENOTES_ADMINS", "11, 22,")
    monkeypatch.setenv("TUBENOTES_ALLOWED_CHATS", "-1001234567890")
    settings = Settings.load()
    assert settings.admins == {11, 22}
    assert settings.allowed_chats == {-1001234567890}


def test_the_token_comes_from_a_file_unless_it_is_set_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("TUBENOTES_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    assert Settings.load().secrets == (TOKEN,)
    monkeypatch.setenv("TUBENOTES_TELEGRAM_TOKEN", "9:other")
    assert Settings.load().secrets == ("9:other",)


def test_the_token_shows_in_no_repr_and_no_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUBENOTES_TELEGRAM_TOKEN", TOKEN)
    settings = Settings.load()
    assert settings.secrets == (TOKEN,)
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert TOKEN not in shown


@pytest.mark.parametrize(
    ("variable", "value", "takes"),
    [
        ("TUBENOTES_NOTES", "/no/such/folder", "a folder of notes"),
        ("TUBENOTES_NOTES", __file__, "no folder"),
        ("TUBENOTES_DATA", __file__, "a folder to keep"),
        ("TUBENOTES_TELEGRAM_API_URL", "api.telegram.org", "http or https"),
        ("TUBENOTES_TELEGRAM_API_URL", "ftp://api.telegram.org", "http or https"),
        ("TUBENOTES_TELEGRAM_API_URL", "http://host:99999", "http or https"),
        ("TUBENOTES_TELEGRAM_API_URL", "http://[", "http or https"),
        ("TUBENOTES_TELEGRAM_TOKEN_FILE", "/no/such/file", "a file that holds"),
        ("TUBENOTES_TELEGRAM_TOKEN_FILE", __file__, "holds no token"),
        ("TUBENOTES_ADMINS", "11;22", "commas"),
        ("TUBENOTES_ALLOWED_CHATS", "@name", "chat ids"),
        ("TUBENOTES_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("TUBENOTES_LOG_FORMAT", "xml", "text or json"),
    ],
)
def test_a_wrong_setting_says_what_it_holds_and_what_it_takes(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, takes: str
) -> None:
    fault = _fault(monkeypatch, variable, value)
    assert fault.startswith(f"{variable} holds {value!r}")
    assert takes in fault


@pytest.mark.parametrize("value", [f"bot{TOKEN}", f"{TOKEN} oops", "no token at all"])
def test_a_wrong_token_is_not_repeated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    fault = _fault(monkeypatch, "TUBENOTES_TELEGRAM_TOKEN", value)
    assert fault.startswith("TUBENOTES_TELEGRAM_TOKEN holds something")
    assert value not in fault
    assert "@BotFather" in fault


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TUBENOTES_TELEGRAM_TOKEN_FILE", TOKEN),
        ("TUBENOTES_TELEGRAM_API_URL", f"x://host/bot{TOKEN}"),
    ],
)
def test_a_token_in_the_wrong_variable_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    assert variable in _fault(monkeypatch, variable, value)


def test_each_fault_has_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUBENOTES_ADMINS", "x")
    monkeypatch.setenv("TUBENOTES_LOG_LEVEL", "y")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    lines = str(caught.value).splitlines()
    assert [line.split()[0] for line in lines] == ["TUBENOTES_ADMINS", "TUBENOTES_LOG_LEVEL"]


def test_a_wrong_option_is_named_as_it_was_given() -> None:
    with pytest.raises(SettingsError, match="--notes holds '/no/such/folder'"):
        Settings.load(notes="/no/such/folder")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_an_env_file_that_cannot_be_read_is_a_fault(tmp_path: Path, content: bytes | None) -> None:
    if content is None:
        (tmp_path / ".env").mkdir()
        assert Settings.load() == Settings()  # a folder of that name is no file of settings
        return
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=r"\.env"):
        Settings.load()


def test_misspelt_variables_are_found() -> None:
    seen = {"TUBENOTES_ADMIN": "1", "TUBENOTES_ADMINS": "1", "HOME": "/root"}
    assert unknown_variables(seen) == ("TUBENOTES_ADMIN",)
