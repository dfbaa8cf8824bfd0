"""A whole process, measured: wall and CPU time, peak memory of it and of all its children."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.command import environment

EVERY_SECONDS = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MAXRSS = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall and of CPU (user + system, children too), and peak memory in MB.

    `peak_mb` is the largest single process by the kernel's count. Sampled (0 where there is no
    /proc) are the largest sums over the process and its children: `tree_mb` of all resident
    pages, those that processes share counted in each; `own_mb` without pages of mapped files.
    """

    wall: float
    cpu: float
    peak_mb: float
    tree_mb: float
    own_mb: float


class Child:
    """`python -m MODULE ARGS …` under measurement, from its start to `finish`.

    The kernel counts the memory of the process that starts a child in the child's peak: whoever
    uses this has to stay small.
    """

    def __init__(self, data: Path, *args: str) -> None:
        self.started = self.asked = self.answered = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(data),
            cwd=data,
        )
        self._tree = self._own = 0
        self._stop = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()

    def ask(self, line: str) -> str:
        """Write a line, wait for the one that answers it; `asked` and `answered` say when.

        Raises RuntimeError if none comes.
        """
        assert self.process.stdin and self.process.stdout
        self.asked = time.perf_counter()
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode()
        self.answered = time.perf_counter()
        if not answer:
            raise RuntimeError(f"no answer to {line!r}")
        return answer

    def finish(self) -> tuple[Cost, str]:
        """Wait for the end; the cost and what was printed. Raises RuntimeError if it failed."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        out = self.process.stdout.read().decode()
        _, status, usage = os.wait4(self.process.pid, 0)
        wall = time.perf_counter() - self.started
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdout.close()
        self._stop.set()
        self._sampler.join()
        if self.process.returncode:
            raise RuntimeError(f"{self.process.args!r} ended with {self.process.returncode}")
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS / 1e6
        return Cost(wall, cpu, peak, self._tree * _PAGE / 1e6, self._own * _PAGE / 1e6), out

    def _sample(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            pages = [_pages(pid) for pid in _family(self.process.pid)]
            self._tree = max(self._tree, sum(resident for resident, _ in pages))
            self._own = max(self._own, sum(resident - shared for resident, shared in pages))


def run(data: Path, *args: str) -> tuple[Cost, str]:
    """Start, wait, measure."""
    return Child(data, *args).finish()


def megabytes(pid: int) -> float:
    """Memory that a process holds by itself now: resident pages without those of mapped files."""
    resident, shared = _pages(pid)
    return (resident - shared) * _PAGE / 1e6


def _family(pid: int) -> list[int]:
    """The process and all that descend from it, as far as they still live."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it ended meanwhile
            continue
    return found


def _pages(pid: int) -> tuple[int, int]:
    """Pages of memory that a process holds, and those of them that are a file's; 0 if it ended."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0, 0
    return int(resident), int(shared)
