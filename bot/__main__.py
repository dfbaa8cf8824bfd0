"""The command line: chat, run, index, check."""
# ruff: noqa: PLC0415 - a command loads only what it needs: no answer waits for Telegram's library

from __future__ import annotations

import argparse
import errno
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.errors import BotError
from storage.errors import BusyError, FolderError, FullError, StorageError

if TYPE_CHECKING:
    from bot.config import Settings

DONE, USAGE, FAULT, LATER, INTERRUPTED = 0, 2, 70, 75, 130
EXIT_CODES = """exit codes:
  0 done, 1 it found problems, 2 wrong usage or settings,
  70 an error of ours, 75 try again later"""

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. An error becomes one line on standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a file name may be no UTF-8
    return guarded(lambda: _flushed(_run(argv)))


def guarded(run: Callable[[], int]) -> int:
    """The exit code of `run`, or of the error that it ends with."""
    try:
        return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BotError, StorageError) as error:
        return _failed(str(error), exit_code(error))
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):  # the reader has had enough (`| head`)
            return DONE
        return _failed(str(error), exit_code(error))
    except Exception as error:
        log.debug("the fault in full", exc_info=True)
        return _failed(f"a fault in Tubenotes: {type(error).__name__}: {error}", FAULT)


def _flushed(code: int) -> int:
    if sys.stdout:
        sys.stdout.flush()
    return code


def _drop_output() -> None:
    """Keep Python from writing again, at its end, what could not be written."""
    if sys.stdout:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def exit_code(error: Exception) -> int:
    """What a script is told about an error: whose it is, and whether to try again."""
    if isinstance(error, BotError):
        return error.exit_code
    if isinstance(error, FolderError):
        return USAGE
    no_room = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return LATER if no_room or isinstance(error, (BusyError, FullError)) else FAULT


def _failed(words: str, code: int) -> int:
    for line in words.splitlines():
        sys.stderr.write(f"tubenotes: {line}\n")
    return code


def _run(argv: Sequence[str] | None) -> int:
    try:
        args = _parser().parse_args(argv)
    except SystemExit as end:  # argparse has said all there is to say
        return end.code if isinstance(end.code, int) else USAGE
    settings = _settings(args)
    if args.run is not _serve:  # which logs in its own way
        _log_to_stderr(settings)
    run: Callable[[argparse.Namespace, Settings], int] = args.run
    return run(args, settings)


def _settings(args: argparse.Namespace) -> Settings:
    from bot.config import Settings

    return Settings.load(notes=getattr(args, "folder", None) or args.notes, data=args.data)


def _log_to_stderr(settings: Settings) -> None:
    """Where people read, only warnings stand among the answers, unless more was asked for."""
    from bot.log import set_up_logging

    level = "warning" if settings.log_level == "info" else settings.log_level
    set_up_logging(level, settings.log_format, settings.secrets)


def _chat(args: argparse.Namespace, settings: Settings) -> int:
    from bot.terminal import chat

    return chat(settings, as_json=args.json)


def _serve(_args: argparse.Namespace, settings: Settings) -> int:
    from bot.app import run

    return run(settings)


def _index(_args: argparse.Namespace, settings: Settings) -> int:
    from bot.owner import index

    return index(settings)


def _check(args: argparse.Namespace, settings: Settings) -> int:
    from bot.owner import check

    return check(settings, as_json=args.json)


class _Command(NamedTuple):
    name: str
    summary: str
    about: str
    example: str
    run: Callable[[argparse.Namespace, Settings], int]
    folder: bool = True
    json: str = ""


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
        "about it`, then sums that add up. Exit code 1 if anything was lost.",
        "tubenotes check ~/notes",
        _check,
        json="one JSON object, for scripts",
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tubenotes",
        description="A bot that answers with receipts: short excerpts from notes about YouTube "
        "videos, each with a link to the second where it was said.",
        epilog=f"example:\n  tubenotes chat ~/notes\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, dest=argparse.SUPPRESS)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        _add(commands, command)
    return parser


def _add(commands: argparse._SubParsersAction[argparse.ArgumentParser], command: _Command) -> None:
    parser = commands.add_parser(
        command.name,
        help=command.summary,
        description=command.about,
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
    parser.add_argument("--version", action=_Version, dest=argparse.SUPPRESS)
    parser.set_defaults(run=command.run)


_NOTES = "folder of notes (default: TUBENOTES_NOTES, and without it the sample notes)"
_DATA = "folder for the databases (default: TUBENOTES_DATA, and without it your data folder)"


if __name__ == "__main__":
    sys.exit(main())
