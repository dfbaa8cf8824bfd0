"""What is wrong with a setting, in a line for its owner that holds no token or password. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic_core import ErrorDetails

PREFIX = "TUBENOTES_"
_LOOKS_LIKE_TOKEN = re.compile(r"[0-9]{5,}(:|%3A)[A-Za-z0-9_-]{20,}")
_PASSWORD = re.compile(r"//[^/@]*@")
_SECRET = {"telegram_token", "webhook_secret"}
_TAKES = {
    "notes": "a folder of notes that can be read",
    "data": "a folder to keep the databases in",
    "telegram_token": "the token that @BotFather gave you, like 123456:ABC-def",
    "telegram_token_file": "a file that holds the token that @BotFather gave you",
    "telegram_api_url": "the http or https address of a Bot API server",
    "admins": "user ids, whole numbers with commas between",
    "allowed_chats": "chat ids, whole numbers with commas between",
    "webhook_url": "the https address that Telegram posts to, like https://bot.example.org/hook",
    "webhook_listen": "the host:port to listen on, like 127.0.0.1:8080",
    "webhook_secret": "12 to 256 of A-Z, a-z, 0-9, _ and -",
    "health_listen": "the host:port to listen on, like 127.0.0.1:9464",
    "log_level": "debug, info, warning or error",
    "log_format": "text or json",
}


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + field.upper()


def told(fault: ErrorDetails, options: Mapping[str, object]) -> str:
    """One line: the variable (or option), what it holds, what it takes."""
    field = str(fault["loc"][0]) if fault["loc"] else ""
    name = f"--{field}" if field in options else variable(field)
    holds = "something" if field in _SECRET else _holds(fault["input"])
    why = fault["msg"].partition("Value error, ")[2]
    return f"{name} holds {holds}{why and f' ({why})'}; it takes {_TAKES[field]}."


def _holds(value: object) -> str:
    if value is None:
        return "nothing"
    return _PASSWORD.sub("//…@", _LOOKS_LIKE_TOKEN.sub("…", repr(str(value))))
