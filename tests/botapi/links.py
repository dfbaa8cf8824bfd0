"""Which URLs Telegram takes."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

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
    if not _HOST.fullmatch(host):
        return f"wrong host {host!r}"
    payloads = parse_qs(parts.query, keep_blank_values=True).get("start", ())
    return "".join(map(start_fault, payloads)) if host == "t.me" else ""


def start_fault(payload: str) -> str:
    """What is wrong with the payload of a link to the private chat; empty where nothing is."""
    fits = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    return "" if fits else f"START_PARAM_INVALID: {payload!r} is not 1-64 of A-Za-z0-9_-"
