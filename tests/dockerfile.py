"""deploy/Dockerfile as its instructions, and which files of the checkout it may see."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from typing import NamedTuple

HOUSE = Path(__file__).parents[1]


class Instruction(NamedTuple):
    """One instruction, its lines joined: RUN, COPY and so on, and what follows."""

    name: str
    rest: str


def instructions(text: str) -> list[Instruction]:
    """All of a Dockerfile, without its comments."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    found = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [Instruction(name.upper(), rest.strip()) for name, _, rest in found]


def stages(text: str) -> list[list[Instruction]]:
    """The same, a list for each FROM; what stands before the first belongs to none."""
    found: list[list[Instruction]] = []
    for instruction in instructions(text):
        if instruction.name == "FROM":
            found.append([])
        if found:
            found[-1].append(instruction)
    return found


def is_seen(name: str, ignored: str) -> bool:
    """Whether docker sees this file under these rules of .dockerignore: the last that fits says."""
    seen = True
    for line in ignored.splitlines():
        rule = line.strip()
        if rule and not rule.startswith("#") and _fits(name, rule.lstrip("!")):
            seen = rule.startswith("!")
    return seen


def _fits(name: str, rule: str) -> bool:
    """A rule fits a file, and whatever is in a folder that it fits."""
    parts = name.split("/")
    heads = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    if rule.startswith("**/"):
        return any(fnmatch.fnmatchcase(part, rule[3:]) for part in parts)
    return any(fnmatch.fnmatchcase(head, rule) for head in heads)
