"""The front matter of a note: title, video id, and where the body starts. Hostile YAML is survived.

All values are kept as the strings they are written as: an id of digits is not a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from storage.timestamps import read_video_link

MOST_BYTES = 16_384
"""A longer block is not given to the YAML parser."""
MOST_BRACKETS = 400
"""Nor is one with more brackets: the parser's time grows with their square."""
VIDEO_KEYS = (
    *("videoid", "youtubeid", "youtube", "youtubeurl", "videourl", "videolink", "video"),
    *("url", "source", "link"),
)
"""Keys that may name the video, best first, in lower case without "_", "-" and spaces."""
# Groups are repeated by "*", not "*+": that one goes wrong before Python 3.11.5.
_START = re.compile(r"(?:[ \t]*+\n)*-{3,}[ \t]*+\n")
_END = re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE)
_PAIR = re.compile(r"^([A-Za-z_][\w -]{0,60})[ \t]*:(?:[ \t]+(.*))?$", re.MULTILINE)
_LEADING = re.compile(r"(?:(?!From:)(?:[A-Za-z_][\w -]{0,60}:|[ \t]+\S|-[ \t]|#).*+(?:\n|\Z))*")
_KEY = re.compile(r"[\W_]+")
_URL = re.compile(r"(?:https?:)?//[^\s()<>\[\]\"']+")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`body_line` is the line (from 1) on which `body` starts; `fault` says what was mended.

    `video` is what names the video as written, "" if nothing does; `block` the raw block.
    """

    title: str
    video_id: str
    video: str
    body: str
    body_line: int
    fault: str = ""
    block: str = ""


SHORT = 1_024
"""Characters that the C loader may be given: it dies on nesting 20 times deeper than fits here."""
_FAST = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Strings(YAMLHandler):
    """YAML without types; longer blocks by the pure Python loader, which survives any nesting."""

    def load(self, fm: str, **_: object) -> Any:
        loader = _FAST if len(fm) <= SHORT else yaml.BaseLoader
        return yaml.load(fm, Loader=loader)  # noqa: S506 - these loaders make only strings


def read_front_matter(text: str) -> FrontMatter:
    """Split a file's text (no BOM, `\\n` newlines). Never raises; without a block all is body."""
    start = _START.match(text)
    if start is None:
        return FrontMatter("", "", "", text, 1)
    end = _END.search(text, start.end())
    if end is None:
        return _without_end(text, start.end())
    fields, fault = _fields(text[start.end() : end.start()])
    if fault and "\n\n" in text[start.end() : end.start()]:
        short = _without_end(text, start.end())
        if short.video_id:
            return short
    body = end.end() + 1
    return _front_matter(text, (start.end(), end.start()), body, fields, fault)


def _without_end(text: str, start: int) -> FrontMatter:
    """What a block holds whose end is missing: the lines that look like fields."""
    match = _LEADING.match(text, start)
    end = match.end() if match else start
    fields = _by_lines(text[start:end])
    if not fields:
        return FrontMatter("", "", "", text, 1)
    return _front_matter(text, (start, end), end, fields, "the front matter has no end")


def _front_matter(
    text: str, block: tuple[int, int], body: int, fields: Mapping[str, str], fault: str
) -> FrontMatter:
    video, video_id = _video(fields)
    title = clean_name(fields.get("title", ""))
    line = 1 + text.count("\n", 0, body)
    return FrontMatter(title, video_id, video, text[body:], line, fault, text[slice(*block)])


def _video(fields: Mapping[str, str]) -> tuple[str, str]:
    """The first field that names a video, and its id; else the first that should, and ""."""
    named = [fields[key] for key in VIDEO_KEYS if fields.get(key)]
    for value in named:
        for candidate in (value, *_URL.findall(value)):
            moment = read_video_link(candidate)
            if moment is not None:
                return value, moment.video_id
    return (named[0] if named else ""), ""


def _fields(block: str) -> tuple[dict[str, str], str]:
    """The block's fields by lower-case key, and what was wrong with it ("" if nothing)."""
    if len(block) > MOST_BYTES:
        return _by_lines(block[:MOST_BYTES]), f"the front matter is longer than {MOST_BYTES} bytes"
    if block.count("[") + block.count("{") > MOST_BRACKETS:
        return _by_lines(block), f"the front matter holds more than {MOST_BRACKETS} brackets"
    try:
        data, _ = frontmatter.parse(f"---\n{block}---\n", handler=_Strings())
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        reason = str(error).partition("\n")[0]
        return _by_lines(block), f"the front matter is not valid YAML ({reason}), read by lines"
    return _flat(data), ""


def _flat(data: Mapping[str, object]) -> dict[str, str]:
    """Strings, and the first of a list of strings; anything deeper is nothing we ask for."""
    flat: dict[str, str] = {}
    for key, value in data.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str):
            flat[_key(str(key))] = first.strip()
    return flat


def _by_lines(block: str) -> dict[str, str]:
    pairs = (match.groups(default="") for match in _PAIR.finditer(block))
    return {_key(key): _unquote(value.strip()) for key, value in pairs}


def _unquote(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _key(key: str) -> str:
    return _KEY.sub("", key).casefold()


def clean_name(text: str) -> str:
    """A name without invisible characters (controls, isolates, joiners), white space collapsed."""
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join(kept.split())
