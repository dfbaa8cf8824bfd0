"""Which URLs Telegram takes."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{4,253}$)([^\s.:/@]{1,63}\.)+[^\s.:/@]{2,63}")


def link_fault(url: str) -> str:
    """What is wrong with a link or button URL; empty where nothing is."""
    if re.search(r"[\s\x00-\x1f<>\"]", url):
        return "white space or markup in it"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme == "tg":
        return "" if host else "nothing after tg://"
    if parts.scheme not in ("http", "https"):
        return f"scheme {parts.scheme!r} is neither http, https nor tg"
    return "" if _HOST.fullmatch(host) else f"wrong host {host!r}"
