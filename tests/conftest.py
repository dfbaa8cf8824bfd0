"""How hypothesis draws (in every run the same, so that what is green stays green), and fixtures.

`TUBENOTES_FUZZ=50 pytest tests/test_x.py` draws at random instead, that many times as much.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from hypothesis.internal.conjecture import providers

if TYPE_CHECKING:  # the rest of the tests run without it
    from sqlite_utils import Database

    from bot.library import Library
    from storage.state import State
    from tests.botapi.server import BotApiServer
    from tests.outbox import World

from tests.ports import held_port
from tests.secrets_plugin import nothing_leaks  # noqa: F401 - a fixture for all tests

TIMES = int(os.environ.get("TUBENOTES_FUZZ") or 0)
SUPPRESSED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
"""A machine that is busy is no fault of a test; fixtures here last for all examples of one."""

settings.register_profile(
    "tubenotes",
    derandomize=not TIMES,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=SUPPRESSED,
)
settings.load_profile("tubenotes")
if not TIMES:
    # Else it draws constants of whatever of our modules happens to be imported by then: other
    # examples with each change of any of them, and with each order of the tests.
    setattr(providers, "is_local_module_file", lambda path: False)  # noqa: B010


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts its background jobs so, and the processes of tests would be deaf to Ctrl-C too.
    signal.signal(signal.SIGINT, signal.default_int_handler)


_OURS = {"TUBENOTES_FUZZ", "TUBENOTES_VAULT", "TUBENOTES_SEEDS", "TUBENOTES_BOT_API_JSON"}
_SHOWN_BY = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "PYTHONSAFEPATH"}
for _name in {*os.environ} - _OURS:
    # The machine's proxies, the tester's own settings and terminal change nothing here.
    if _name.startswith("TUBENOTES_") or _name.lower().endswith("_proxy") or _name in _SHOWN_BY:
        del os.environ[_name]
os.environ["XDG_DATA_HOME"] = "/nowhere"  # where a home is shut or full, and in no tester's own


@pytest.fixture
def short_path() -> Iterator[Path]:
    """An empty folder, wherever pytest's own are: the name of a socket may have 107 letters."""
    with TemporaryDirectory(dir="/tmp") as place:
        yield Path(place)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Holds for tests with settings of their own too; these keep their number of examples."""
    name = "_hypothesis_internal_use_settings"
    for test in {_function(item) for item in items}:
        if is_hypothesis_test(test):
            own = getattr(test, name, None) or settings()
            more = own.max_examples * max(1, TIMES)
            held = {*own.suppress_health_check, *SUPPRESSED}
            setattr(test, name, settings(own, max_examples=more, suppress_health_check=held))


def _function(item: pytest.Item) -> object:
    test = getattr(item, "obj", None)
    return getattr(test, "__func__", test)


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries again does so at once, or nearly."""
    from bot import patience

    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)


@pytest.fixture
def port() -> Iterator[int]:
    """A port that nobody else gets, and that can be listened on: held, but not listened on."""
    with held_port() as held:
        yield held


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    """Telegram, on loopback."""
    from tests.botapi.server import BotApiServer

    async with BotApiServer() as server:
        yield server


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library on the samples and the tiny notes."""
    from tests.library_fixture import opened

    with opened(tmp_path_factory.mktemp("library")) as library:
        yield library


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A new state.db; nobody has subscribed yet."""
    from tests.owing import opened_state

    with opened_state(tmp_path) as state:
        yield state


@pytest.fixture(scope="session")
def tides_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An index of the notes that tests.owing tells of."""
    from tests.outbox import tides

    with tides(tmp_path_factory.mktemp("tides")) as reader:
        yield reader


@pytest.fixture
def world(tides_index: Database, state: State) -> World:
    """An outbox in a world of its own; nobody has subscribed yet."""
    from tests.outbox import World

    return World(state, tides_index)
