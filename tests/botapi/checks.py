"""The limits of the Bot API that its machine-readable form does not tell. All are pure.

Each raises ApiError as Telegram refuses, or returns the faults that Telegram would let pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.botapi.errors import Json, broken
from tests.botapi.links import link_fault
from tests.botapi.markup import Formatted, parse_html, trimmed, utf16

MAX_TEXT = 4096
MAX_ENTITIES = 100
MAX_BUTTONS = 100
MAX_ROW = 8
MAX_COPY = 256
"""Of what a button copies, and of an inline query."""
STYLES = ("danger", "success", "primary")
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)
BUTTON_LOOKS = {"text", "style", "icon_custom_emoji_id"}
SCOPES_WITH_CHAT = ("chat", "chat_administrators", "chat_member")


def formatted(params: Mapping[str, Any], key: str = "text", most: int = MAX_TEXT) -> Formatted:
    """The text under `key` after parsing: 1 to `most` UTF-16 units, at most 100 entities."""
    source, mode = params.get(key, ""), params.get("parse_mode")
    if mode and "entities" in params:
        raise broken("parse_mode and entities exclude each other")
    if mode and mode.lower() != "html":
        raise broken(f"unsupported parse_mode: this server reads HTML only, not {mode!r}")
    out = parse_html(source) if mode else trimmed(_with_entities(source, params))
    if not source:
        raise broken("message text is empty")
    if not out.text:
        raise broken("text must be non-empty")
    if utf16(out.text) > most:
        raise broken("message is too long")
    if len(out.entities) > MAX_ENTITIES:
        out.faults.append(f"{len(out.entities)} entities, only the first {MAX_ENTITIES} show")
        out.entities = out.entities[:MAX_ENTITIES]
    return out


def _with_entities(source: str, params: Mapping[str, Any]) -> Formatted:
    entities = list(params.get("entities", ()))
    size = utf16(source)
    for one in entities:
        if one["length"] <= 0 or one["offset"] < 0 or one["offset"] + one["length"] > size:
            raise broken(f"can't parse entities: entity outside of the text: {one}")
        if one["type"] == "text_link" and (fault := link_fault(one.get("url", ""))):
            raise broken(f"can't parse entities: entity URL is invalid: {fault}")
    return Formatted(source, entities)


def keyboard(markup: Mapping[str, Any]) -> None:
    """An inline keyboard: at most 8 in a row and 100 in all; other markups pass."""
    rows = markup.get("inline_keyboard")
    if rows is None:
        return
    if any(len(row) > MAX_ROW for row in rows):
        raise broken(f"too many buttons in a row: {max(map(len, rows))}, at most {MAX_ROW}")
    if any(not row for row in rows):
        raise broken("a row of the inline keyboard is empty")
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise broken(f"reply markup is too long: {sum(map(len, rows))} buttons")
    for row in rows:
        for button in row:
            _button(button)


def _button(button: Mapping[str, Any]) -> None:
    name = button["text"]
    if not name.strip():
        raise broken('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = sorted(button.keys() - BUTTON_LOOKS)
    if not actions:
        raise broken(f"Text buttons are unallowed in the inline keyboard: {name!r}")
    if len(actions) > 1:
        raise broken(f"button {name!r} has more than one action: {', '.join(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise broken(f"BUTTON_DATA_INVALID: {button['callback_data']!r} is not 1-64 bytes")
    if "url" in button and (fault := link_fault(button["url"])):
        raise broken(f"inline keyboard button URL '{button['url']}' is invalid: {fault}")
    _leads_on(name, button)
    if "style" in button and button["style"] not in STYLES:
        raise broken(f"invalid button style {button['style']!r}")


def _leads_on(name: str, button: Mapping[str, Any]) -> None:
    """What a button copies is 1-256 characters; what it types elsewhere fits an inline query."""
    if "copy_text" in button and not 1 <= utf16(button["copy_text"]["text"]) <= MAX_COPY:
        raise broken(f"BUTTON_COPY_TEXT_INVALID: of {name!r}")
    chosen = button.get("switch_inline_query_chosen_chat")
    if chosen is None:
        return
    if utf16(chosen.get("query", "")) > MAX_COPY:
        raise broken(f"BUTTON_SWITCH_QUERY_INVALID: of {name!r}")
    if not any(value is True for value in chosen.values()):
        raise broken(f"button {name!r} lets people choose no kind of chat")


def commands(listed: list[Json]) -> None:
    """A command list: at most 100, names `a-z0-9_` up to 32, told once, 1-256 characters each."""
    if len(listed) > 100:
        raise broken("BOT_COMMANDS_TOO_MUCH")
    for one in listed:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
            raise broken(f"BOT_COMMAND_INVALID: {one['command']!r}")
        if not 1 <= len(one["description"].strip()) <= 256:
            raise broken(f"BOT_COMMAND_DESCRIPTION_INVALID: of {one['command']!r}")
    names = [one["command"] for one in listed]
    if len(set(names)) < len(names):
        raise broken("BOT_COMMAND_INVALID: a name stands twice")


def language(code: str) -> None:
    """Empty or a two-letter code."""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise broken(f"LANG_CODE_INVALID: {code!r}")


def short_text(text: str, most: int, what: str) -> None:
    """A description or the like of at most `most` UTF-16 units."""
    if utf16(text) > most:
        raise broken(f"{what} is too long: {utf16(text)}, at most {most}")


def preview(options: Mapping[str, Any]) -> None:
    """Link preview options: a URL that can be opened, one size."""
    if "url" in options and options["url"] and (fault := link_fault(options["url"])):
        raise broken(f"link preview URL is invalid: {fault}")
    if options.get("prefer_small_media") and options.get("prefer_large_media"):
        raise broken("link preview can't be both small and large")


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
