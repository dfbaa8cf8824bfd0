"""The command line: every command with its options, its help and what it calls."""
# ruff: noqa: PLC0415 - a command loads only what it needs: no answer waits for Telegram's library

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.config import Settings

EXIT_CODES = """exit codes:
  0 done, 1 it found problems, 2 wrong usage or settings,
  70 an error of ours, 75 try again later
"""


def _options(args: argparse.Namespace) -> dict[str, Path | None]:
    return {"notes": getattr(args, "folder", None) or args.notes, "data": args.data}


def _settings(args: argparse.Namespace, **options: object) -> Settings:
    from bot.config import Settings

    return Settings.load(**_options(args) | options)


def _set_up(args: argparse.Namespace, **options: object) -> Settings:
    """The settings; where people read, only warnings stand among answers, if not more is wanted."""
    from bot.log import set_up_logging

    settings = _settings(args, **options)
    level = "warning" if settings.log_level == "info" else settings.log_level
    set_up_logging(level, settings.log_format, settings.secrets)
    return settings


def _chat(args: argparse.Namespace) -> int:
    settings = _set_up(args)
    from bot.terminal import chat

    return chat(settings, as_json=args.json)


def _serve(args: argparse.Namespace) -> int:
    settings = _settings(args)
    from bot.app import run

    return run(settings)


def _index(args: argparse.Namespace) -> int:
    settings = _set_up(args)
    from bot.owner import index

    return index(settings)


def _check(args: argparse.Namespace) -> int:
    settings = _set_up(args)
    from bot.owner import check

    return check(settings, as_json=args.json, kinds=args.kind, folders=args.within)


def _doctor(args: argparse.Namespace) -> int:
    from bot.examination import doctor

    return doctor(_options(args), json=args.json)


def _without_notes(args: argparse.Namespace) -> Settings:
    """The settings of a command that needs no notes: their disk may be what was lost."""
    from bot.config import SAMPLES

    return _set_up(args, notes=SAMPLES)


def _backup(args: argparse.Namespace) -> int:
    settings = _without_notes(args)
    from bot.backup import backup

    return backup(settings, args.file)


def _restore(args: argparse.Namespace) -> int:
    settings = _without_notes(args)
    from bot.backup import restore

    return restore(settings, args.file)


class _Command(NamedTuple):
    name: str
    summary: str
    about: str
    example: str
    run: Callable[[argparse.Namespace], int]
    folder: bool = True
    json: str = ""
    more: Callable[[argparse.ArgumentParser], None] = lambda _: None
    """Adds what no other command has."""
    tell: Callable[[], str] = str
    """The end of its help, made only where it is asked for."""


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help=f"only problems of {_ONE_KIND}"
    )
    parser.add_argument(
        "--folder", action="append", default=[], dest="within", metavar="SUB", help=_ONE_FOLDER
    )


def _backup_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=_BACKUP)


def _restore_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup to bring back")


def _settings_help() -> str:
    from bot.command_help import settings

    return settings()


def _kinds_help() -> str:
    from bot.command_help import kinds

    return kinds()


_COMMANDS = (
    _Command(
        "chat",
        "talk to the bot in the terminal",
        "Talk to the bot in the terminal. Where standard input is no terminal, it is read as a "
        "script: a message a line.",
        "tubenotes chat ~/notes\n  echo '/search coffee' | tubenotes chat --json",
        _chat,
        json="a message a line in, a JSON object a line out",
    ),
    _Command(
        "run",
        "serve Telegram until SIGTERM or SIGINT",
        "Serve Telegram until SIGTERM or SIGINT. The token comes from TUBENOTES_TELEGRAM_TOKEN "
        "or the file that TUBENOTES_TELEGRAM_TOKEN_FILE names.",
        "TUBENOTES_TELEGRAM_TOKEN_FILE=token.txt tubenotes run --notes ~/notes",
        _serve,
        folder=False,
        tell=_settings_help,
    ),
    _Command(
        "index",
        "bring the index up to date",
        "Bring the index up to date and print what was added, changed, removed and rejected.",
        "tubenotes index ~/notes",
        _index,
    ),
    _Command(
        "check",
        "report every problem in the notes",
        "Read the folder and report every problem as `path:line: kind: what, and what was done "
        "about it`, then sums that add up. Exit code 1 if anything that is told was lost.",
        "tubenotes check ~/notes\n  tubenotes check ~/notes --folder cooking --kind rejected",
        _check,
        json="one JSON object, for scripts",
        more=_check_options,
        tell=_kinds_help,
    ),
    _Command(
        "doctor",
        "say what is wrong, and what to do about it",
        "Look at everything on the way from the notes to Telegram: settings, notes, databases, "
        "the bot and its switches at @BotFather, who else serves it, ports, the clock. Each line "
        "says ok, or what to do. It changes nothing. Run it as the user that the bot runs as. "
        "Exit code 1 if something stops the bot from serving.",
        "tubenotes doctor --notes ~/notes",
        _doctor,
        folder=False,
        json="one JSON object, for scripts",
    ),
    _Command(
        "backup",
        "copy state.db, also while the bot runs",
        "Copy state.db, which holds who subscribed to what and cannot be built again, to a file "
        "that is whole. The bot may run meanwhile.",
        "tubenotes backup /backups/state.db",
        _backup,
        folder=False,
        more=_backup_file,
    ),
    _Command(
        "restore",
        "bring state.db back from a backup",
        "Bring state.db back from a backup. The bot must not run meanwhile; what is there now is "
        "kept beside it.",
        "tubenotes restore /backups/state.db",
        _restore,
        folder=False,
        more=_restore_file,
    ),
)


class _Version(argparse.Action):
    """Prints the version; looks it up only when asked, as that takes a while."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"tubenotes {version('tubenotes-bot')}\n")
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """Its help has an end that is made only where it is asked for."""

    tell: Callable[[], str] = str

    def format_help(self) -> str:
        """All that `--help` prints."""
        return super().format_help() + self.tell()


def parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    whole = _Parser(
        prog="tubenotes",
        description=_filled(
            "A bot that answers with receipts: short excerpts from notes about YouTube videos, "
            "each with a link to the second where it was said."
        ),
        epilog=f"example:\n  tubenotes chat ~/notes\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action=_Version, dest=argparse.SUPPRESS)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        _add(commands, command)
    return whole


def _filled(text: str) -> str:
    return textwrap.fill(text, 78)


def _add(commands: argparse._SubParsersAction[_Parser], command: _Command) -> None:
    parser = commands.add_parser(
        command.name,
        help=command.summary,
        description=_filled(command.about),
        epilog=f"example:\n  {command.example}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    places = parser.add_mutually_exclusive_group()
    if command.folder:
        places.add_argument("folder", nargs="?", type=Path, metavar="NOTES", help=_NOTES)
    places.add_argument("--notes", type=Path, metavar="DIR", help=_NOTES)
    parser.add_argument("--data", type=Path, metavar="DIR", help=_DATA)
    if command.json:
        parser.add_argument("--json", action="store_true", help=command.json)
    command.more(parser)
    parser.add_argument("--version", action=_Version, dest=argparse.SUPPRESS)
    parser.set_defaults(run=command.run)
    parser.tell = command.tell


_NOTES = "folder of notes (default: TUBENOTES_NOTES, and without it the sample notes)"
_DATA = "folder for the databases (default: TUBENOTES_DATA, and without it your data folder)"
_ONE_KIND = "this kind (again for another; the kinds are told below)"
_ONE_FOLDER = "only what is below this folder of the notes (again for another)"
_BACKUP = "where to (default: in the data folder, where the newest backups are kept)"
