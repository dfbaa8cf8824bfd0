"""What an admin is told who blocks people and chats.

{who} is a name with its id, or the id alone; {block} and {unblock} are what is to be typed.
"""

from __future__ import annotations

from typing import Final

BLOCKED: Final = "{who} is blocked: I answer nothing there, and send no updates."
ALREADY: Final = "{who} was blocked already."
UNBLOCKED: Final = "{who} is not blocked any more."
NOT_BLOCKED: Final = "{who} is not blocked."
UNBLOCK: Final = "Unblock {id}"
"""A button."""
LISTED: Final = "Blocked, the latest first:"
"""They follow, a line each."""
LINE: Final = "{who}, since {date}"
NOBODY: Final = "Nobody is blocked."
HOW: Final = "To block somebody, send {block}, or {reply} as a reply to a message of theirs."
HOW_UNBLOCK: Final = "Please send {unblock}; {block} lists who is blocked."
TYPED_BLOCK: Final = "/block ID"
"""The word in capitals can be translated, here and in the next."""
TYPED_UNBLOCK: Final = "/unblock ID"
NAMED: Final = "“{name}” ({id})"
"""{who} of whom a name is known."""
NO_ID: Final = "“{typed}” is no id: an id is a whole number."
NOBODY_TELLS: Final = "Telegram does not tell who wrote that message."
MINE: Final = "I cannot block myself."
ADMIN: Final = "{who} is an admin of this bot and cannot be blocked."
NO_CHATS: Final = "There is nobody to block here: that is for Telegram."
