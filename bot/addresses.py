"""Addresses that owners write in settings: what is one, and what Telegram would post to (pure)."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple
from urllib.parse import urlsplit

TELEGRAM = "https://api.telegram.org"

_LISTEN = re.compile(r"(?P<host>[A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")
_LOOPBACK = re.compile(r"localhost|127(\.[0-9]+){3}|::1")
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - where an owner leaves the host out
_PORTS_POSTED_TO = {443, 80, 88, 8443}  # core.telegram.org/bots/api#setwebhook
_UNGUESSABLE = 40


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


def read_listen(text: str) -> Address:
    """`host:port`, `[::1]:port`, or `:port` for all interfaces. Raises ValueError for others."""
    found = _LISTEN.fullmatch(text.strip())
    if not found or not 0 < int(found["port"]) < 2**16:
        raise ValueError("that is no host:port")
    return Address(found["host"].strip("[]") or _EVERYWHERE, int(found["port"]))


def checked_server(url: str) -> str:
    """The address of a Bot API server, without "/" at its end. Raises ValueError for others."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("that is no address")
    if parts.query or parts.fragment or any(char in url for char in "{} "):
        raise ValueError("that is more than an address")
    return url.rstrip("/")


def checked_webhook(url: str, server: str) -> str:
    """An address that this Bot API server posts to. Raises ValueError for others.

    Telegram's own posts to four ports only; one of the owner's to any.
    """
    checked = checked_server(url)
    parts = urlsplit(checked)
    if parts.username is not None:
        raise ValueError("that is more than an address")
    if not _PATH.fullmatch(parts.path):
        raise ValueError("its path may have A-Z, a-z, 0-9, '.', '_', '~' and '-' between '/'")
    if parts.scheme == "http":
        if not _LOOPBACK.fullmatch(parts.hostname or ""):
            raise ValueError("Telegram posts to https only")
    elif server == TELEGRAM and (parts.port or 443) not in _PORTS_POSTED_TO:
        raise ValueError("Telegram posts to the ports 443, 80, 88 and 8443 only")
    return checked


def below(url: str, token: str) -> str:
    """The address, with a last part that nobody can guess. It stays as long as the token does."""
    return (
        f"{url}/{hashlib.sha256(f'tubenotes webhook {token}'.encode()).hexdigest()[:_UNGUESSABLE]}"
    )
