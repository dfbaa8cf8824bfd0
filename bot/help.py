"""`/start` and `/help`: what this is, and examples that work on these very notes."""

from __future__ import annotations

from bot.buttons import Row, button
from bot.reply import Reply
from bot.text import Span, bold, code, italic, plain
from bot.words import LISTED, filled, helping, number, said
from storage.examples import Examples
from storage.model import Counts


def start_reply(counts: Counts, examples: Examples) -> Reply:
    """Two lines on what this is, three things to press."""
    text: list[Span] = [plain(f"{helping.WHAT_THIS_IS}\n\n{_holdings(counts)}")]
    if examples:
        text += [plain(f"\n\n{helping.TRY}\n"), *_listed(examples)]
    text.append(plain(f"\n{helping.THE_REST}"))
    return Reply("start", tuple(text), _buttons(examples))


def help_reply(counts: Counts, examples: Examples) -> Reply:
    """Every command with a line, and how to narrow a search."""
    text: list[Span] = [bold(helping.TO_SEND), plain("\n")]
    for typed, does in helping.ALL_TO_SEND:
        text += [*filled(helping.SENT, typed=code(typed), does=does), plain("\n")]
    managed = code("/subscriptions for:@name")
    text += [*filled(helping.PRIVATELY, request=managed), plain("\n\n")]
    text += [bold(helping.NARROW), plain("\n")]
    for at, typed in enumerate(helping.NARROWING):
        text += [plain(LISTED if at else ""), code(typed)]
    text += [plain(f"\n\n{helping.NEAR}\n"), italic(_holdings(counts))]
    return Reply("help", tuple(text), _buttons(examples))


def _holdings(counts: Counts) -> str:
    if not counts.notes:
        return helping.NO_NOTES
    notes, moments = number(counts.notes), number(counts.moments)
    if counts.channels <= 1:
        return said(helping.HOLDINGS, notes=notes, moments=moments)
    channels = number(counts.channels)
    return said(helping.HOLDINGS_OF, notes=notes, channels=channels, moments=moments)


def _listed(examples: Examples) -> list[Span]:
    return [span for example in examples for span in (code(example), plain("\n"))]


def _buttons(examples: Examples) -> tuple[Row, ...]:
    return tuple((button(example),) for example in examples)
