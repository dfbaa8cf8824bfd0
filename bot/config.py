"""Settings from options, the environment and `.env`, validated once."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.addresses import TELEGRAM, Address, below, checked_server, checked_webhook, read_listen
from bot.errors import SettingsError
from bot.settings_faults import PREFIX, told, variable

__all__ = ("SAMPLES", "TOKEN_VARIABLE", "Address", "Described", "Settings", "described", "variable")

TOKEN_VARIABLE = "TUBENOTES_TELEGRAM_TOKEN"  # noqa: S105 - a name, not a token
SAMPLES = Path(__file__).parent / "samples"

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{12,256}")  # a short one would blank out half the log
_DEFAULTS = {
    "notes": "the sample notes",
    "data": "the user's data folder",
    "allowed_chats": "all",
    "webhook_secret": "made up at random",
}


class Described(NamedTuple):
    """A setting as it is told to owners."""

    variable: str
    default: str
    meaning: str


_Ids = Annotated[frozenset[int], NoDecode]
_Listen = Annotated[Address | None, NoDecode]
_Server = Annotated[str, AfterValidator(checked_server)]


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

    notes: Path = Field(default=SAMPLES, description="folder of notes")
    data: Path = Field(
        default_factory=lambda: user_data_path("tubenotes", appauthor=False),
        description="folder where index.db and state.db live",
    )
    telegram_token_file: Path | None = Field(
        default=None, repr=False, description="a file that holds the token"
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="the bot's token, from @BotFather; it wins over the file"
    )
    telegram_api_url: _Server = Field(default=TELEGRAM, description="address of the Bot API server")
    admins: _Ids = Field(
        default=frozenset(),
        description="user ids, with commas between: they rule the bot and receive alerts",
    )
    allowed_chats: _Ids = Field(
        default=frozenset(), description="ids of the chats and people served, with commas between"
    )
    """Empty means that every chat is served."""
    webhook_url: str | None = Field(
        default=None,
        description="public https address that Telegram posts updates to; without it, it is polled",
    )
    webhook_listen: _Listen = Field(
        default=None, description="host:port that the webhook listens on, behind your proxy"
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="what Telegram proves itself with: 12 to 256 of A-Za-z0-9_-"
    )
    health_listen: _Listen = Field(
        default=None, description="host:port of /healthz and /metrics; nobody else should reach it"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least that is logged: debug, info, warning or error"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="text or json, on standard error"
    )

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
            raise SettingsError(*(told(fault, given) for fault in faults)) from None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SettingsError(f".env in the working folder cannot be read: {reason}") from None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must show in no log."""
        hook = (self.secret, self.hook.rpartition("/")[2]) if self.hook else ()
        return (self.token, *hook) if self.token else ()

    @property
    def token(self) -> str:
        """The bot's token, which must not get out; '' where there is none."""
        return self.telegram_token.get_secret_value() if self.telegram_token else ""

    @cached_property
    def secret(self) -> str:
        """What Telegram proves itself with at the webhook: the owner's, or one made up now."""
        given = self.webhook_secret
        return given.get_secret_value() if given else secrets.token_urlsafe(48)

    @property
    def hook(self) -> str | None:
        """Where Telegram posts updates; its last part is secret. None where it is polled."""
        return below(self.webhook_url, self.token) if self.webhook_url and self.token else None

    @field_validator("notes", "data", "telegram_token_file", mode="after")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()

    @field_validator("notes", mode="after")
    @classmethod
    def _readable(cls, notes: Path) -> Path:
        with suppress(PermissionError):  # then it cannot be read either
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
        with suppress(PermissionError):  # whoever opens what is in it says so
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

    @field_validator("webhook_url", mode="after")
    @classmethod
    def _public(cls, url: str | None, info: ValidationInfo) -> str | None:
        return url and checked_webhook(url, info.data.get("telegram_api_url", ""))

    @field_validator("webhook_listen", "health_listen", mode="before")
    @classmethod
    def _listen(cls, listen: object) -> object:
        return read_listen(listen) if isinstance(listen, str) else listen

    @field_validator("webhook_listen", mode="after")
    @classmethod
    def _both(cls, listen: Address | None, info: ValidationInfo) -> Address | None:
        url = info.data.get("webhook_url", listen)  # left out where it is a fault of its own
        if (url is None) != (listen is None):
            missing = variable("webhook_url" if listen else "webhook_listen")
            raise ValueError(f"a webhook needs {missing} too")
        return listen

    @field_validator("webhook_secret", mode="after")
    @classmethod
    def _proof(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("that is too short, or Telegram does not take it")
        return secret

    @field_validator("health_listen", mode="after")
    @classmethod
    def _own_port(cls, listen: Address | None, info: ValidationInfo) -> Address | None:
        if listen and listen == info.data.get("webhook_listen"):
            raise ValueError(f"{variable('webhook_listen')} has that one already")
        return listen

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


def described() -> tuple[Described, ...]:
    """Every setting, in the order in which owners read of them."""
    return tuple(
        Described(variable(name), _DEFAULTS.get(name) or _shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
        if field.description
    )


def _shown(default: object) -> str:
    return str(default) if default else "none"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(f"that file cannot be read ({error.strerror})") from None
