"""The service behind `tubenotes run`: Telegram and a fresh index, until a signal stops it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Coroutine, Iterator
from functools import partial

from bot.alarm import sound
from bot.announcer import Announcer
from bot.circle import Circle
from bot.commands import COMMANDS, answer
from bot.config import TOKEN_VARIABLE, Settings, unknown_variables
from bot.counting import of_guest, of_inline, of_reply, tallied
from bot.deliver import deliver
from bot.errors import BotError, SettingsError
from bot.guest import guest
from bot.health_server import serve_health
from bot.hearing import Hearing
from bot.inline import inline
from bot.library import Library
from bot.log import set_up_logging
from bot.outcomes import Courier
from bot.pace import Pace
from bot.reload import Reloads
from bot.systemd import Systemd, watch_over
from bot.telegram.platform import Asks, Idle, serve
from bot.vitals import Vitals
from storage.errors import StorageError
from storage.lock import RUN_LOCK, Lock

_STOP_WITHIN = 4.4
_STOPPED, _FAULT = 0, 70
log = logging.getLogger(__name__)


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; gives the exit code.

    Raises BotError for wrong settings and StorageError where the databases cannot be opened.
    """
    set_up_logging(settings.log_level, settings.log_format, settings.secrets)
    if settings.telegram_token is None:
        raise SettingsError(
            f"{TOKEN_VARIABLE} is not set; it takes the token of your bot. Write /newbot to "
            "@BotFather in Telegram to get one. To try the notes without it: tubenotes chat"
        )
    for name in unknown_variables(os.environ):
        log.warning("%s is no setting of this version; it is left alone", name)
    try:
        return asyncio.run(_run(settings))
    except (BotError, StorageError):
        raise
    except Exception:
        log.exception("stopped by a fault of ours")  # here, where the token is blanked out
        return _FAULT


async def _run(settings: Settings) -> int:
    stop, systemd = asyncio.Event(), Systemd()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _begin_to_stop, stop, systemd)
    lock = Lock.take(settings.data / RUN_LOCK)
    try:
        library = Library.open(settings.notes, settings.data)
        try:
            library.circle = Circle(settings.allowed_chats, settings.admins)
            await library.circle.load(library)
            await until_stopped(stop, *_services(settings, library, library.circle, systemd))
        finally:
            library.close()
    finally:
        lock.release()
    log.info("stopped")
    return _STOPPED


def _services(
    settings: Settings, library: Library, circle: Circle, systemd: Systemd
) -> Iterator[Coroutine[None, None, None]]:
    """All that runs side by side: health, answers and deliveries, reloads, announcing."""
    announcer = Announcer(library, settings.admins)
    library.reloads = reloads = Reloads(library, announcer.reloaded)
    hearing, pace, reached = Hearing(), Pace(), asyncio.Event()
    vitals = Vitals(library, hearing, settings.data)
    library.figures = vitals.figures

    def outbox(courier: Courier, idle: Idle) -> Coroutine[None, None, None]:
        reached.set()
        return deliver(library, courier, pace, settings.admins, idle=idle)

    if settings.health_listen:
        yield serve_health(settings.health_listen, vitals, settings.secrets)
    yield watch_over(vitals, systemd, reached)
    yield sound(vitals, library, sorted(settings.admins))
    yield serve(
        settings,
        _counting(library),
        library,
        COMMANDS,
        circle=circle,
        pace=pace,
        hearing=hearing,
        beside=outbox,
    )
    yield reloads.run()
    yield announcer.run()


def _counting(library: Library) -> Asks:
    """Who answers, with every question counted."""
    return Asks(
        tallied(partial(answer, library), of_reply),
        tallied(partial(inline, library), of_inline, "inline"),
        tallied(partial(guest, library), of_guest, "guest"),
    )


def _begin_to_stop(stop: asyncio.Event, systemd: Systemd) -> None:
    """Stop in good order, and in any case in time: a database survives even a kill."""
    log.info("stopping")
    systemd.tell(STOPPING=1, STATUS="stopping")
    stop.set()
    watchdog = threading.Timer(_STOP_WITHIN, os._exit, [_STOPPED])
    watchdog.daemon = True
    watchdog.start()


async def until_stopped(stop: asyncio.Event, *services: Coroutine[None, None, None]) -> None:
    """Run the services side by side until `stop` is set, or one fails: its error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(service) for service in services]
            await stop.wait()
            for task in tasks:
                task.cancel()
    except BaseExceptionGroup as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error in a group of groups: the one that made the others end."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
