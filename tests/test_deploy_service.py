"""The service without docker: units as systemd judges them, proxies' examples, scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.errors import RevokedError
from tests.proxies import DEPLOY, PREFIX, caddy, certify, nginx

MOST_EXPOSED = 2.0


def needs(program: str) -> str:
    """The program, where it is installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def said(*command: str | Path) -> str:
    """What a command that must work says."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("unit", ["tubenotes.service", "tubenotes-backup.service"])
def test_the_unit_is_hardened(unit: str) -> None:
    analyze = needs("systemd-analyze")
    told = said(analyze, "security", "--offline=true", "--no-pager", DEPLOY / unit)
    level = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert level
    assert float(level[1]) <= MOST_EXPOSED, told


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = needs("systemd-analyze")
    names = ("tubenotes.service", "tubenotes-backup.service", "tubenotes-backup.timer")
    for name in names:
        text = (
            (DEPLOY / name)
            .read_text("utf-8")
            .replace("/opt/tubenotes/venv/bin/tubenotes", "/bin/true")
        )
        (tmp_path / name).write_text(text, "utf-8")
    assert "tubenotes" not in said(analyze, "verify", "--man=no", *(tmp_path / n for n in names))


def test_the_service_waits_for_the_owner_only_where_nobody_else_can_help() -> None:
    """A wrong setting is tried again: the notes' disk or an address may be late at boot."""
    unit = (DEPLOY / "tubenotes.service").read_text("utf-8")
    assert "\nRestart=on-failure\n" in unit
    assert f"\nRestartPreventExitStatus={RevokedError.exit_code}\n" in unit
    assert "\nStartLimitIntervalSec=0\n" in unit


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    needs("openssl")
    needs("nginx")
    command = nginx(tmp_path, port=8443, backend="127.0.0.1:1", certificate=certify(tmp_path))
    assert "test is successful" in said(*command, "-t")


def test_caddy_takes_the_example(tmp_path: Path) -> None:
    program, _, *rest = caddy(tmp_path, port=8443, backend="127.0.0.1:1")
    assert "Valid configuration" in said(needs(program), "validate", *rest)


@pytest.mark.parametrize("name", ["nginx.conf.example", "Caddyfile.example"])
def test_the_examples_pass_on_posts_below_the_address_of_the_settings_example(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    settings = (DEPLOY / "tubenotes.env.example").read_text("utf-8")
    for variable in ("TUBENOTES_WEBHOOK_URL", "TUBENOTES_WEBHOOK_LISTEN"):
        (given,) = re.findall(rf"(?m)^#   {variable}=(.*)$", text)
        assert f"#{variable}={given}\n" in settings
    assert f"{PREFIX}" in text
    assert "POST" in text
    assert not re.search(r"\$request\b|\$request_uri|\$uri|\$args", text)


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda script: script.name)
def test_a_script_can_be_read_by_the_shell(script: Path) -> None:
    said("bash", "-n", script)
    assert os.access(script, os.X_OK)
    if checker := shutil.which("shellcheck"):
        said(checker, script)
