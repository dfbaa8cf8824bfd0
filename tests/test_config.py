"""Settings: where they come from, what they refuse, and what they never show."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from bot.config import SAMPLES, Address, Settings, described, unknown_variables
from bot.errors import SettingsError

REPO = Path(__file__).parents[1]
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
        ("TUBENOTES_WEBHOOK_URL", "http://bot.example.org", "https only"),
        ("TUBENOTES_WEBHOOK_URL", "bot.example.org/hook", "no address"),
        ("TUBENOTES_WEBHOOK_URL", "https://bot.example.org:8080", "443, 80, 88 and 8443"),
        ("TUBENOTES_WEBHOOK_URL", "https://bot.example.org/?a=b", "more than an address"),
        ("TUBENOTES_WEBHOOK_URL", "https://bot.example.org/a(b)", "its path may have"),
        ("TUBENOTES_WEBHOOK_LISTEN", "8080", "host:port"),
        ("TUBENOTES_WEBHOOK_LISTEN", "127.0.0.1:8080", "TUBENOTES_WEBHOOK_URL too"),
        ("TUBENOTES_HEALTH_LISTEN", "127.0.0.1:0", "host:port"),
        ("TUBENOTES_HEALTH_LISTEN", "127.0.0.1:65536", "host:port"),
        ("TUBENOTES_HEALTH_LISTEN", "http://127.0.0.1:9090", "host:port"),
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


@pytest.mark.parametrize(
    "value", ["eleven-long", "with a space", "fünfzehn-lang", "x" * 257, "a/b/c/d/e/f/g"]
)
def test_a_wrong_webhook_secret_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    fault = _fault(monkeypatch, "TUBENOTES_WEBHOOK_SECRET", value)
    assert fault.startswith("TUBENOTES_WEBHOOK_SECRET holds something")
    assert value not in fault
    assert "12 to 256" in fault


def test_a_password_in_an_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = _fault(monkeypatch, "TUBENOTES_WEBHOOK_URL", "https://me:hunter2@bot.example.org/")
    assert "hunter2" not in fault
    assert "//…@bot.example.org" in fault


def test_a_webhook_has_an_address_that_nobody_can_guess_and_that_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _set_webhook(monkeypatch)
    settings, again = Settings.load(), Settings.load()
    assert settings.webhook_listen == Address("127.0.0.1", 8080)
    hook = settings.hook
    assert hook
    assert hook == again.hook
    start, _, last = hook.rpartition("/")
    assert start == "https://bot.example.org/tubenotes"
    assert len(last) >= 32
    assert not set(TOKEN.split(":")) & {last}
    monkeypatch.setenv("TUBENOTES_TELEGRAM_TOKEN", f"{TOKEN}x")
    assert Settings.load().hook != hook


def test_the_secret_of_a_webhook_is_the_owners_or_one_made_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _set_webhook(monkeypatch)
    settings = Settings.load()
    assert len(settings.secret) >= 32
    assert settings.secret == settings.secret != Settings.load().secret
    monkeypatch.setenv("TUBENOTES_WEBHOOK_SECRET", "the-owners_own")
    assert Settings.load().secret == "the-owners_own"


def test_what_proves_telegram_to_us_shows_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_webhook(monkeypatch)
    monkeypatch.setenv("TUBENOTES_WEBHOOK_SECRET", "the-owners_own")
    settings = Settings.load()
    assert settings.hook
    last = settings.hook.rpartition("/")[2]
    assert {TOKEN, "the-owners_own", last} <= set(settings.secrets)
    for shown in (repr(settings), settings.model_dump_json()):
        assert "the-owners_own" not in shown
        assert last not in shown


def test_a_server_of_ones_own_posts_to_any_port(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_webhook(monkeypatch, "https://bot.example.org:9443/")
    monkeypatch.setenv("TUBENOTES_TELEGRAM_API_URL", "http://localhost:8081")
    assert Settings.load().webhook_url == "https://bot.example.org:9443"
    monkeypatch.setenv("TUBENOTES_WEBHOOK_URL", "http://[::1]:9000/hook")
    assert Settings.load().webhook_url == "http://[::1]:9000/hook"


def test_a_webhook_without_a_place_to_listen_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = _fault(monkeypatch, "TUBENOTES_WEBHOOK_URL", "https://bot.example.org")
    assert fault.startswith("TUBENOTES_WEBHOOK_LISTEN holds nothing")
    assert "127.0.0.1:8080" in fault


def test_two_servers_cannot_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_webhook(monkeypatch)
    fault = _fault(monkeypatch, "TUBENOTES_HEALTH_LISTEN", "127.0.0.1:8080")
    assert fault.startswith("TUBENOTES_HEALTH_LISTEN holds")
    assert "TUBENOTES_WEBHOOK_LISTEN has that one" in fault


def test_a_faulty_webhook_is_one_fault_and_not_two(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_webhook(monkeypatch)
    fault = _fault(monkeypatch, "TUBENOTES_WEBHOOK_URL", "nonsense")
    assert fault.startswith("TUBENOTES_WEBHOOK_URL")


@pytest.mark.parametrize(
    "page", ["README.md", "deploy/tubenotes.env.example", "../shared/CONTRACT.md"]
)
def test_owners_are_told_of_every_setting(page: str) -> None:
    path = REPO / page
    if not path.exists():
        pytest.skip("not on this machine")
    text = path.read_text("utf-8")
    assert [one.variable for one in described() if one.variable not in text] == []


def test_every_setting_is_described_in_a_line() -> None:
    told = {one.variable: one for one in described()}
    assert told.keys() == {f"TUBENOTES_{name.upper()}" for name in Settings.model_fields}
    assert told["TUBENOTES_LOG_LEVEL"].default == "info"
    assert told["TUBENOTES_ADMINS"].default == "none"
    assert told["TUBENOTES_NOTES"].default == "the sample notes"
    assert all(one.meaning and "\n" not in one.meaning for one in told.values())


def _set_webhook(
    monkeypatch: pytest.MonkeyPatch, url: str = "https://bot.example.org/tubenotes/"
) -> None:
    monkeypatch.setenv("TUBENOTES_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TUBENOTES_WEBHOOK_URL", url)
    monkeypatch.setenv("TUBENOTES_WEBHOOK_LISTEN", "127.0.0.1:8080")


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
