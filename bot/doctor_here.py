"""What the doctor says of this machine: facts in, lines out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.amounts import many
from bot.config import TOKEN_VARIABLE, Address, variable
from bot.doctor import Group, Line, fix, hint, ok
from storage.check import Report, worst

OLDEST_PYTHON = (3, 11)
WORST = 5
_ADMINS = variable("admins")
_AGAIN = "Then run the doctor again: what depends on such a setting was not looked at."


@dataclass(frozen=True, slots=True)
class Machine:
    """Python and SQLite; `lacks` is what SQLite lacks for an index, '' for nothing."""

    python: tuple[int, int, int]
    sqlite: str
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings: what is wrong with them. `has_admins` is None where nobody knows."""

    faults: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    has_admins: bool | None = True


@dataclass(frozen=True, slots=True)
class Vault:
    """The notes. `report` is None where they could not be read: `wrong` says why."""

    folder: Path
    report: Report | None = None
    seconds: float = 0.0
    is_samples: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a setting names; `wrong` is why it cannot be listened on, '' where it can.

    `ill` is what the bot that runs says is wrong with it there, None where it does not answer.
    """

    variable: str
    use: str
    address: Address | None
    wrong: str = ""
    ill: tuple[str, ...] | None = ()


def machine_group(machine: Machine) -> Group:
    """Python and SQLite."""
    shown = ".".join(map(str, machine.python))
    python = ok("python", f"Python {shown} fits.")
    if machine.python[:2] < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        python = fix(
            "python",
            f"Python {shown} is too old.",
            f"Install Python {wanted} or newer, and install Tubenotes with that one.",
        )
    sqlite = ok("sqlite", f"SQLite {machine.sqlite} fits.")
    if machine.lacks:
        sqlite = fix(
            "sqlite",
            f"SQLite {machine.sqlite} lacks what search needs ({machine.lacks}).",
            "Use a Python that was built with SQLite 3.34 or newer, full-text search (FTS5) in it.",
        )
    return Group("This machine", (python, sqlite))


def settings_group(chosen: Chosen) -> Group:
    """Every fault in the settings, then what could be better."""
    lines = [_fault(fault) for fault in chosen.faults]
    if lines:
        lines[-1] = replace(lines[-1], do=f"{lines[-1].do} {_AGAIN}")
    else:
        lines.append(ok("settings", "All settings can be read."))
    lines += [_unknown(name) for name in chosen.unknown]
    if chosen.has_admins is not None:
        lines.append(_admins(has=chosen.has_admins))
    return Group("Settings", tuple(lines))


def _unknown(name: str) -> Line:
    return hint(
        "settings",
        f"{name} is no setting of Tubenotes, and is left alone.",
        "Correct its name, or take it away: `tubenotes run --help` tells all settings.",
    )


def _fault(fault: str) -> Line:
    """`VARIABLE holds VALUE (why); it takes WHAT.`"""
    holds, _, takes = fault.partition("; it takes ")
    about = holds.partition(" ")[0]
    if not takes:
        return fix(about, f"{holds}.", "Make it readable for you, as UTF-8 text.")
    return fix(about, f"{holds}.", f"Give it {takes.rstrip('.')}.")


def _admins(*, has: bool) -> Line:
    if has:
        return ok("admins", f"{_ADMINS} names who rules the bot and receives alerts.")
    return hint(
        "admins",
        f"{_ADMINS} is not set: nobody can use /status, and no alert reaches you.",
        f"Set {_ADMINS} to your Telegram user id, a number that @userinfobot tells you.",
    )


def notes_group(vault: Vault) -> Group:
    """The folder of notes, what it holds, and its worst problems."""
    report = vault.report
    if report is None:
        what = "Give the folder of notes in TUBENOTES_NOTES or --notes, with the right to read it."
        return Group("Notes", (fix("notes", f"{vault.wrong}.", what),))
    lines = [_notes(vault, report)]
    if report.notes and vault.is_samples:
        say = "These are the sample notes that come with Tubenotes."
        lines.append(hint("notes", say, "Set TUBENOTES_NOTES to the folder of your own notes."))
    if report.notes:
        lines.append(_problems(vault, report))
    return Group("Notes", tuple(lines))


def _notes(vault: Vault, report: Report) -> Line:
    held = f"{many(report.notes, 'note')} in {many(report.files, 'file')}"
    if report.notes:
        return ok("notes", f"{vault.folder} can be read: {held}.")
    return fix(
        "notes",
        f"{vault.folder} holds no note: {held}.",
        "Set TUBENOTES_NOTES to the folder of your notes: Markdown files with a `videoId:` at"
        " their head. If this is the folder, `tubenotes check` tells what is wrong with each file.",
    )


def _problems(vault: Vault, report: Report) -> Line:
    if not report.problems:
        return ok("problems", "Nothing is wrong with them.")
    found, lost = many(len(report.problems), "problem"), report.tally.lost
    says = f"{found}, {many(lost, 'citation')} lost. The worst of them:"
    shown = [str(problem) for problem in worst(report.problems, WORST)]
    do = f"`tubenotes check {vault.folder}` tells every one, and what was done about it."
    return hint("problems", "\n".join([says, *shown]), do)


def ports_group(ports: Sequence[Port], running: bool) -> Group:
    """Whether the ports can be listened on that settings name."""
    return Group("Ports", tuple(_port(port, running) for port in ports))


def _port(port: Port, running: bool) -> Line:
    about = f"{port.use} port"
    if port.address is None:
        return hint(
            about,
            f"{port.variable} is not set: nothing notices a bot that is down.",
            f"Set {port.variable}=127.0.0.1:9464, and let what watches your machine ask"
            " http://127.0.0.1:9464/healthz every minute: 503 means trouble, with the reason.",
        )
    shown = f"port {port.address.port} of {port.address.host} ({port.variable})"
    if port.wrong:
        return fix(
            about,
            f"{port.wrong}.",
            f"`ss -ltnp | grep :{port.address.port}` tells which program has it.",
        )
    if not running:
        return ok(about, f"Nobody has {shown}.")
    if port.use == "health":
        return _running(port, shown)
    return ok(about, f"The bot that runs has {shown}.")


def _running(port: Port, shown: str) -> Line:
    """The health of the bot that runs, in its own words."""
    if port.ill is None:
        return hint(
            "health",
            f"The bot that runs does not answer on {shown}.",
            "It was started with other settings, or is stuck: look in its log, and start it again.",
        )
    if port.ill:
        says = "\n".join(["The bot that runs says that something is wrong:", *port.ill])
        do = "Look in its log; the run book (deploy/RUNBOOK.md) tells what to do about each."
        return fix("health", says, do)
    return ok("health", f"The bot that runs says that it is well, on {shown}.")


def token_line(given: bool, file: Path | None, is_open: bool) -> Line:
    """Where the token is; `file` holds it (None: the environment does), `is_open` to others."""
    if not given:
        return fix(
            "token",
            "The bot has no token.",
            "Send /newbot to @BotFather in Telegram, and set the token that it gives you in"
            f" {TOKEN_VARIABLE}, or put it into a file and name that in {TOKEN_VARIABLE}_FILE.",
        )
    if file is None:
        return ok("token", f"The token comes from {TOKEN_VARIABLE}.")
    if is_open:
        says = f"{file} holds the token, and other users of this machine can read it."
        return hint("token", says, f"Run `chmod 600 {file}`.")
    return ok("token", f"The token is in {file}, which other users cannot read.")
