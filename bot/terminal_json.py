"""`chat --json`: one answer as one JSON object on one line, the form that scripts rely on."""

from __future__ import annotations

import json
import re

from bot.excerpt import excerpt_text
from bot.reply import Button, Reply
from bot.text import to_plain
from storage.model import Hit, Topic
from storage.timestamps import format_time, watch_url

_BREAKS_A_LINE = re.compile("[\x7f-\x9f\u2028\u2029]")


def to_json(request_text: str, reply: Reply, took_ms: float) -> dict[str, object]:
    """The answer to `request_text` with every key of the contract, always, in its order."""
    return {
        "request": request_text,
        "command": reply.command,
        "text": to_plain(reply.text),
        "moments": [_moment(hit) for hit in reply.hits],
        "topics": [_topic(topic) for topic in reply.topics],
        "found": reply.found,
        "more": reply.more,
        "buttons": [[_button(button) for button in row] for row in reply.buttons],
        "took_ms": round(took_ms, 1),
    }


def _moment(hit: Hit) -> dict[str, object]:
    moment = hit.moment
    return {
        "note": hit.note.key,
        "title": hit.note.title,
        "channel": hit.note.channel,
        "heading": list(hit.passage.heading),
        "video_id": moment.video_id,
        "start": moment.start,
        "time": format_time(moment.start),
        "precise": moment.precise,
        "url": watch_url(moment),
        "excerpt": excerpt_text(hit),
        "notes": [note.key for note in hit.notes],
        "score": round(hit.score, 4),
    }


def _topic(topic: Topic) -> dict[str, object]:
    return {
        "note": topic.note.key if topic.note else "",
        "title": topic.title,
        "score": round(topic.score, 1),
    }


def _button(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "request": button.request}


def encode(value: object) -> bytes:
    """One line of UTF-8 JSON. Nothing in it but its end can be taken for the end of a line."""
    line = json.dumps(value, ensure_ascii=False)
    line = _BREAKS_A_LINE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
    # A lone surrogate (a file name that is no UTF-8) becomes \udcXX, which JSON allows.
    return line.encode("utf-8", "backslashreplace") + b"\n"
