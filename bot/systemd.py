"""What systemd is told of the service: ready, alive, how it stands (sd_notify(3), Type=notify)."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn, Protocol

from bot.words import owner

LOOK_EVERY = 15.0
"""Seconds between two looks, where systemd does not want to hear more often."""
STARTING_TAKES = 120
"""Seconds that a start may still take each time that it is said to go on: Telegram may be away."""
log = logging.getLogger(__name__)


class Systemd:
    """Tells it through $NOTIFY_SOCKET; does nothing where that is not set.

    `watchdog` is how many seconds it waits for a sign of life, None where it does not.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.watchdog = _watchdog(environment) if self._address else None

    def tell(self, **said: str | int) -> None:
        """READY=1 and the like, each on its line. What cannot be sent is left out."""
        if not self._address:
            return
        lines = "\n".join(f"{name}={' '.join(str(value).split())}" for name, value in said.items())
        address = self._address
        if address.startswith("@"):
            address = f"\0{address[1:]}"
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.setblocking(False)
                out.sendto(lines.encode(), address)
        except OSError as error:
            log.debug("systemd could not be told: %s", error)


class Watched(Protocol):
    """What is told of."""

    @property
    def alive(self) -> float:
        """When both databases' threads last came back, by time.monotonic()."""

    @property
    def building(self) -> bool:
        """Whether a first index is being built."""

    async def look(self) -> Mapping[str, str]:
        """What is wrong now."""


async def watch_over(watched: Watched, systemd: Systemd, reached: asyncio.Event) -> NoReturn:
    """Look every few seconds, and tell systemd: ready once Telegram was `reached`, then alive.

    It hears of life only while this loop turns and both databases come back in time.
    """
    half = systemd.watchdog / 2 if systemd.watchdog else LOOK_EVERY
    every, ready = min(LOOK_EVERY, half), False
    while True:
        wrong = await watched.look()
        near = reached.is_set()
        answers = time.monotonic() - watched.alive < half
        ready = ready or (near and answers)
        systemd.tell(  # ready each time: a message may be lost, and the start would never end
            **({"READY": 1} if ready else {"EXTEND_TIMEOUT_USEC": STARTING_TAKES * 1_000_000}),
            **({"WATCHDOG": 1} if answers else {}),
            STATUS=_status(wrong, near=near, building=watched.building),
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await (asyncio.sleep(every) if near else reached.wait())


def _status(wrong: Mapping[str, str], *, near: bool, building: bool) -> str:
    """How things stand, in a line."""
    if wrong:
        return " ".join(wrong.values())
    if not near:
        return owner.NOT_REACHED
    return owner.FIRST_INDEX if building else owner.FINE


def _watchdog(environment: Mapping[str, str]) -> float | None:
    """The seconds of $WATCHDOG_USEC, where it is meant for this process ($WATCHDOG_PID)."""
    microseconds = environment.get("WATCHDOG_USEC", "")
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    return int(microseconds) / 1_000_000 if microseconds.isdecimal() and int(microseconds) else None
