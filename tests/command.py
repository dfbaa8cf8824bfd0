"""The `tubenotes` command as a real process, with notes and data of its own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

from tests.secrets_plugin import watch

HOUSE = Path(__file__).parents[1]
NOTE = """---
title: Grind size {number}
videoId: {video}
---

From: [[kettle]] <br/>

## Brewing

- The grind size of batch {number} decides how fast the water runs \
<a class="yt-timestamp" data-t="00:07:{number:02}">[00:07:{number:02}]</a>.
"""


def video_id(number: int) -> str:
    """The video that note `number` is about."""
    return f"Kettle_{number:04}"


def write_notes(folder: Path, count: int) -> Path:
    """Notes about grind size, number n citing 7:n in a video of its own."""
    (folder / "kettle").mkdir(parents=True)
    for number in range(count):
        add_note(folder, number)
    return folder


def add_note(folder: Path, number: int) -> None:
    """One more of those notes."""
    text = NOTE.format(number=number, video=video_id(number))
    (folder / "kettle" / f"grind_size_{number}.md").write_text(text, "utf-8")


def environment(data: Path, **more: str) -> dict[str, str]:
    """Nothing of the tester's own settings, and a terminal with colours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    here = {"PYTHONPATH": str(HOUSE), "TERM": "xterm-256color", "TUBENOTES_DATA": str(data)}
    return {**kept, **here, **more}


def start(data: Path, *args: str) -> subprocess.Popen[bytes]:
    """The command with its standard streams on pipes, in a folder without a `.env`."""
    data.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(data),
        cwd=data,
    )


def talk(process: subprocess.Popen[bytes], line: bytes, seconds: float = 60) -> bytes:
    """Write one line and read one, which must come without another being written."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(line + b"\n")
    process.stdin.flush()
    if not select.select([process.stdout], [], [], seconds)[0]:
        process.kill()
        raise AssertionError(f"no answer to {line!r}")
    return process.stdout.readline()


def run(data: Path, *args: str, lines: bytes = b"") -> tuple[int, str, str]:
    """The exit code, standard output and standard error of a whole run."""
    with start(data, *args) as process:
        out, errors = process.communicate(lines, timeout=60)
    watch(out.decode() + errors.decode())
    return process.returncode, out.decode(), errors.decode()
