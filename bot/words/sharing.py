"""What is said where passages are shared: cards, citations, inline results, guests, links."""

from __future__ import annotations

from typing import Final

# A card: one passage of a note.
CHANGED: Final = "The note has changed since; this is the nearest that it says now."
ELSEWHERE: Final = "The note has changed since; this is the nearest that another note says now."
GONE: Final = "The note no longer says this."
GONE_VIDEO: Final = "The note no longer says this. No note is about its video now."
UNREADABLE: Final = "I cannot read that citation. It may have been cut off, or is not one of mine."
HOW_TO_CITE: Final = (
    "/cite opens the passage that a citation names. Press the link of one to do so."
)
BEFORE_IT: Final = "Before it: {moment}"
"""{moment}: where in the video, such as 7:37."""
AFTER_IT: Final = "After it: {moment}"
COPIED: Final = "“{excerpt}” – {channel}, {title}, {time} {link}"

# Buttons of a card.
EARLIER: Final = "◀ Earlier"
LATER: Final = "Later ▶"
LONGER: Final = "Longer"
SHORTER: Final = "Shorter"
SHARE: Final = "Share"
COPY: Final = "Copy citation"
SOURCE: Final = "Source"
TOPIC: Final = "Topic"

# Above the results of an inline query: a button to the private chat.
PRIVATELY: Final = "Search in the private chat"
OPENED: Final = "Open it in the private chat"
WHAT_IS_THIS: Final = "What can this bot do?"
READ_AS: Final = "Showing results for “{query}”"

# Titles of results that are a sentence of ours: a phone shows few words of a title.
NOTHING_TITLE: Final = "Nothing found"
NO_MORE_TITLE: Final = "No more"
AGAIN_TITLE: Final = "Try again"
SEARCH_TITLE: Final = "Search these notes"

# Those sentences; who picks one posts it.
TELL_ME: Final = "Tell me what to look for: words, a topic, or a link to a YouTube video."
TOO_SLOW: Final = "That question took too long. Fewer or rarer words will do."
NO_MORE_NOTES: Final = "There are no more notes."
NO_MORE_OF_VIDEO: Final = "There are no more moments of that video."
NO_MOMENT_OF_VIDEO: Final = "No note cites a moment of that video ({video})."

# Under a result that is posted.
MORE: Final = "More"
PLAY: Final = "▶ {time}"

# Guest mode: a mention in a chat that the bot is no member of.
HOW_TO_MENTION: Final = (
    "Mention me in a reply to a claim, or write the claim beside my name, and I look for the "
    "moment where it was said."
)
TOO_SLOW_CLAIM: Final = "That took too long, so I gave it up. A shorter claim will do."

# A link to the private chat whose question is not kept any more.
FORGOTTEN: Final = "I have lost the question of that link. Please type it here."
