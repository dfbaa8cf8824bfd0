"""The steps of the Dockerfile in a clean folder, where no docker runs: python -m tests.dockersteps

Copies what .dockerignore lets through, runs the RUN lines of the first stage with their folders
moved into a new one, then the image's command with its settings, read-only apart from its data
folder, until its health check passes against a Bot API server on loopback. Takes about a minute.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bot.config import SAMPLES
from tests.botapi.server import BotApiServer
from tests.dockerfile import HOUSE, Instruction, is_seen, stages
from tests.ports import held_port

_FOLDERS = ("/src", "/wheels", "/opt/tubenotes", "/data", "/notes")


def main() -> int:
    """Run the steps; 0 where the health check passed."""
    build, final = stages((HOUSE / "deploy" / "Dockerfile").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in _FOLDERS[:2]:
            (root / name[1:]).mkdir(parents=True)
        env = _environment(build, root)
        for step in build:
            _do(step, root, env)
        return asyncio.run(_serve(final, root))


def _do(step: Instruction, root: Path, env: dict[str, str]) -> None:
    if step.name == "COPY":
        *sources, target = step.rest.split()
        for source in sources:
            _copy(source, root / "src" / (target if len(sources) == 1 else "."))
    elif step.name == "RUN":
        print("+", step.rest, flush=True)
        subprocess.run(
            ["sh", "-euc", _moved(step.rest, root)], env=env, cwd=root / "src", check=True
        )


def _copy(source: str, target: Path) -> None:
    """A file into a folder, or what a folder holds into another."""
    rules = (HOUSE / ".dockerignore").read_text("utf-8")
    if (HOUSE / source).is_file():
        assert is_seen(source, rules), source
        shutil.copy(HOUSE / source, target)
        return
    for file in sorted((HOUSE / source).rglob("*")):
        name = file.relative_to(HOUSE).as_posix()
        if file.is_file() and is_seen(name, rules):
            goal = target / file.relative_to(HOUSE / source)
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, goal)


def _environment(stage: list[Instruction], root: Path) -> dict[str, str]:
    """This machine's, with what the stage sets."""
    env = dict(os.environ)
    for step in stage:
        if step.name == "ENV":
            pairs = (pair.partition("=") for pair in shlex.split(step.rest))
            env |= {
                key: _moved(value, root).replace("$PATH", env["PATH"]) for key, _, value in pairs
            }
    return env


def _moved(words: str, root: Path) -> str:
    """The image's folders, put below a folder of ours."""
    for folder in _FOLDERS:
        words = words.replace(folder, f"{root}{folder}")
    return words


async def _serve(stage: list[Instruction], root: Path) -> int:
    """The image's command and its health check, as docker runs them."""
    shutil.copytree(SAMPLES, root / "notes")
    (root / "data").mkdir()
    with held_port() as port:
        async with BotApiServer() as api:
            env = _environment(stage, root) | {
                "TUBENOTES_HEALTH_LISTEN": f"127.0.0.1:{port}",
                "TUBENOTES_TELEGRAM_TOKEN": api.token,
                "TUBENOTES_TELEGRAM_API_URL": api.url,
            }
            return await _checked({step.name: step.rest for step in stage}, port, env, root)


async def _checked(of: dict[str, str], port: int, env: dict[str, str], root: Path) -> int:
    check = json.loads(of["HEALTHCHECK"].partition("CMD ")[2].replace("9464", str(port)))
    command = [*json.loads(of["ENTRYPOINT"]), *json.loads(of["CMD"])]
    print("+", *command, flush=True)
    program = shutil.which(command[0], path=env["PATH"]) or command[0]
    run = partial(asyncio.create_subprocess_exec, env=env, cwd=root / "data")
    serving = await run(program, *command[1:])
    python = str(Path(program).with_name(check[0]))
    try:
        for _ in range(30):
            checking = await run(python, *check[1:], stderr=subprocess.DEVNULL)
            if await checking.wait() == 0:
                print("the health check passes")
                return 0
            await asyncio.sleep(1)
    finally:
        serving.terminate()
        print("it ended with", await serving.wait())
    return 1


if __name__ == "__main__":
    sys.exit(main())
