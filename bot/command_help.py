"""Parts of `--help` that are made from the code they tell of, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from bot.config import described
from storage.check import KINDS

_WIDTH = 78


def settings() -> str:
    """Every setting with its meaning and default."""
    rows = ((one.variable, f"{one.meaning} (default: {one.default})") for one in described())
    head = (
        "settings: environment variables, or lines in a file .env in the working folder.\n"
        "An option wins over a variable, a variable over .env:"
    )
    return f"\n{head}\n{_listed(rows, beside=False)}"


def kinds() -> str:
    """Every kind of problem, the worst first."""
    return f"\nkinds of problems, the worst first:\n{_listed(KINDS.items())}"


def _listed(rows: Iterable[tuple[str, str]], *, beside: bool = True) -> str:
    """A name and what it is, in a line where names are short, else in the line below."""
    return "".join(f"{_row(name, text, beside=beside)}\n" for name, text in rows)


def _row(name: str, text: str, *, beside: bool) -> str:
    indent = " " * (18 if beside else 6)
    first = f"  {name:<15} " if beside else indent
    told = textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=indent)
    return told if beside else f"  {name}\n{told}"
