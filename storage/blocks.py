"""Blocks: what a note's body is made of, as its reader sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a block is in the note."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    TITLE = "title"
    ROW = "row"
    HEAD = "head"
    HEADING = "heading"
    CODE = "code"


@dataclass(eq=False, slots=True)
class Block:
    """One block: its text, and the blocks that give it its context: headings, what it hangs on.

    `plain` is filled by whoever reads the text; contexts always come before what they explain.
    """

    kind: Kind
    heading: tuple[Block, ...] = ()
    above: tuple[Block, ...] = ()
    text: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a body holds: blocks in order, and wikilinks (target, words shown)."""

    blocks: list[Block]
    links: list[tuple[str, str]]
