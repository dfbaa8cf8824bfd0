"""One line of the terminal answered, in a conversation and in a script alike."""

from __future__ import annotations

import logging

from bot.commands import answer
from bot.errors import BotError
from bot.library import Library
from bot.reply import Reply, Request
from bot.text import plain

log = logging.getLogger(__name__)
QUIT = "/quit"


async def ask(library: Library, text: str) -> Reply:
    """The answer to one line. A failure is an answer too: it must not end the conversation.

    Who types here owns the notes, and so is an admin.
    """
    try:
        return await answer(library, Request(text, admin=True))
    except BotError as error:
        return trouble(str(error))
    except Exception as error:
        log.debug("no answer to %.200r", text, exc_info=True)
        return trouble(f"That went wrong, by a fault in Tubenotes: {type(error).__name__}.")


def trouble(words: str) -> Reply:
    """A reply that only says what went wrong; it is no command's, and so names none."""
    return Reply(command="", text=(plain(words),), found=False)
