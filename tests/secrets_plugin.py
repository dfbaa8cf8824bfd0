"""Whatever the processes of a test run write: no secret stands in it, and at info no question.

`tests/service.py` and `tests/command.py` hand over what their processes wrote; at the end of the
session all that leaked is one error, which names the tests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import pytest

from tests.botapi.server import TOKEN, BotApiServer

_TOKEN = re.compile(r"[0-9]{8,}(?::|%3A)[A-Za-z0-9_-]{30,}")
_COMMAND = re.compile(r"/\w+(?:@\w+)?\s+")
_SECRET_VARIABLES = ("TUBENOTES_TELEGRAM_TOKEN", "TUBENOTES_WEBHOOK_SECRET")
_ASKED_IN = ("text", "caption", "query")
_LEAST = 8
"""Letters of what somebody wrote; less may stand in a log by chance."""
LEAKS: list[str] = []


def leaks(output: str, secrets: Collection[str], asked: Collection[str]) -> list[str]:
    """What of all this stands in the output, each told by the line that it stands in."""
    kinds = [("a token", found.group()) for found in _TOKEN.finditer(output)]
    kinds += [("a secret", one) for secret in secrets for one in _parts(secret) if one]
    kinds += [("a question", one) for one in asked]
    lines = output.splitlines()
    return [
        f"{kind} stands in: {line}"
        for kind, words in dict.fromkeys(kinds)
        for line in lines
        if words in line
    ]


def watch(output: str, secrets: Iterable[str] = (), asked: Iterable[str] = ()) -> None:
    """Remember what leaked in the output of a process, and in which test."""
    found = leaks(output, {TOKEN, *secrets}, set(asked))
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    LEAKS.extend(f"{test}: {one}" for one in found)


def watch_service(output: str, api: BotApiServer, settings: Mapping[str, str]) -> None:
    """The same of `tubenotes run`: its settings' secrets, those it made up, what people asked."""
    given = [settings.get(name, "") for name in _SECRET_VARIABLES]
    hooks = [params for method, params in api.calls if method == "setWebhook"]
    made = [str(params.get("secret_token", "")) for params in hooks]
    paths = [str(params.get("url", "")).rpartition("/")[2] for params in hooks]
    debugging = settings.get("TUBENOTES_LOG_LEVEL") == "debug"
    asked = (
        []
        if debugging
        else [one for payload in api.world.updates.said for one in questions(payload)]
    )
    watch(output, [one for one in (*given, *made, *paths) if len(one) > 7], asked)


def questions(payload: Mapping[str, Any]) -> Iterator[str]:
    """What somebody wrote: the whole, and what follows a command where that is several words."""
    for text in filter(None, (payload.get(field) for field in _ASKED_IN)):
        rest = _COMMAND.sub("", text, count=1)
        yield from (one for one in (text, rest) if " " in one.strip() and len(one) >= _LEAST)


def _parts(secret: str) -> tuple[str, str]:
    return secret, secret.partition(":")[2]


@pytest.fixture(scope="session", autouse=True)
def nothing_leaks() -> Iterator[None]:
    """At the end of the session (of each worker's, where there are several)."""
    yield
    assert not LEAKS, "\n".join(LEAKS)
