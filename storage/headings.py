"""The headings of a channel index page: Markdown links to videos, named by their titles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyromark


def video_headings(body: str) -> Iterator[tuple[str, str]]:
    """(title, link) of each heading that is one Markdown link, as channel index pages have."""
    url, words, in_heading = "", "", False
    events: Any = pyromark.events(body)
    for event in events:
        match event:
            case {"Start": {"Heading": _}}:
                url, words, in_heading = "", "", True
            case {"Start": {"Link": link}} if in_heading:
                url = str(link["dest_url"])
            case {"Text": text} | {"Code": text} if in_heading:
                words += text
            case "SoftBreak" | "HardBreak" if in_heading:
                words += " "
            case {"End": {"Heading": _}}:
                in_heading = False
                if url:
                    yield words.strip(), url
