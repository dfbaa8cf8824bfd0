"""Telegram's HTML, read as Telegram reads it, but without its mercy: a bare "&" is a fault.

Offsets and lengths of entities are in UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.botapi.errors import ApiError, Json, broken
from tests.botapi.links import link_fault

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));")
_END = re.compile(r"</([^\s>]*)\s*>")
_START = re.compile(r"<([^\s>/]+)")
_ATTRIBUTE = re.compile(
    r"\s+(?P<name>[^\s=>]+)\s*=\s*(?:\"(?P<two>[^\"]*)\"|'(?P<one>[^']*)'|(?P<bare>[\w.-]+)(?=[\s>]))"
)
_ALLOWED = {"a": {"href"}, "code": {"class"}, "span": {"class"}, "tg-emoji": {"emoji-id"}}


def utf16(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class Formatted:
    """The words as people see them, their entities, and faults that a real server lets pass."""

    text: str
    entities: list[Json] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    begin: int
    attributes: dict[str, str | None]


def _refusal(what: str) -> ApiError:
    return broken(f"can't parse entities: {what}")


class _Parser:
    """One pass over the source. `size` is the length of the text so far in UTF-16 units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.size = 0
        self.open: list[_Open] = []
        self.out = Formatted("")

    def parse(self) -> Formatted:
        at = 0
        while at < len(self.source):
            char = self.source[at]
            if char == "&":
                at = self._character(at)
            elif char != "<":
                at = self._words(at)
            elif self.source.startswith("</", at):
                at = self._close(at)
            else:
                at = self._start(at)
        if self.open:
            tag = self.open[-1].tag
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{tag}"')
        self.out.text = "".join(self.parts)
        self.out.entities.sort(key=lambda one: (one["offset"], -one["length"]))
        return self.out

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        self.size += utf16(text)

    def _words(self, at: int) -> int:
        found = re.compile(r"[^<&]+").match(self.source, at)
        assert found
        self._add(found[0])
        return found.end()

    def _character(self, at: int) -> int:
        found = _CHARACTER.match(self.source, at)
        if not found:
            raise _refusal(f'unescaped "&" at byte offset {self._byte(at)}')
        self._add(_decode(found))
        return found.end()

    def _start(self, at: int) -> int:
        found = _START.match(self.source, at)
        if not found or ">" not in self.source[at:]:
            raise _refusal(f"Unclosed start tag at byte offset {self._byte(at)}")
        tag = found[1].lower()
        if tag not in KINDS:
            raise _refusal(f'Unsupported start tag "{tag}" at byte offset {self._byte(at)}')
        self._check_nesting(tag)
        attributes, end = self._attributes(tag, found.end())
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            where = self._byte(at)
            raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append(_Open(tag, self.size, self.length, attributes))
        return end

    def _check_nesting(self, tag: str) -> None:
        """Code stands alone (a quote may hold it): Telegram drops what is around or inside."""
        outer = [one.tag for one in self.open if one.tag != "blockquote"]
        if tag == "code" and outer == ["pre"]:
            return
        if outer and (tag in ("code", "pre") or {"code", "pre"} & {*outer}):
            self.out.faults.append(f'"{tag}" inside "{outer[-1]}" is dropped: code stands alone')

    def _attributes(self, tag: str, at: int) -> tuple[dict[str, str | None], int]:
        attributes: dict[str, str | None] = {}
        if tag == "blockquote" and (
            found := re.compile(r"\s+expandable(?=[\s>])").match(self.source, at)
        ):
            attributes["expandable"] = None
            at = found.end()
        while found := _ATTRIBUTE.match(self.source, at):
            value = next(one for one in found.group("two", "one", "bare") if one is not None)
            attributes[found["name"]] = self._value(value)
            at = found.end()
        end = re.compile(r"\s*>").match(self.source, at)
        if not end:
            raise _refusal(f'Unclosed start tag "{tag}" at byte offset {self._byte(at)}')
        for name in attributes.keys() - _ALLOWED.get(tag, set()) - {"expandable"}:
            self.out.faults.append(f'attribute "{name}" means nothing in tag "{tag}"')
        return attributes, end.end()

    def _value(self, raw: str) -> str:
        if "&" in _CHARACTER.sub("", raw):
            raise _refusal(f'unescaped "&" in attribute value {raw!r:.80}')
        return _CHARACTER.sub(_decode, raw)

    def _close(self, at: int) -> int:
        where = self._byte(at)
        if not self.open:
            raise _refusal(f"Unexpected end tag at byte offset {where}")
        found = _END.match(self.source, at)
        if not found:
            raise _refusal(f"Unclosed end tag at byte offset {where}")
        last = self.open.pop()
        if found[1].lower() != last.tag:
            raise _refusal(
                f'Unmatched end tag at byte offset {where}, expected "</{last.tag}>", '
                f'found "</{found[1]}>"'
            )
        self._entity(last)
        return found.end()

    def _entity(self, tag: _Open) -> None:
        entity: Json = {
            "type": KINDS[tag.tag],
            "offset": tag.offset,
            "length": self.size - tag.offset,
        }
        if tag.tag == "a":
            url = tag.attributes.get("href") or "".join(self.parts)[tag.begin :]
            if fault := link_fault(url):
                self.out.faults.append(f"link {url!r:.120} is dropped: {fault}")
                return
            entity["url"] = url
        elif tag.tag == "tg-emoji":
            entity["custom_emoji_id"] = _emoji(tag.attributes.get("emoji-id") or "")
        elif tag.tag == "blockquote":
            entity |= self._blockquote(tag)
        elif tag.tag in ("pre", "code"):
            entity |= self._language(tag)
        self.out.entities.append(entity)

    def _blockquote(self, tag: _Open) -> Json:
        if any(outer.tag == "blockquote" for outer in self.open):
            raise _refusal("blockquote entities can't be nested")
        return {"type": "expandable_blockquote"} if "expandable" in tag.attributes else {}

    def _language(self, tag: _Open) -> Json:
        """`<pre><code class="language-x">` is one entity: the inner one tells the outer."""
        name = tag.attributes.get("class") or ""
        inner = self.out.entities[-1] if self.out.entities else {}
        whole = (inner.get("offset"), inner.get("length")) == (tag.offset, self.size - tag.offset)
        if tag.tag == "pre" and whole and inner.get("type") == "code":
            self.out.entities.pop()
            return {"language": inner["language"]} if "language" in inner else {}
        return {"language": name[9:]} if name.startswith("language-") else {}


def _decode(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise _refusal(f"character reference {found[0]} stands for no character")
    return chr(code)


def _emoji(value: str) -> str:
    if not value.isdecimal() or not int(value):
        raise _refusal("Invalid custom emoji identifier specified")
    return value


def parse_html(source: str) -> Formatted:
    """The text and entities of this source; raises ApiError where Telegram refuses it."""
    return trimmed(_Parser(source).parse())


def trimmed(formatted: Formatted) -> Formatted:
    """Without the white space around it, as Telegram sends a text; entities move with it."""
    head = utf16(formatted.text) - utf16(formatted.text.lstrip())
    text = formatted.text.strip()
    entities = []
    for one in formatted.entities:
        start = max(one["offset"] - head, 0)
        end = min(one["offset"] + one["length"] - head, utf16(text))
        if end > start:
            entities.append(one | {"offset": start, "length": end - start})
    return Formatted(text, entities, formatted.faults)
