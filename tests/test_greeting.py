"""What a group is told when the bot joins it."""

from __future__ import annotations

from bot.commands import COMMANDS, split_command
from bot.greeting import greeting
from bot.reply import Place
from tests.library_fixture import words


def test_it_is_short_and_names_only_commands_that_a_group_has() -> None:
    text = words(greeting())
    assert len(text) < 400
    typed = [span.text for span in greeting().text if span.code]
    assert [split_command(one)[0] for one in typed] == ["search", "source", "topic", "subscribe"]
    in_groups = {one.name for one in COMMANDS if Place.GROUP in one.places and one.listed}
    assert {split_command(one)[0] for one in typed} <= in_groups
