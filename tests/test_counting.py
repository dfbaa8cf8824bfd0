"""Questions counted by what came of them, under names that people cannot choose."""

from __future__ import annotations

from functools import partial

import pytest

from bot.commands import answer
from bot.counting import of_guest, of_inline, of_reply, tallied
from bot.guest import guest
from bot.inline import InlineAnswer, inline, words_card
from bot.library import Library
from bot.metrics import REGISTRY
from bot.reply import Reply, Request
from bot.text import plain
from bot.words import helping, sharing


def asked(command: str, outcome: str) -> float:
    labels = {"command": command, "outcome": outcome}
    return REGISTRY.get_sample_value("tubenotes_queries_total", labels) or 0.0


@pytest.mark.parametrize(
    ("text", "command", "outcome"),
    [
        ("/search tulip", "search", "found"),
        ("tulip", "search", "found"),
        ("/search zzqx", "search", "nothing"),
        ("/topic compost", "topic", "found"),
        ("/mysecretplans now", "other", "nothing"),
    ],
)
async def test_each_question_is_counted_by_command_and_outcome(
    library: Library, text: str, command: str, outcome: str
) -> None:
    before = asked(command, outcome)
    await tallied(partial(answer, library), of_reply)(Request(text))
    assert asked(command, outcome) == before + 1


async def test_inline_and_guest_questions_are_counted(library: Library) -> None:
    labels = [("inline", "found"), ("inline", "nothing"), ("guest", "found"), ("guest", "nothing")]
    before = [asked(*one) for one in labels]
    typed = tallied(partial(inline, library), of_inline)
    mentioned = tallied(partial(guest, library), of_guest)
    await typed("tulip", "")
    await typed("zzqx", "")
    await mentioned(None, "a bulb sleeps through winter")
    await mentioned(None, "zzqx")
    assert [asked(*one) for one in labels] == [count + 1 for count in before]


async def test_a_fault_is_counted_as_an_error_and_goes_on() -> None:
    async def fails() -> InlineAnswer:
        raise ZeroDivisionError

    before = asked("inline", "error")
    with pytest.raises(ZeroDivisionError):
        await tallied(fails, of_inline, "inline")()
    assert asked("inline", "error") == before + 1


@pytest.mark.parametrize("words", [helping.NOT_NOW, helping.TOO_SLOW])
def test_an_apology_is_an_error(words: str) -> None:
    assert of_reply(Reply("search", (plain(words),), found=False)) == ("search", "error")


@pytest.mark.parametrize("words", [helping.NOT_NOW, sharing.TOO_SLOW, sharing.TOO_SLOW_CLAIM])
def test_a_card_that_apologises_is_an_error(words: str) -> None:
    card = words_card(words)
    assert of_guest(card) == ("guest", "error")
    assert of_inline(InlineAnswer((card,))) == ("inline", "error")
