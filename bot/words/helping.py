"""/start and /help: what this is, what can be sent. Also what is said to a request gone wrong."""

from __future__ import annotations

from typing import Final

# /start
WHAT_THIS_IS: Final = (
    "I answer from notes about YouTube videos, with receipts: every excerpt has a link that opens "
    "the video where it was said. What I quote is the channel's claim, not mine."
)
TRY: Final = "Try one of these:"
"""Questions to press follow, a line each."""
THE_REST: Final = "/help tells the rest."
HOLDINGS: Final = "{notes} notes, {moments} cited moments."
HOLDINGS_OF: Final = "{notes} notes of {channels} channels, {moments} cited moments."
NO_NOTES: Final = "There are no notes yet."
UNKNOWN_LINK: Final = "I do not know what that link was to open. Here is what I can do."

# /help
TO_SEND: Final = "What you can send"
SENT: Final = "{typed} – {does}"
"""A line for each thing that can be sent: as it is typed, and what it does."""
ALL_TO_SEND: Final = (
    ("/search WORDS", "passages that hold your words, best first"),
    ("/topic NAME", "the note on a topic; without a name, browse"),
    ("/source CLAIM", "the moments that say it, or a plain “no source”"),
    ("/source LINK", "what the notes say in that video, around that second"),
    ("/source", "as a reply to a message: the same for its text"),
    ("/subscribe", "new notes as they come: all, a channel, a topic or a search"),
    ("/subscriptions", "what this chat subscribed to: pause, digests, quiet hours"),
    ("/unsubscribe", "stop updates"),
)
"""Typed, and what it does. Of what is typed only the words in capitals can be translated."""
PRIVATELY: Final = (
    "In a private chat plain words are a search. A channel of yours is managed there: {request}"
)
NARROW: Final = "Narrow a search"
NARROWING: Final = ('"exact words"', "-without", "channel:NAME", "topic:NAME", "video:ID")
"""Typed; what stands before a colon stays as it is."""
NEAR: Final = "≈ before a time: the note's own time was damaged and repaired. Look around it."

# Any request
UNKNOWN_COMMAND: Final = "There is no command /{command}. /help shows what I can do."
MISTYPED_COMMAND: Final = (
    "There is no command /{command}. Did you mean /{near}? /help shows what I can do."
)
TOO_SLOW: Final = "That question took too long, so I gave it up. Fewer or rarer words will do."
NOT_NOW: Final = "I cannot look into the notes right now. Please try again in a moment."
READ_SO_FAR: Final = "I have read {done} of {total} files so far; this answer is from those."
NOT_ALL_READ: Final = "I have not read all of the notes yet, so this may change."
