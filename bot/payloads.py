"""A question on its way from any chat into the private one: the payload of a /start link."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64encode

from bot.library import Library
from bot.text import tidy
from storage.citing import from_payload
from storage.names import long_hash

MOST_CHARS = 64
QUERY, KEPT = "q_", "k_"
"""What a payload begins with that holds a query, or names one that is kept."""
NO_QUERY = QUERY
_CITE = re.compile(r"cite:(\S*)(?:\s+(long))?", re.IGNORECASE)


def read_cite(text: str) -> tuple[str, bool] | None:
    """The citation's payload of `cite:PAYLOAD`, and whether "long" follows; None for all else."""
    match = _CITE.fullmatch(text)
    return (match[1], bool(match[2])) if match else None


def payload_of(text: str) -> tuple[str, str]:
    """The /start payload that asks for `text` in private, and what must be kept under it, or ""."""
    cited = read_cite(text)
    if cited and from_payload(cited[0]) is not None:
        return cited[0], ""
    coded = QUERY + urlsafe_b64encode(text.encode()).decode().rstrip("=")
    if len(coded) <= MOST_CHARS:
        return coded, ""
    return KEPT + long_hash(text), f"/search {text}"


async def asked_by(library: Library, payload: str) -> str | None:
    """The request that a /start payload stands for; None where it holds no query of ours."""
    if payload.startswith(KEPT):
        return await library.kept_request(payload)
    if not payload.startswith(QUERY):
        return None
    try:
        coded = payload.removeprefix(QUERY).encode("ascii")
        padded = coded + b"=" * (-len(coded) % 4)
        text = tidy(b64decode(padded, b"-_", validate=True).decode())
    except ValueError:
        return None
    return f"/search {text}" if text else "/start"
