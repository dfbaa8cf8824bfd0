"""Work that goes on beside a test, and ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any


async def stop(task: asyncio.Task[None]) -> None:
    """As the bot stops it. Whatever it failed with before is raised."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Begun at once, and stopped at the end."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        await stop(task)
