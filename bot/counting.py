"""Questions counted by what came of them: found, nothing, or error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec, TypeVar

from bot.commands import COMMANDS
from bot.inline import InlineAnswer, InlineCard
from bot.metrics import QUERIES
from bot.reply import Reply
from bot.text import Text
from bot.words import helping, sharing

P = ParamSpec("P")
T = TypeVar("T")
FOUND, NOTHING, ERROR = "found", "nothing", "error"
OTHER: Final = "other"
"""What people made up themselves is no label: there would be no end of them."""
_NAMES = frozenset(command.name for command in COMMANDS)
_APOLOGIES = {helping.NOT_NOW, helping.TOO_SLOW, sharing.TOO_SLOW, sharing.TOO_SLOW_CLAIM}

Judge = Callable[[T], tuple[str, str]]
"""The command of an answer, and what came of the question."""


def tallied(
    ask: Callable[P, Awaitable[T]], judge: Judge[T], command: str = OTHER
) -> Callable[P, Awaitable[T]]:
    """The same, each question counted; one that raises is an error of this command's."""

    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        labels = command, ERROR
        try:
            answer = await ask(*args, **kwargs)
            labels = judge(answer)
        finally:
            QUERIES.labels(*labels).inc()
        return answer

    return asked


def of_reply(reply: Reply) -> tuple[str, str]:
    """A reply to a request."""
    command = reply.command if reply.command in _NAMES else OTHER
    return command, _outcome(reply.text, found=reply.found)


def of_inline(answer: InlineAnswer) -> tuple[str, str]:
    """A page of cards; those that only say something have no link to show."""
    found = any(card.preview for card in answer.cards)
    return "inline", _outcome(answer.cards[0].text, found=found)


def of_guest(card: InlineCard) -> tuple[str, str]:
    """The answer to a mention."""
    return "guest", _outcome(card.text, found=bool(card.preview))


def _outcome(text: Text, *, found: bool) -> str:
    if text and text[0].text in _APOLOGIES:
        return ERROR
    return FOUND if found else NOTHING
