"""What is said in groups and channels: who may do what, whose an answer is, when there is none."""

from __future__ import annotations

from typing import Final

# Joining a group. The parts are what is to be typed, below.
GREETING: Final = (
    "Hello! I answer from notes about YouTube videos, with a link to the second where it was"
    " said.\n\n"
    "{search} finds passages.\n"
    "{source} as a reply to a message looks for where that was said.\n"
    "{topic} opens the note on a topic.\n\n"
    "Administrators can have new notes posted here: {subscribe}"
)
TYPED_SEARCH: Final = "/search WORDS"
"""The words in capitals can be translated."""
TYPED_TOPIC: Final = "/topic NAME"

# To whoever made the bot an administrator of a channel.
OFFER: Final = "I may post in “{title}” now. Shall it hear of new notes?"
OFFER_BUTTON: Final = "Subscribe “{title}”"
UNTITLED: Final = "the channel"
"""{title} of a channel that tells none."""

# No answer.
REFUSAL: Final = "Sorry, this bot answers only in the chats that its owner chose."
FROM_ANOTHER_TIME: Final = "This button is from another time. Please ask again."
TOO_MANY: Final = "Too many questions at once here; I answer again in {seconds} s."
SORRY: Final = "Something went wrong on our side (error {id}). Please try again in a moment."

# Whose an answer is, and taking it away.
DELETE: Final = "× Delete"
DELETED: Final = "This answer was deleted."
NOT_YOURS: Final = "Only who asked, or an administrator, turns the pages here."
NOT_YOURS_TO_DELETE: Final = "Only who asked, or an administrator, deletes this."

# Why a chat that somebody names in private is not changed.
ONLY_PRIVATE: Final = (
    "Please write that to me in our private chat: here I can change only this chat."
)
NOT_THERE: Final = (
    "I am not in that chat, or there is none of that name. Add me to it as an administrator, "
    "then ask again."
)
NOT_SERVED: Final = "This bot's owner did not choose that chat, so I cannot write there."
NO_ADMINISTRATOR: Final = "Only administrators of that chat can change what it hears of."
MAY_NOT_POST: Final = (
    "I may not write in that chat. Make me an administrator who may post messages, then ask again."
)
TROUBLE: Final = "I could not look that chat up right now. Please try again in a moment."

# Why nothing is posted: kept with the chat, and with a topic as {why} it is paused. UNSERVED is
# what the owner wants: the chat is blocked, or not among those that were chosen.
BLOCKED: Final = "the bot was blocked or removed"
UNSERVED: Final = "the bot does not serve that chat now"
MUTED: Final = "the bot may not write there"
CLOSED: Final = "the topic was closed"
