"""What the doctor says of the data folder and the databases in it: facts in, lines out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.amounts import many, size
from bot.doctor import Group, Line, fix, hint, ok
from bot.doctor_here import Vault
from bot.health import least_free
from storage.data_folder import INDEX, STATE
from storage.examine import Examined
from storage.schema import LAYOUT, READINGS
from storage.state import VERSION

INDEX_PER_READ = 1.6
"""A first index takes so many times as long as reading the notes (measured: 7.3 s to 4.6 s)."""
INDEX_PER_BYTE = 2.2
"""index.db beside the notes' own size (measured: 50 MB for 23 MB, 503 MB for 231 MB)."""
FRESH = 7
"""Days for which a backup is young enough."""
ROOMY = 1_000_000_000
"""Bytes beyond what is needed: with so many free the owner need not think of it."""


@dataclass(frozen=True, slots=True)
class Data:
    """The data folder; `wrong` is why nothing can be written there.

    `disk` is the bytes of its disk, `free` those that are left. `running` is the id of the bot
    that has it (0: unknown), None where none does. `backup_age` is in seconds, None for no backup.
    """

    folder: Path
    disk: int
    free: int
    index: Examined
    state: Examined
    is_there: bool = True
    wrong: str = ""
    running: int | None = None
    backup_age: float | None = None


def data_group(data: Data, vault: Vault) -> Group:
    """The data folder, its room, both databases, and who has them open."""
    lines = [_writable(data)]
    if not data.wrong:
        lines.append(_room(data, vault))
    lines += [_index(data, vault), _state(data)]
    if data.state.standing in {"whole", "older"}:
        lines.append(_backup(data))
    return Group("Data", (*lines, _running(data)))


def _writable(data: Data) -> Line:
    if data.wrong:
        return fix(
            "data",
            f"The bot cannot write in {data.folder} ({data.wrong}).",
            "Give it, with all in it, to the user that the bot runs as: `chown -R`. Or name another"
            " folder in TUBENOTES_DATA or --data.",
        )
    if data.is_there:
        return ok("data", f"{data.folder} can be written.")
    return ok("data", f"{data.folder} is not there yet; the first start makes it.")


def _room(data: Data, vault: Vault) -> Line:
    notes = vault.report.size if vault.report else 0
    index = 0 if data.index.standing == "whole" else INDEX_PER_BYTE * notes
    need = round(least_free(data.disk) + index)
    free = f"{size(data.free)} are free on its disk"
    if data.free < need:
        return fix(
            "room",
            f"Only {free}; there should be {size(need)}.",
            "Delete what is not needed on that disk, or put the data folder on a larger one.",
        )
    if data.free < need + ROOMY:
        do = "Look what fills the disk before it is full: a full disk stops subscriptions."
        return hint("room", f"Only {free}.", do)
    return ok("room", f"{free}.")


def _index(data: Data, vault: Vault) -> Line:
    """It is derived: whatever is wrong with it, the next start mends it."""
    index, name = data.index, INDEX
    match index.standing:
        case "whole":
            return ok("index", f"{name} is whole ({size(index.size)}).")
        case "missing":
            return ok("index", f"{name} is not there yet; the first start builds it{_span(vault)}.")
        case "older" | "newer":
            return ok("index", f"{name} is of another version; {_renewed(index.version, vault)}.")
        case "unreadable":
            do = "Give it to the user that the bot runs as, or delete it: it is built anew."
            return fix("index", f"{data.folder / name} cannot be read ({index.wrong}).", do)
        case "foreign":
            says = f"{data.folder / name} belongs to another program, and would be replaced."
            return fix("index", says, "Give Tubenotes a data folder of its own: TUBENOTES_DATA.")
    return hint(
        "index",
        f"{name} is damaged ({index.wrong}); the next start builds it anew{_span(vault)}.",
        "Start the bot again. If it happens twice, the disk is dying: look at `dmesg`.",
    )


def _renewed(version: int, vault: Vault) -> str:
    """What the next start does about an index of that version."""
    if version // READINGS == LAYOUT:
        return f"the next start answers from it while a new one is built beside it{_span(vault)}"
    return f"the next start builds it anew{_span(vault)}"


def _span(vault: Vault) -> str:
    """How long a first index takes, told from how long it took to read the notes."""
    seconds = vault.seconds * INDEX_PER_READ
    return f", in about {max(1, round(seconds))} s" if vault.report else ""


def _state(data: Data) -> Line:
    """It is precious: where it is not whole, nothing may be done but by the owner."""
    state = data.state
    match state.standing:
        case "whole":
            return ok("state", f"state.db is whole ({size(state.size)}).")
        case "missing":
            return ok("state", "state.db is not there yet; the first start makes it.")
        case "older":
            says = f"state.db is whole, of version {state.version}; the next start brings it to"
            return ok("state", f"{says} {VERSION} and keeps a copy as it was.")
    return fix("state", *_refused(state, data.folder / STATE))


def _refused(state: Examined, path: Path) -> tuple[str, str]:
    """Why the bot would not start on it, and what to do."""
    match state.standing:
        case "newer":
            says = f"{path} was written by a newer Tubenotes (version {state.version}; this one"
            do = "Install the newer Tubenotes, or bring back a backup from before it:"
            return f"{says} knows {VERSION}).", f"{do} `tubenotes restore FILE`."
        case "foreign":
            do = "Give Tubenotes a data folder of its own: TUBENOTES_DATA or --data."
            return f"{path} belongs to another program.", do
        case "unreadable":
            do = "Give it to the user that the bot runs as: `chown` it to that user."
            return f"{path} cannot be read ({state.wrong}).", do
    return (
        f"{path} is damaged ({state.wrong}). It holds who subscribed to what.",
        "Stop the bot and bring back a backup: `tubenotes restore FILE`. Without one, move"
        " state.db away: the bot begins anew, and people have to subscribe again.",
    )


def _backup(data: Data) -> Line:
    """state.db cannot be made anew; litestream and others leave nothing here to look at."""
    days = None if data.backup_age is None else max(0, int(data.backup_age // 86_400))
    if days is not None and days <= FRESH:
        return ok("backup", f"state.db was backed up {_ago(days)}.")
    last = "There is no backup of state.db"
    if days is not None:
        last = f"The last backup of state.db was made {_ago(days)}"
    return hint(
        "backup",
        f"{last}. It holds who subscribed to what, and cannot be built again.",
        "`tubenotes backup` makes a backup; deploy/tubenotes-backup.timer makes one every night."
        " If something else does that here, do nothing.",
    )


def _ago(days: int) -> str:
    return "today" if not days else f"{many(days, 'day')} ago"


def _running(data: Data) -> Line:
    if data.running is None:
        return ok("running", "No bot runs on this data folder now.")
    process = f" (process {data.running})" if data.running else ""
    return ok("running", f"The bot runs on this data folder now{process}.")
