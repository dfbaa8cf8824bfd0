"""What `--help` tells of settings and kinds of problems."""

from __future__ import annotations

import re

from bot.command_help import kinds, settings
from bot.config import Settings, described, variable
from storage.check import KINDS


def test_every_setting_is_told_with_its_meaning_and_default() -> None:
    shown = settings()
    named = re.findall(r"^  (TUBENOTES_\w+)$", shown, re.MULTILINE)
    assert set(named) == {variable(field) for field in Settings.model_fields}
    words = " ".join(shown.split())
    for one in described():
        assert f"{one.variable} {one.meaning} (default: {one.default})" in words


def test_every_kind_of_problem_is_told() -> None:
    words = " ".join(kinds().split())
    assert all(f"{kind} {what}" in words for kind, what in KINDS.items())


def test_all_fits_into_80_columns() -> None:
    assert max(map(len, (settings() + kinds()).splitlines())) <= 80
