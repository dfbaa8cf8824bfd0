"""What the doctor looks at on this machine. It reads, and changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Mapping, Set
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config import (
    SAMPLES,
    TOKEN_VARIABLE,
    Address,
    Settings,
    unknown_variables,
    variable,
)
from bot.doctor import Line
from bot.doctor_data import Data
from bot.doctor_here import Chosen, Machine, Port, Vault, token_line
from bot.errors import PortError, SettingsError
from bot.ports import listen
from storage import schema, state
from storage.check import check_folder
from storage.data_folder import INDEX, STATE, backups
from storage.errors import StorageError
from storage.examine import cannot_write, examined, holder, nearest, sqlite_lacks
from storage.lock import RUN_LOCK
from storage.update import Progress

_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where all interfaces are meant
_PATIENCE = 5.0
_WEBHOOK = {"webhook_url", "webhook_listen"}
"""Either goes with the other only: where one is wrong, both are left out."""
_ENV_FILE = "_env_file"
"""What pydantic-settings reads in the place of `.env`; `()` is nothing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings as far as they can be read, every fault, and the fields left out for one."""

    settings: Settings
    faults: tuple[str, ...] = ()
    left_out: frozenset[str] = field(default_factory=frozenset)


def machine() -> Machine:
    """Python and SQLite as they run now."""
    return Machine(sys.version_info[:3], sqlite3.sqlite_version, sqlite_lacks())


def loaded(options: Mapping[str, object]) -> Loaded:
    """The settings; where some are wrong, the others with these at their defaults."""
    return _loaded({name: value for name, value in options.items() if value is not None})


def _loaded(given: Mapping[str, object]) -> Loaded:
    try:
        return Loaded(Settings.load(**given))
    except SettingsError as error:
        faults = error.faults
    wrong = {name for fault in faults if (name := _field(fault))}
    if not wrong and _ENV_FILE not in given:  # `.env` itself cannot be read: the rest without it
        rest = _loaded({**given, _ENV_FILE: ()})
        return replace(rest, faults=(*faults, *rest.faults))
    settings, left_out = _without(given, wrong)
    return Loaded(settings, faults, left_out)


def _field(fault: str) -> str | None:
    """The setting that a fault is about: it begins with the variable's or option's name."""
    name = fault.partition(" ")[0]
    fields = Settings.model_fields
    return next((one for one in fields if name in {variable(one), f"--{one}"}), None)


def _without(given: Mapping[str, object], wrong: Set[str]) -> tuple[Settings, frozenset[str]]:
    """The settings with these at their defaults, and those too that go with them only."""
    left_out = frozenset(wrong | _WEBHOOK if wrong & _WEBHOOK else wrong)
    defaults: dict[str, Any] = {name: _default(name) for name in left_out}
    try:
        return Settings(**{**given, **defaults}), left_out
    except ValidationError as error:
        more = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]} - left_out
        if not more:
            raise
    return _without(given, left_out | more)


def _default(name: str) -> object:
    """A value that holds: the data folder may be wrong by default too, and is not looked at."""
    fields = Settings.model_fields
    return SAMPLES if name == "data" else fields[name].get_default(call_default_factory=True)


def chosen(found: Loaded, environment: Mapping[str, str]) -> Chosen:
    """The settings as the doctor judges them."""
    has_admins = None if "admins" in found.left_out else bool(found.settings.admins)
    return Chosen(found.faults, unknown_variables(environment), has_admins)


def vault(
    settings: Settings, on_progress: Progress, clock: Callable[[], float] = time.monotonic
) -> Vault:
    """Read every note."""
    folder, since = settings.notes, clock()
    try:
        report = check_folder(folder, on_progress)
    except (StorageError, OSError) as error:
        return Vault(folder, wrong=str(error))
    return Vault(folder, report, clock() - since, is_samples=folder == SAMPLES)


def data(settings: Settings, clock: Callable[[], float] = time.time) -> Data:
    """The data folder, its databases, backups and room."""
    folder = settings.data
    usage = shutil.disk_usage(nearest(folder))
    return Data(
        folder=folder,
        disk=usage.total,
        free=usage.free,
        index=examined(folder / INDEX, schema.APPLICATION_ID, schema.VERSION),
        state=examined(folder / STATE, state.APPLICATION_ID, state.VERSION),
        is_there=folder.exists(),
        wrong=cannot_write(folder),
        running=holder(folder / RUN_LOCK),
        backup_age=_backup_age(folder, clock()),
    )


def _backup_age(data: Path, now: float) -> float | None:
    """Seconds since the last backup that was made there; None where there is none."""
    made = []
    with suppress(OSError):
        made = [one.stat().st_mtime for one in backups(data)]
    return now - max(made) if made else None


def ports(found: Loaded, *, running: bool) -> tuple[Port, ...]:
    """The ports that the settings name. While the bot runs it has them: its health is asked."""
    asked = (("health_listen", "health", True), ("webhook_listen", "webhook", False))
    told = []
    for name, use, tell_unset in asked:
        address: Address | None = getattr(found.settings, name)
        if not address:
            if tell_unset and name not in found.left_out:
                told.append(Port(variable(name), use, None))
        elif running:
            wrong = health(address) if use == "health" else ()
            told.append(Port(variable(name), use, address, ill=wrong))
        else:
            told.append(Port(variable(name), use, address, taken(address, variable(name))))
    return tuple(told)


def taken(address: Address, setting: str) -> str:
    """Why the bot could not listen there, '' where it can: tried, and given back at once."""
    try:
        listen(address, setting).close()
    except (PortError, SettingsError) as error:
        return str(error)
    return ""


def health(address: Address) -> tuple[str, ...] | None:
    """What the bot that runs says is wrong with it; None where it does not answer there."""
    host = _HERE.get(address.host, address.host)
    with closing(HTTPConnection(host, address.port, timeout=_PATIENCE)) as connection:
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            lines = answer.read(10_000).decode("utf-8", "replace").splitlines()
        except (OSError, HTTPException):
            return None
    return () if answer.status == HTTPStatus.OK else tuple(lines) or (f"{answer.status}",)


def token(settings: Settings, environment: Mapping[str, str], env_file: Path) -> Line:
    """Where the token comes from, and who else can read it."""
    file = settings.telegram_token_file
    if environment.get(TOKEN_VARIABLE):
        file = None
    elif file is None and settings.telegram_token:
        file = env_file
    is_open = file is not None and _is_open(file)
    return token_line(settings.telegram_token is not None, file, is_open)


def _is_open(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False
