"""What each command does, as the menu beside the text field and `--help` show it.

Each is the end of a line that begins with the command, in a few words, without a full stop.
"""

from __future__ import annotations

from typing import Final

SEARCH: Final = "passages that hold your words"
TOPIC: Final = "the note on a topic"
SOURCE: Final = "where a claim was said"
SUBSCRIBE: Final = "new notes, sent to this chat"
UNSUBSCRIBE: Final = "stop updates"
SUBSCRIPTIONS: Final = "what this chat subscribed to"
HELP: Final = "what I can do"
START: Final = "how to begin"
STATUS: Final = "how the bot stands"
RELOAD: Final = "read the notes again now"
BLOCK: Final = "answer somebody no more"
UNBLOCK: Final = "answer somebody again"
CITE: Final = "a passage, to look at and to share"
NEWS: Final = "a list of new notes"
WHY: Final = "why an update came"
