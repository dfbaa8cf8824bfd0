"""Whether Telegram still reaches us: noted where updates come in, read by the health report."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Hearing:
    """When Telegram last answered the poller, or last proved to reach the webhook."""

    at: float = field(default_factory=time.monotonic)
    """A time of `time.monotonic()`; before the first answer that of the start."""
    wrong: str = ""
    """Why it does not, in words for the owner."""

    def heard(self) -> None:
        """Updates come in now, or would if there were any."""
        self.at, self.wrong = time.monotonic(), ""

    def failed(self, words: str) -> None:
        """They do not, and why."""
        self.wrong = words
