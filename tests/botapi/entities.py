"""The entities that Telegram finds by itself in what people type."""

from __future__ import annotations

import re

from tests.botapi.errors import Json
from tests.botapi.markup import utf16

_FOUND = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]+|\b(?:[\w-]+\.)+(?:be|com|org|net)\b(?:/[^\s<>\"]*)?)"
    r"|(?<![\w/@.<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})\b"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


def detected(text: str) -> list[Json]:
    """Commands, links, mentions and hashtags, in UTF-16 units."""
    return [
        {
            "type": found.lastgroup,
            "offset": utf16(text[: found.start()]),
            "length": utf16(found[0].rstrip(".,;:!?)") if found["url"] else found[0]),
        }
        for found in _FOUND.finditer(text)
    ]
