"""Imports run one way (DESIGN.md): read from the source files, not from what happens to load."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Layers from the bottom up: a module imports from its own layer and those below it. A name that
# ends in "." or "_" stands for all modules that begin with it, "" for all that are not named.
LAYERS = {
    "storage": (
        ("errors", "model", "names", "sentences"),
        ("",),
        (
            "index",
            "upgrade",
            "backup",
            "writing",
            "update",
            "check",
            "problems",
            "state",
            "seen",
            "chats",
            "blocked",
            "subscriptions",
            "filing",
            "matching",
            "heirs",
            "exports",
            "announce",
            "notices",
            "deliveries",
            "ready",
            "digests",
            "backlog",
            "news",
            "facts",
            "rows",
            "search",
            "titles",
            "topics",
            "reading",
            "citing",
            "newest",
            "begun",
            "examples",
        ),
    ),
    "bot": (
        ("text", "reply", "errors", "words."),
        (
            "excerpt",
            "density",
            "claim",
            "cooldown",
            "keeping",
            "circle",
            "trouble",
            "quoting",
            "buttons",
            "views",
            "topic_views",
            "rhythm_words",
            "spot",
            "subscription_views",
            "help",
            "standing",
            "health",
            "library",
        ),
        (
            "topic",
            "search",
            "evidence",
            "source",
            "manners",
            "subscribe",
            "unsubscribe",
            "subscriptions",
            "updates",
            "status",
            "card",
            "payloads",
            "links",
            "blocking",
            "commands",
        ),
        ("", "terminal", "terminal_", "telegram."),
        ("app", "owner"),
        ("__main__", "command_line"),
    ),
}


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    found = {}
    for package in LAYERS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """Modules that a module imports, wherever in it, by dotted name; relative ones resolved."""
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            inside = {f"{base}.{alias.name}" for alias in node.names}
            # `from bot import views` imports the module bot.views, not a name of bot.
            yield from inside & MODULES.keys() or {base}


def ours(name: str) -> set[str]:
    return {one for one in imports(name) if one in MODULES}


def layer(name: str) -> int:
    """The number of a module's layer."""
    package, _, rest = name.partition(".")
    places = {member: at for at, members in enumerate(LAYERS[package]) for member in members}
    starts = (member for member in places if member.endswith((".", "_")) and member != "__main__")
    start = next((member for member in starts if f"{rest}.".startswith(member)), "")
    return places.get(rest, places[start])


@pytest.mark.parametrize("name", [name for name in MODULES if "." in name])
def test_a_module_imports_only_what_lies_below_it(name: str) -> None:
    package = name.partition(".")[0]
    for other in ours(name):
        if other.partition(".")[0] == package and "." in other:
            assert layer(other) <= layer(name), f"{name} imports {other}, which is built on it"


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("storage")])
def test_storage_knows_neither_the_bot_nor_telegram_nor_asyncio(name: str) -> None:
    tops = {one.partition(".")[0] for one in imports(name)}
    assert not tops & {"bot", "telegram", "asyncio"}


@pytest.mark.parametrize("name", MODULES)
def test_only_the_telegram_platform_imports_telegram(name: str) -> None:
    if not name.startswith("bot.telegram"):
        assert "telegram" not in {one.partition(".")[0] for one in imports(name)}


@pytest.mark.parametrize("name", ["commands", "topic", "search", "source", "views", "help"])
def test_the_core_knows_no_platform(name: str) -> None:
    platforms = {one for one in ours(f"bot.{name}") if one.startswith(("bot.te", "bot.app"))}
    assert platforms <= {"bot.text"}


def test_no_module_imports_itself_in_a_round() -> None:
    TopologicalSorter({name: ours(name) - {name} for name in MODULES}).prepare()


def test_every_name_in_the_layers_is_a_module() -> None:
    for package, layers in LAYERS.items():
        rest = [f"{name.partition('.')[2]}." for name in MODULES if name.startswith(f"{package}.")]
        for member in (member for members in layers for member in members):
            whole = member if not member or member.endswith((".", "_")) else f"{member}."
            assert any(one.startswith(whole) for one in rest), member
