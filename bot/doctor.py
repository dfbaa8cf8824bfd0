"""What the doctor says: one line a finding, in groups, for people and for scripts. Pure."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from bot.amounts import many
from bot.log import Redaction
from bot.terminal_plain import one_line

State = Literal["ok", "fix", "hint"]
MARKS: dict[State, str] = {"ok": "ok", "fix": "FIX", "hint": "hint"}
LEGEND = "FIX: the bot cannot serve until it is done. hint: it works, and could be better."
_INDENT = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A finding: what it is about, how it stands, and what to do where that is not well.

    `fix` stops the bot from serving; with `hint` it serves, but could be better. A line break in
    `says` begins another line.
    """

    about: str
    state: State
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The findings on one subject, in the order in which they are best mended."""

    title: str
    lines: tuple[Line, ...]


def ok(about: str, says: str) -> Line:
    """All is well here."""
    return Line(about, "ok", says)


def fix(about: str, says: str, do: str) -> Line:
    """This stops the bot from serving."""
    return Line(about, "fix", says, do)


def hint(about: str, says: str, do: str) -> Line:
    """The bot serves, but could be better."""
    return Line(about, "hint", says, do)


def is_ok(groups: Iterable[Group]) -> bool:
    """Whether nothing stops the bot from serving."""
    return not _count(groups, "fix")


def rendered(group: Group, width: int) -> list[str]:
    """The group as lines of at most `width` columns, where words and paths allow it."""
    lines = [group.title]
    for line in group.lines:
        first, *more = line.says.split("\n")
        lines += _wrapped(f"  {MARKS[line.state]:<{_INDENT - 2}}{one_line(first)}", width)
        for one in more:
            lines += _wrapped(f"{' ' * _INDENT}  {one_line(one)}", width, deeper=2)
        if line.do:
            lines += _wrapped(f"{' ' * _INDENT}→ {one_line(line.do)}", width, deeper=2)
    return lines


def verdict(groups: Sequence[Group]) -> list[str]:
    """The last words: how many things are to be done, or that none is."""
    faults, hints = _count(groups, "fix"), _count(groups, "hint")
    told = [f"{faults} to FIX"] if faults else []
    told += [many(hints, "hint")] if hints else []
    if not told:
        return ["All is well."]
    end = "" if faults else " Nothing stops the bot from serving."
    return [f"{' and '.join(told)}.{end}", *([LEGEND] if faults else [])]


def as_json(groups: Sequence[Group]) -> str:
    """The same for scripts."""
    lines = [asdict(line) for group in groups for line in group.lines]
    return json.dumps({"ok": is_ok(groups), "lines": lines})


def without(group: Group, secrets: Sequence[str]) -> Group:
    """The group without the token, should an error of somebody else hold it."""
    clear = Redaction(secrets)
    lines = (Line(one.about, one.state, clear(one.says), clear(one.do)) for one in group.lines)
    return Group(group.title, tuple(lines))


def _count(groups: Iterable[Group], state: State) -> int:
    return sum(line.state == state for group in groups for line in group.lines)


def _wrapped(text: str, width: int, deeper: int = 0) -> Iterator[str]:
    """Broken between words only: a path, a command or an address is copied whole."""
    yield from textwrap.wrap(
        text,
        max(width, 40),
        subsequent_indent=" " * (_INDENT + deeper),
        break_long_words=False,
        break_on_hyphens=False,
    )
