"""Markdown to blocks: a real CommonMark parser's events, walked once.

A block is what a citation can support at most: a paragraph, a list item without its children, a
callout title, a table row, a heading, a line of code. FORMAT.md section 6. Citations are marks
(see marks.py) before and after.
"""

from __future__ import annotations

import re
from typing import Any

import pyromark

from storage.blocks import Block, Document, Kind
from storage.marks import is_cited

_Option = pyromark.Options
_OPTIONS = _Option.ENABLE_TABLES | _Option.ENABLE_WIKILINKS | _Option.ENABLE_FOOTNOTES
_CALLOUT = re.compile(r"\[!([^\]\n|]{1,40})(?:\|([^\]\n]*))?\][-+]?[ \t]*([^\n]*)\n?")
_NEXT_CALLOUT = re.compile(r"\n(?=\[!)")
_TYPE = re.compile(r"\[![A-Za-z][A-Za-z -]{0,20}\][-+]?[ \t]*")
_TABLE_ROW = re.compile(r"^[ \t>]*\|.*", re.MULTILINE)
_WIKILINK_PIPE = re.compile(r"\[\[([^\[\]|\n\\]*)\|")
_FENCE = re.compile(r"^[ >]*(```|~~~)", re.MULTILINE)
_PROSE_INFO = ("markdown", "md")
_PLAIN_INFO = ("", "text", "txt", "plaintext")
_MARKUP = re.compile(r"^(?:#{1,6} |> |[*-] {1,3}\S)|\[\[\w", re.MULTILINE)
MOST_NESTED = 3
"""Markdown inside code or HTML is read so many times over, not for ever."""
_TAGS = re.compile(
    r"</?(?:a|abbr|b|big|center|cite|code|del|div|em|figcaption|figure|font|h[1-6]|i|iframe|img|ins|"
    r"kbd|li|mark|ol|p|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|video)\b"
    r"|<!|<\?",
    re.IGNORECASE,
)
_ORDINALS = ("st", "nd", "rd", "th")
_NEXT_CAPITAL = re.compile(r"\s+[\"“'(]?[A-Z]")
_LINE = "\ue002"
"""Put before each line of raw HTML, so that its words are read as a paragraph."""


def read_markdown(body: str) -> Document:
    """The blocks of a note's body."""
    walker = _Walker(unclosed=len(_FENCE.findall(body)) % 2 == 1)
    walker.feed(_TABLE_ROW.sub(_escape_pipes, body) if "\n|" in body else body)
    return Document(walker.blocks, walker.links)


def _escape_pipes(row: re.Match[str]) -> str:
    """A wikilink's pipe in a table row is no cell border (a table's rule, not the note's aim)."""
    return _WIKILINK_PIPE.sub(r"[[\1\|", row.group())


class _Walker:
    """The state of one walk: open block, containers, headings so far."""

    def __init__(self, *, unclosed: bool) -> None:
        self.blocks: list[Block] = []
        self.links: list[tuple[str, str]] = []
        self._unclosed = unclosed
        self._open: Block | None = None
        self._pieces: list[str] = []
        self._next = Kind.PARAGRAPH
        self._headings: list[tuple[int, Block]] = []
        self._above: list[Block | None] = []
        self._link: tuple[str, int] | None = None
        self._raw: list[str] | None = None
        self._info = ""
        self._depth = 0
        self._starts_bold = False
        self._label = 0

    def feed(self, source: str) -> None:
        """Walk one source; called again for Markdown inside a fence or raw HTML."""
        events: Any = pyromark.events(source, options=_OPTIONS)
        for event in events:
            if isinstance(event, str):
                if event in ("SoftBreak", "HardBreak"):
                    self._add("\n")
                continue
            ((name, value),) = event.items()
            if name == "Text":
                if self._raw is None:
                    self._add(value)
                else:
                    self._raw.append(value)
            elif name == "Start":
                self._start(*((value, None) if isinstance(value, str) else _only(value)))
            elif name == "End":
                self._end(value if isinstance(value, str) else _only(value)[0])
            else:
                self._other(name, value)
        self._close()

    def _other(self, name: str, value: str) -> None:
        """Code spans and math are words; of HTML only line breaks say anything."""
        if name == "Html" and self._raw is not None:
            self._raw.append(value)
        elif name == "InlineHtml":
            self._tag(value)
        elif name in ("Code", "InlineMath", "DisplayMath"):
            self._add(value)

    def _tag(self, tag: str) -> None:
        """Of tags, line breaks and powers say something; what HTML does not know is words."""
        if tag[:3].casefold() == "<br":
            self._add("\n")
        elif tag == "<sup>":
            self._add("^")
        elif tag == "</sup>" and self._pieces[-2:-1] == ["^"] and self._pieces[-1] in _ORDINALS:
            del self._pieces[-2]
        elif not _TAGS.match(tag):
            self._add(tag)

    def _add(self, piece: str) -> None:
        if self._open is None:
            self._begin(self._next)
        self._pieces.append(piece)

    def _begin(self, kind: Kind) -> Block:
        self._close()
        heading = tuple(block for _, block in self._headings)
        above = tuple(block for block in self._above if block is not None)
        self._open = Block(kind, heading, above)
        self._pieces = []
        return self._open

    def _close(self) -> Block | None:
        """End the open block; the last block, or None where there was nothing open."""
        block, self._open = self._open, None
        if block is None:
            return None
        label, self._label = self._label, 0
        if label and block.kind is Kind.ITEM:
            self._set_off(label)
        block.text = "".join(self._pieces).replace(_LINE, "")
        return self._callouts(block) if "[!" in block.text else self._keep(block)

    def _set_off(self, label: int) -> None:
        """`**Label** Text` in an item reads `Label: Text`."""
        rest = "".join(self._pieces[label : label + 3])
        if self._pieces[label - 1][-1:].isalnum() and _NEXT_CAPITAL.match(rest):
            self._pieces[label - 1] += ":"

    def _keep(self, block: Block) -> Block:
        if block.text.strip():
            self.blocks.append(block)
        return block

    def _callouts(self, block: Block) -> Block:
        """A quote may hold several callouts; within a line, a `[!TYPE]` is no words."""
        parts = _NEXT_CALLOUT.split(block.text) if block.kind is Kind.PARAGRAPH else [block.text]
        kept = [self._callout(Block(block.kind, block.heading, block.above, x)) for x in parts]
        return kept[-1]

    def _callout(self, block: Block) -> Block:
        """`[!TYPE] title` and body are two blocks, the title being context of the body."""
        match = _CALLOUT.match(block.text) if block.kind is Kind.PARAGRAPH else None
        if match is None:
            block.text = _TYPE.sub("", block.text)
            return self._keep(block)
        words = match.group(2) or match.group(3)
        above = block.above
        if words.strip():
            title = self._keep(Block(Kind.TITLE, block.heading, above, words))
            above = (*above, title)
            if self._above:
                self._above[-1] = title
        return self._keep(Block(Kind.PARAGRAPH, block.heading, above, block.text[match.end() :]))

    def _start(self, name: str, value: Any) -> None:
        if name == "Paragraph":
            self._begin(self._next)
            self._next = Kind.PARAGRAPH
        elif name in ("Link", "Image"):
            self._start_link(value)
        elif name == "TableCell":
            if self._pieces:
                self._pieces.append(" | ")
        elif name == "Heading":
            self._start_heading(int(str(value["level"])[-1]))
        elif name in ("CodeBlock", "HtmlBlock"):
            self._start_raw(name, value)
        elif name == "Strong":
            self._starts_bold = self._open is None or not self._pieces
        else:
            self._start_container(name)

    def _start_container(self, name: str) -> None:
        if name in ("List", "Table"):
            self._above.append(self._lead_in(name))
        elif name in ("Item", "BlockQuote"):
            self._close()
            self._above.append(None)
            self._next = Kind.ITEM if name == "Item" else Kind.PARAGRAPH
        elif name in ("TableHead", "TableRow"):
            self._begin(Kind.HEAD if name == "TableHead" else Kind.ROW)

    def _start_heading(self, level: int) -> None:
        block = self._begin(Kind.HEADING)
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        block.heading = tuple(above for _, above in self._headings)
        self._headings.append((level, block))

    def _lead_in(self, name: str) -> Block | None:
        """What a list or table hangs on: its parent item, or words before it that end in ":"."""
        parent = self._close()
        if parent is not None and parent.kind is Kind.ITEM:
            return parent
        last = self.blocks[-1] if self.blocks else None
        if name != "List" or last is None or last.kind in (Kind.HEADING, Kind.TITLE):
            return None
        return last if last.text.rstrip(" *_\n").endswith(":") else None

    def _start_link(self, value: Any) -> None:
        if self._open is None:
            self._begin(self._next)
        wiki = "WikiLink" in value["link_type"]
        self._link = (str(value["dest_url"]).strip() if wiki else "", len(self._pieces))

    def _start_raw(self, name: str, value: Any) -> None:
        self._close()
        self._raw = []
        if name == "HtmlBlock":
            self._info = "html"
        else:
            fenced = isinstance(value, dict)
            self._info = str(value["Fenced"]).strip().casefold() if fenced else "indented"

    def _end(self, name: str) -> None:
        if name in ("Link", "Image"):
            self._end_link()
        elif name == "Strong":
            self._end_strong()
        elif name in ("Paragraph", "Heading", "TableRow"):
            self._close()
        elif name == "TableHead":
            self._above[-1] = self._close() or self._above[-1]
        elif name in ("Item", "BlockQuote", "List", "Table"):
            self._close()
            self._above.pop()
            self._next = Kind.PARAGRAPH
        elif name in ("CodeBlock", "HtmlBlock"):
            self._end_raw()

    def _end_strong(self) -> None:
        """Bold words that open a block may be its label."""
        if self._starts_bold and not self._label:
            self._label = len(self._pieces)

    def _end_link(self) -> None:
        """A wikilink shows its alias; one without an alias shows its target as words."""
        link, self._link = self._link, None
        if link is None or not link[0]:
            return
        target, first = link
        words = "".join(self._pieces[first:])
        shown = words.rsplit("|", 1)[-1].strip() or target
        shown = shown.replace("_", " ") if shown == target else shown
        self.links.append((target, shown))
        self._pieces[first:] = [shown]

    def _end_raw(self) -> None:
        """Code and raw HTML: prose in disguise is walked as Markdown, cited code kept by line."""
        rows, self._raw = self._raw or [], None
        text, info = "".join(rows), self._info
        if info == "html":
            self.feed("\n".join(_LINE + row for row in text.split("\n")))
        elif self._is_prose(text, info):
            self._depth += 1
            self.feed(text)
            self._depth -= 1
        else:
            self._code_lines(text)

    def _is_prose(self, text: str, info: str) -> bool:
        if self._depth >= MOST_NESTED:
            return False
        if info in _PROSE_INFO or not is_cited(text):
            return info in _PROSE_INFO
        if info == "indented" or self._unclosed:
            return True
        return info in _PLAIN_INFO and _MARKUP.search(text) is not None

    def _code_lines(self, text: str) -> None:
        """Each line of code with a citation is a block; code without one is nothing to cite."""
        for row in text.split("\n"):
            if is_cited(row):
                self._begin(Kind.CODE)
                self._add(row)
                self._close()


def _only(value: Any) -> tuple[str, Any]:
    """The one pair of an event's dictionary."""
    ((name, inner),) = value.items()
    return name, inner
