"""Settings from options, the environment and `.env`, validated once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "TUBENOTES_"
TOKEN_VARIABLE = "TUBENOTES_TELEGRAM_TOKEN"  # noqa: S105 - a name, not a token
SAMPLES = Path(__file__).parent / "samples"

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_LOOKS_LIKE_TOKEN = re.compile(r"[0-9]{5,}(:|%3A)[A-Za-z0-9_-]{20,}")
_SECRET = {"telegram_token"}
_TAKES = {
    "notes": "a folder of notes that can be read",
    "data": "a folder to keep the databases in",
    "telegram_token": "the token that @BotFather gave you, like 123456:ABC-def",
    "telegram_token_file": "a file that holds the token that @BotFather gave you",
    "telegram_api_url": "the http or https address of a Bot API server",
    "admins": "user ids, whole numbers with commas between",
    "allowed_chats": "chat ids, whole numbers with commas between",
    "log_level": "debug, info, warning or error",
    "log_format": "text or json",
}


class Settings(BaseSettings):
    """What the owner chose. Immutable; the token shows in no repr and no dump."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    notes: Path = SAMPLES
    data: Path = Field(default_factory=lambda: user_data_path("tubenotes", appauthor=False))
    telegram_token_file: Path | None = Field(default=None, repr=False)
    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    allowed_chats: Annotated[frozenset[int], NoDecode] = frozenset()
    """Empty means that every chat is served."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @classmethod
    def load(cls, **options: object) -> Self:
        """Options that are not None win over the environment, that over `.env`.

        Raises SettingsError with one line per fault.
        """
        given = {name: value for name, value in options.items() if value is not None}
        try:
            return cls(**given)  # type: ignore[arg-type] # pydantic checks them
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False)
            # "from None": the cause holds the values, and the token may be one.
            raise SettingsError(*(_fault(fault, given) for fault in faults)) from None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SettingsError(f".env in the working folder cannot be read: {reason}") from None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must show in no log."""
        return (self.telegram_token.get_secret_value(),) if self.telegram_token else ()

    @field_validator("notes", "data", "telegram_token_file", mode="after")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()

    @field_validator("notes", mode="after")
    @classmethod
    def _readable(cls, notes: Path) -> Path:
        if not notes.exists():
            raise ValueError("there is no such folder")
        if not notes.is_dir():
            raise ValueError("that is no folder")
        if not os.access(notes, os.R_OK | os.X_OK):
            raise ValueError("that folder cannot be read")
        return notes

    @field_validator("data", mode="after")
    @classmethod
    def _no_file(cls, data: Path) -> Path:
        if data.exists() and not data.is_dir():
            raise ValueError("that is no folder")
        return data

    @field_validator("telegram_token_file", mode="after")
    @classmethod
    def _token_file(cls, path: Path | None) -> Path | None:
        if path and not _TOKEN.fullmatch(_read(path)):
            raise ValueError("that file holds no token")
        return path

    @field_validator("telegram_token", mode="after")
    @classmethod
    def _token(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """The token itself wins over the file that holds it."""
        if token is None:
            path = info.data.get("telegram_token_file")
            return SecretStr(_read(path)) if path else None
        stripped = token.get_secret_value().strip()
        if not _TOKEN.fullmatch(stripped):
            raise ValueError("that is no token")
        return SecretStr(stripped)

    @field_validator("telegram_api_url", mode="after")
    @classmethod
    def _http(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError("that is no address")
        if parts.query or parts.fragment or any(char in url for char in "{} "):
            raise ValueError("that is more than an address")
        return url.rstrip("/")

    @field_validator("admins", "allowed_chats", mode="before")
    @classmethod
    def _ids(cls, ids: object) -> object:
        if not isinstance(ids, str):
            return ids
        try:
            return frozenset(int(part) for part in ids.split(",") if part.strip())
        except ValueError:
            raise ValueError("not all of that is whole numbers") from None

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, word: object) -> object:
        return word.strip().lower() if isinstance(word, str) else word


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Variables with our prefix that no setting reads: misspelt, or not built yet."""
    known = {variable(field) for field in Settings.model_fields}
    return tuple(sorted(n for n in environment if n.startswith(PREFIX) and n not in known))


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + field.upper()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(f"that file cannot be read ({error.strerror})") from None


def _fault(fault: ErrorDetails, options: Mapping[str, Any]) -> str:
    """One line: the variable (or option), what it holds, what it takes."""
    field = str(fault["loc"][0]) if fault["loc"] else ""
    name = f"--{field}" if field in options else variable(field)
    holds = (
        "something" if field in _SECRET else _LOOKS_LIKE_TOKEN.sub("…", repr(str(fault["input"])))
    )
    why = fault["msg"].partition("Value error, ")[2]
    return f"{name} holds {holds}{why and f' ({why})'}; it takes {_TAKES[field]}."
