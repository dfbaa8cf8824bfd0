"""What can go wrong in the bot itself. Every message says what happened and what to do."""

from __future__ import annotations


class BotError(Exception):
    """Base of all errors that this package raises on purpose. `exit_code` is the command's."""

    exit_code = 70


class SettingsError(BotError):
    """Wrong settings: one line per fault, each naming what to change. Never shows the token."""

    exit_code = 2

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class RevokedError(BotError):
    """Telegram stopped to know the token in mid-run. Never shows the token."""

    exit_code = 1


class LostStateError(BotError):
    """state.db turned out to be damaged in mid-run: nothing may be written to it any more."""


class PortError(BotError):
    """Another process listens where we want to: perhaps one of ours that is about to stop."""

    exit_code = 75
