"""Which message answered which question, so that an edited question edits its answer."""

from __future__ import annotations

from collections import OrderedDict

from bot.reply import Request

Where = tuple[int, int]
"""Chat id and message id."""


class Answered:
    """Remembers the last `most` answers; a restart forgets them all."""

    def __init__(self, most: int = 5000) -> None:
        self._most = most
        self._answers: OrderedDict[Where, tuple[int, int]] = OrderedDict()

    def note(self, asked: Where, request: Request, answer_id: int) -> None:
        """`request`, asked in message `asked`, is answered by message `answer_id`."""
        self._answers[asked] = (answer_id, hash(request))
        self._answers.move_to_end(asked)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)

    def answer_id(self, asked: Where) -> int | None:
        """The message that answers `asked`, if that is remembered."""
        entry = self._answers.get(asked)
        return entry[0] if entry else None

    def same(self, asked: Where, request: Request) -> bool:
        """Whether exactly this was asked there before: Telegram also reports edits of nothing."""
        entry = self._answers.get(asked)
        return entry is not None and entry[1] == hash(request)
