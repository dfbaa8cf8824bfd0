"""A folder that stands for a machine on which deploy/install.sh runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.proxies import DEPLOY

TOKEN = "4242424242:LOOPBACK-of-the-install-test"
# Stands for each command that would change this machine, and writes down how it was called.
STAND_IN = r"""#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"$CALLS"
case "$name $*" in
"getent "*) exit 2 ;;
"id -u") echo 0 ;;
"systemctl show "*) echo "${STATE:-inactive}" ;;
"python -m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/pip" ;;
"pip "*) exit "${PIP:-0}" ;;
"runuser "*)
  echo "in $(pwd) the token ends $(echo "$TUBENOTES_TELEGRAM_TOKEN" | tail -c 5)" >>"$CALLS"
  echo "data $TUBENOTES_DATA, log level $TUBENOTES_LOG_LEVEL, home $HOME" >>"$CALLS"
  exit "${DOCTOR:-0}" ;;
esac
"""


class Machine:
    """A folder that stands for the machine; commands that would change the real one do not."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.etc = self.root / "etc/tubenotes"
        self.units = self.root / "etc/systemd/system"
        self.settings = self.etc / "tubenotes.env"
        self.told = ""
        """What the last command said."""
        self._calls, stand_ins = folder / "calls", folder / "bin"
        stand_ins.mkdir()
        for name in ("getent", "useradd", "chown", "systemctl", "runuser", "id", "python"):
            (stand_ins / name).write_text(STAND_IN, "utf-8")
            (stand_ins / name).chmod(0o755)
        self._env = {
            "PATH": f"{stand_ins}:/usr/bin:/bin",
            "DESTDIR": str(self.root),
            "CALLS": str(self._calls),
            "NOTES": "/srv/my notes",
            "PYTHON": "python",
        }

    def install(
        self, *options: str, typed: str = f"{TOKEN}\n", **more: str
    ) -> tuple[int, list[str]]:
        """Run the script; its exit code, and the calls that it made."""
        return self._run(DEPLOY / "install.sh", *options, typed=typed, more=more)

    def tubenotes(self, *words: str, **more: str) -> tuple[int, list[str]]:
        """Run what was installed as `tubenotes`, from the machine's top folder."""
        return self._run(self.root / "usr/local/bin/tubenotes", *words, typed="", more=more)

    def mode(self, name: str) -> int:
        """Who may do what with a file or folder."""
        return (self.root / name).stat().st_mode & 0o777

    def _run(self, *command: str | Path, typed: str, more: dict[str, str]) -> tuple[int, list[str]]:
        self._calls.write_text("", "utf-8")
        done = subprocess.run(
            command,
            check=False,
            cwd=self._calls.parent,
            env=self._env | more,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.told = done.stdout + done.stderr
        calls = self._calls.read_text("utf-8")
        assert TOKEN not in self.told + calls
        return done.returncode, calls.splitlines()


def index_of(calls: list[str], words: str) -> int:
    """Where in the calls these words stand first; fails where they do not."""
    return next(number for number, call in enumerate(calls) if words in call)


def among(calls: list[str], words: str) -> bool:
    """Whether these words stand in any of the calls."""
    return any(words in call for call in calls)
