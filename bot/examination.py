"""`tubenotes doctor`: look at everything on the way from the notes to Telegram, and tell it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import examined
from bot.config import Settings
from bot.doctor import Group, as_json, is_ok, rendered, verdict, without
from bot.doctor_data import data_group
from bot.doctor_here import Vault, machine_group, notes_group, ports_group, settings_group
from bot.doctor_telegram import Answers, Served, telegram_group
from bot.examined import Loaded
from bot.log import set_up_logging
from bot.progress import Bar
from bot.telegram.examined import LISTEN, answers

_WIDEST = 100
_STYLES = {r"^  ok\b": "green", r"^  FIX\b": "bold red", r"^  hint\b": "yellow", r"^\S.*": "bold"}
_TELEGRAM = {"telegram_token", "telegram_token_file", "telegram_api_url"}


def doctor(options: Mapping[str, object], *, json: bool = False, listen: float = LISTEN) -> int:
    """Examine all and print what was found; 1 if something stops the bot from serving.

    `listen` is for how many seconds another poller is listened for.
    """
    found = examined.loaded(options)
    set_up_logging("error", found.settings.log_format, found.settings.secrets)
    groups = []
    for group in examination(found, listen):
        groups.append(group)
        if not json:
            _print([*rendered(group, _width()), ""])
    if json:
        sys.stdout.write(as_json(groups) + "\n")
    else:
        _print(verdict(groups))
    return 0 if is_ok(groups) else 1


def examination(found: Loaded, listen: float = LISTEN) -> Iterator[Group]:
    """The groups, each as soon as it is known. A wrong setting leaves out what depends on it."""
    for group in _groups(found, listen):
        yield without(group, found.settings.secrets)


def _groups(found: Loaded, listen: float) -> Iterator[Group]:
    settings, vault, data = found.settings, Vault(found.settings.notes), None
    yield machine_group(examined.machine())
    yield settings_group(examined.chosen(found, os.environ))
    if "notes" not in found.left_out:
        with Bar("Reading") as bar:
            vault = examined.vault(settings, bar)
        yield notes_group(vault)
    if "data" not in found.left_out:
        data = examined.data(settings)
        yield data_group(data, vault)
    running = data is not None and data.running is not None
    if not found.left_out & _TELEGRAM:
        yield _telegram(found, listen, running=running)
    ports = examined.ports(found, running=running)
    if ports:
        yield ports_group(ports, running=running)


def _telegram(found: Loaded, listen: float, *, running: bool) -> Group:
    settings = found.settings
    token = examined.token(settings, os.environ, Path(".env"))
    told = _ask(settings, listen, running=running) if settings.telegram_token else None
    served = None if "webhook_url" in found.left_out else _served(settings, running=running)
    return telegram_group(token, told, served)


def _served(settings: Settings, *, running: bool) -> Served:
    place = settings.webhook_listen
    return Served(settings.hook, f"{place.host}:{place.port}" if place else "", running)


def _ask(settings: Settings, listen: float, *, running: bool) -> Answers:
    """On a terminal something moves meanwhile: it takes some seconds."""
    console = Console(stderr=True, quiet=not sys.stderr.isatty())
    with console.status("Asking Telegram"):
        return asyncio.run(answers(settings, running=running, listen=listen))


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)


def _print(lines: Sequence[str]) -> None:
    """With colour on a terminal; they say nothing that the words do not say."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        text = Text(line)
        for pattern, style in _STYLES.items():
            text.highlight_regex(pattern, style)
        console.print(text)
