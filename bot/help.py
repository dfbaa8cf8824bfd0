"""`/start` and `/help`: what this is, and examples that work on these very notes."""

from __future__ import annotations

from bot.buttons import Row, button
from bot.reply import Reply
from bot.text import Span, bold, code, italic, plain
from storage.examples import Examples
from storage.model import Counts


def start_reply(counts: Counts, examples: Examples) -> Reply:
    """Two lines on what this is, three things to press."""
    text: list[Span] = [
        plain("I answer from notes about YouTube videos, with receipts: every excerpt has a link "),
        plain(
            "that opens the video where it was said. What I quote is the channel's claim, not mine."
        ),
        plain(f"\n\n{_holdings(counts)}"),
    ]
    if examples:
        text.append(plain("\n\nTry one of these:\n"))
        text += _listed(examples)
    text.append(plain("\n/help tells the rest."))
    return Reply("start", tuple(text), _buttons(examples))


def help_reply(counts: Counts, examples: Examples) -> Reply:
    """Every command with a line, and how to narrow a search."""
    rows = [
        ("/search WORDS", "passages that hold your words, best first"),
        ("/topic NAME", "the note on a topic; without a name, browse"),
        ("/source CLAIM", "the moments that say it, or a plain “no source”"),
        ("/source LINK", "what the notes say in that video, around that second"),
        ("/source", "as a reply to a message: the same for its text"),
        ("/subscribe", "new notes as they come: all, a channel, a topic or a search"),
        ("/subscriptions", "what this chat subscribed to: pause, digests, quiet hours"),
        ("/unsubscribe", "stop updates"),
    ]
    text: list[Span] = [bold("What you can send"), plain("\n")]
    for typed, does in rows:
        text += [code(typed), plain(f" – {does}\n")]
    text += [
        plain("In a private chat plain words are a search. A channel of yours is managed there: "),
        code("/subscriptions for:@name"),
        plain("\n\n"),
        bold("Narrow a search"),
        plain("\n"),
        code('"exact words"'),
        plain(", "),
        code("-without"),
        plain(", "),
        code("channel:NAME"),
        plain(", "),
        code("topic:NAME"),
        plain(", "),
        code("video:ID"),
        plain(
            "\n\n≈ before a time: the note's own time was damaged and repaired. Look around it.\n"
        ),
        italic(_holdings(counts)),
    ]
    return Reply("help", tuple(text), _buttons(examples))


def _holdings(counts: Counts) -> str:
    if not counts.notes:
        return "There are no notes yet."
    several = f" of {counts.channels:,} channels" if counts.channels > 1 else ""
    return f"{counts.notes:,} notes{several}, {counts.moments:,} cited moments."


def _listed(examples: Examples) -> list[Span]:
    return [span for example in examples for span in (code(example), plain("\n"))]


def _buttons(examples: Examples) -> tuple[Row, ...]:
    return tuple((button(example),) for example in examples)
