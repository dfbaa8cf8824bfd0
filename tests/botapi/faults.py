"""Faults that a test orders: refusals, lost connections, late answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import inf

from tests.botapi.errors import ApiError

DESCRIPTIONS = {
    400: "Bad Request: something is wrong",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of `method` ("*": of any)."""

    method: str
    times: float
    error: ApiError | None = None
    drop: bool = False
    after: bool = False
    seconds: float = 0.0
    until: asyncio.Event | None = None

    async def pass_by(self) -> None:
        """Let the time go by that an answer comes late."""
        await asyncio.sleep(self.seconds)
        if self.until is not None:
            await self.until.wait()


class Faults:
    """Faults in the order they were ordered; the first that fits a call is spent on it."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def fail(
        self,
        method: str,
        status: int = 502,
        description: str | None = None,
        retry_after: int | None = None,
        times: float | None = 1,
        *,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        """The next calls are refused with this status and do nothing; times=None: until mend()."""
        if status == 429 and retry_after is None:
            retry_after = 1
        text = description or DESCRIPTIONS.get(status, "Error")
        error = ApiError(
            status,
            text.format(retry_after=retry_after) if description is None else text,
            retry_after=retry_after,
            migrate_to_chat_id=migrate_to_chat_id,
        )
        self.waiting.append(Fault(method, inf if times is None else times, error))

    def drop(self, method: str, times: float | None = 1, *, after: bool = False) -> None:
        """The connection is closed without an answer; with `after` the call has done its work."""
        self.waiting.append(Fault(method, inf if times is None else times, drop=True, after=after))

    def slow(self, method: str, seconds: float, times: float | None = 1) -> None:
        """The call does its work at once and answers `seconds` later."""
        self.waiting.append(Fault(method, inf if times is None else times, seconds=seconds))

    def hold(self, method: str, until: asyncio.Event) -> None:
        """The next call does its work at once and answers when this is set."""
        self.waiting.append(Fault(method, 1, until=until))

    def mend(self) -> None:
        """Forget every fault that is left."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, spent once."""
        for fault in self.waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
