"""What owners are told to look at: settings, metrics, log lines and commands that exist."""

from __future__ import annotations

import ast
import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from bot.config import Settings, described, variable
from bot.log import _JsonFormatter, _TextFormatter
from bot.metrics import REGISTRY
from storage.state import State
from tests.dockerfile import HOUSE

DEPLOY = HOUSE / "deploy"
RUNBOOK = (DEPLOY / "RUNBOOK.md").read_text("utf-8")
ALERTS = (DEPLOY / "alerts.yaml").read_text("utf-8")
DASHBOARD = (DEPLOY / "grafana-dashboard.json").read_text("utf-8")
_SUFFIXES = ("", "_total", "_bucket", "_sum", "_count", "_info")


@cache
def metrics() -> frozenset[str]:
    """Each name that Prometheus may be asked for."""
    families = (family.name for family in REGISTRY.collect())
    return frozenset(f"{name}{suffix}" for name in families for suffix in _SUFFIXES)


def blocks(language: str) -> list[str]:
    """The run book's fenced blocks in a language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", RUNBOOK)


def expressions() -> Iterator[str]:
    """Whatever the rules and the dashboard ask Prometheus for."""
    for rule in yaml.safe_load(ALERTS)["groups"][0]["rules"]:
        yield rule["expr"]
    for panel in json.loads(DASHBOARD)["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("text", [ALERTS, DASHBOARD, RUNBOOK], ids=["alerts", "board", "book"])
def test_every_metric_that_owners_are_shown_exists(text: str) -> None:
    named = set(re.findall(r"(?<![\w/.])((?:tubenotes|process)_[a-z_]*[a-z])(?![\w.])", text))
    assert named
    assert named <= metrics()


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    families = {family.name for family in REGISTRY.collect() if "tubenotes_" in family.name}
    assert families
    assert {name for name in families if name not in DASHBOARD} == set()


def test_brackets_of_what_prometheus_is_asked_are_closed() -> None:
    asked = list(expressions())
    assert len(asked) > 30
    for text in asked:
        assert all(text.count(a) == text.count(b) for a, b in ("()", "{}", "[]")), text


def test_panels_do_not_lie_over_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD)["panels"]:
        place: dict[str, int] = panel["gridPos"]
        columns = range(place["x"], place["x"] + place["w"])
        cells = {(x, place["y"] + y) for x in columns for y in range(place["h"])}
        assert not cells & taken
        assert max(columns) < 24
        taken |= cells


def test_every_alert_says_what_to_do_and_its_place_in_the_run_book_exists() -> None:
    titles = re.findall(r"(?m)^## \d+\. (.*)$", RUNBOOK)
    for rule in yaml.safe_load(ALERTS)["groups"][0]["rules"]:
        told: dict[str, Any] = rule["annotations"]
        assert told["summary"].endswith(".")
        for named in re.findall(r"Run book: ([^.]+)\.", told["action"]):
            assert any(title.startswith(named) for title in titles), named


def test_prometheus_reads_the_rules_and_asks_where_the_bot_answers() -> None:
    example = yaml.safe_load((DEPLOY / "prometheus.yml.example").read_text("utf-8"))
    assert (DEPLOY / example["rule_files"][0]).is_file()
    (job,) = example["scrape_configs"]
    assert f'job="{job["job_name"]}"' in ALERTS
    (target,) = job["static_configs"][0]["targets"]
    assert f"TUBENOTES_HEALTH_LISTEN={target}" in (DEPLOY / "tubenotes.env.example").read_text()


def test_the_settings_example_has_each_setting_once_and_can_be_used_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DEPLOY / "tubenotes.env.example").read_text("utf-8")
    named = re.findall(r"(?m)^#?(TUBENOTES_\w+)=", text)
    assert sorted(named) == sorted(one.variable for one in described())
    (tmp_path / ".env").write_text(text.replace("/srv/notes", str(tmp_path)), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert Settings.load().notes == tmp_path


def test_the_settings_example_with_every_line_in_use_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text("4242424242:LOOPBACK-of-the-example-test", "utf-8")
    text = (DEPLOY / "tubenotes.env.example").read_text("utf-8")
    text = re.sub(r"(?m)^#(TUBENOTES_\w+=)", r"\1", text)
    text = text.replace("/srv/notes", str(tmp_path)).replace("/etc/tubenotes/token", str(token))
    (tmp_path / ".env").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    read = Settings.load()
    assert read.telegram_token
    assert read.webhook_listen
    assert read.health_listen


@cache
def told_by_the_code() -> tuple[str, ...]:
    """Each text in the code, with … for what is put in."""
    files = [*(HOUSE / "bot").rglob("*.py"), *(HOUSE / "storage").rglob("*.py")]
    return tuple(text for file in files for text in _texts(ast.parse(file.read_text("utf-8"))))


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"%[-.,\d]*[sdfr]|\{[^{}]*\}", "…", node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "…" for p in node.values)
            yield "".join(str(part) for part in parts)


@pytest.mark.parametrize("line", [line for text in blocks("log") for line in text.splitlines()])
def test_what_the_run_book_quotes_from_the_log_is_what_the_code_says(line: str) -> None:
    assert any(line in text for text in told_by_the_code())


@pytest.mark.parametrize("text", [ALERTS, RUNBOOK], ids=["alerts", "book"])
@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_what_owners_search_the_log_for_finds_complaints_only(
    text: str, style: Literal["text", "json"], level: int
) -> None:
    """The journal knows no levels of ours: what is on standard error is all the same to it."""
    assert "journalctl -u tubenotes -p" not in text
    found = [re.search(pattern, logged(level, style)) for pattern in searched(text)]
    assert any(found) is (level > logging.INFO)


def searched(text: str) -> list[str]:
    """What greps look for that name levels."""
    quoted = re.findall(r"'([^'\n]*(?:WARNING|warning)[^'\n]*)'", text.replace('\\"', '"'))
    assert quoted
    return quoted


def logged(level: int, style: Literal["text", "json"]) -> str:
    """A line of the log."""
    formatter = (_JsonFormatter if style == "json" else _TextFormatter)(())
    record = logging.LogRecord("bot.app", level, "", 0, "no error, and no warning", (), None)
    return formatter.format(record)


def test_every_setting_that_the_run_book_names_exists() -> None:
    known = {variable(field) for field in Settings.model_fields}
    assert set(re.findall(r"TUBENOTES_\w+", RUNBOOK)) <= known


def test_every_command_that_the_run_book_names_exists() -> None:
    from bot.command_line import parser

    helped = parser().format_help()
    named = set(re.findall(r"sudo tubenotes (\w+)", RUNBOOK))
    assert named >= {"doctor", "check", "backup", "restore"}
    for name in named:
        assert re.search(rf"(?m)^\s+{name}\b", helped), name


def test_docker_is_told_to_read_changed_settings_again() -> None:
    """`restart` and `start` go on with the settings and the token of before: a vault stays open."""
    calls = re.findall(r"docker compose (?:--profile standby )?(\w+)([^`\n#]*)", RUNBOOK)
    assert {verb for verb, _ in calls} == {"exec", "run", "ps", "logs", "up", "stop"}
    for verb, rest in calls:
        assert verb != "up" or re.match(r" -d( --force-recreate| --build|$)", rest.rstrip()), rest
        assert verb != "run" or rest.startswith(" --rm "), rest


def test_every_command_that_the_run_book_gives_docker_exists() -> None:
    from bot.command_line import parser

    helped = parser().format_help()
    named = re.findall(r"docker compose exec (?:-T )?tubenotes tubenotes (\w+)", RUNBOOK)
    named += re.findall(r"docker compose run --rm tubenotes (\w+)", RUNBOOK)
    assert set(named) >= {"doctor", "backup", "restore"}
    for name in named:
        assert re.search(rf"(?m)^\s+{name}\b", helped), name


def test_every_file_that_the_run_book_names_is_shipped() -> None:
    named = set(
        re.findall(r"`(?:deploy/)?([\w-]+\.(?:sh|yml|yaml|timer|service|example))`", RUNBOOK)
    )
    assert named
    for name in named:
        assert (DEPLOY / name).is_file(), name


def test_the_run_book_has_at_least_twenty_things_each_with_what_to_do() -> None:
    things = re.split(r"(?m)^## \d+\. ", RUNBOOK)[1:]
    assert len(things) >= 20
    for thing in things:
        assert "*You see:*" in thing
        assert "*Do" in thing
    numbers = [int(number) for number in re.findall(r"(?m)^## (\d+)\. ", RUNBOOK)]
    assert numbers == list(range(1, len(things) + 1))


def test_removing_a_person_as_the_run_book_says_leaves_nothing_of_them(tmp_path: Path) -> None:
    person = "123456789"
    State.open(tmp_path / "state.db").close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as database:
        database.executescript(_fill(database, int(person)))
        assert _holding(database, person)
        for script in blocks("sql"):
            database.executescript(script)
        assert _holding(database, person) == []


def _tables(database: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """The columns of each table, with their types."""
    rows = database.execute("select name from sqlite_master where type = 'table'").fetchall()
    columns = "select name, type from pragma_table_info(?)"
    return {name: database.execute(columns, (name,)).fetchall() for (name,) in rows}


def _fill(database: sqlite3.Connection, person: int) -> str:
    """A row in each table that knows people: their id wherever a column may hold one."""
    lines = []
    for table in ("chats", "subscriptions", "deliveries", "blocked"):
        held = {"chat_id": str(person), "by": str(person), "at": "1.0"}
        held |= {"id": str(person)} if table in {"chats", "blocked"} else {"id": "1"}
        columns = [name for name, _ in _tables(database)[table]]
        values = ", ".join(held.get(name, "0") for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        lines.append(f"insert into {table}({names}) values ({values});")
    lines.append("insert into searches(term, key) values ('word', '0');")
    return "\n".join(lines)


def _holding(database: sqlite3.Connection, person: str) -> list[str]:
    """Where the id stands anywhere, and what a removed search left."""
    found = [
        f"{table}.{column}"
        for table, columns in _tables(database).items()
        for column, _ in columns
        if database.execute(
            f'select 1 from "{table}" where cast("{column}" as text) = ?', (person,)
        ).fetchone()
    ]
    left = database.execute("select count(*) from searches").fetchone()[0]
    return found + ["searches"] * left
