"""Runs one command; tells its errors in a line each, and its exit code."""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from bot.command_line import parser
from bot.errors import BotError
from storage.errors import BusyError, FolderError, FullError, StorageError

DONE, USAGE, FAULT, LATER, INTERRUPTED = 0, 2, 70, 75, 130

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
        args = parser().parse_args(argv)
    except SystemExit as end:  # argparse has said all there is to say
        return end.code if isinstance(end.code, int) else USAGE
    run: Callable[[object], int] = args.run
    return run(args)


if __name__ == "__main__":
    sys.exit(main())
