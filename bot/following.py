"""One update followed through: its id in every line of the log, its count and its time."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from bot.log import UPDATE
from bot.metrics import UPDATE_SECONDS, UPDATES

Job = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


def followed(update_id: int, kind: str, chat_id: int, job: Job) -> Job:
    """The job, counted, timed from now on, and told of in one line without any words of people's.

    It wants a task of its own: what is logged there after it, of its failure too, bears the id.
    """
    taken = time.monotonic()

    async def follow() -> None:
        UPDATE.set(update_id)
        ended = "failed"
        try:
            await job()
            ended = "done"
        finally:
            seconds = time.monotonic() - taken
            UPDATES.labels(kind).inc()
            UPDATE_SECONDS.labels(kind).observe(seconds)
            log.info("%s in chat %d: %s in %.0f ms", kind, chat_id, ended, seconds * 1_000)

    return follow
