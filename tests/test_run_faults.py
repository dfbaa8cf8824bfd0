"""`tubenotes run` when things go wrong: networks, tokens, signals, files."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.botapi.people import ALICE, BOB, PRIVATE, private
from tests.botapi.server import BotApiServer
from tests.service import (
    STUCK,
    ask,
    link_of,
    links_of,
    notes,
    running,
    started,
)

__all__ = ["notes"]

# The command with shorter waits between two tries.
HASTY = """
import sys
from bot import patience
from bot.__main__ import main

patience.FIRST_WAIT = 0.05
sys.exit(main(["run"]))
"""


async def test_even_work_that_cannot_be_interrupted_does_not_delay_the_end(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, started(api, notes, tmp_path, STUCK) as service:
        await api.polling()
        assert await service.stop() == 0


async def test_a_network_that_is_away_at_the_start_is_waited_for(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, started(api, notes, tmp_path) as service:
        await api.offline()
        await service.wrote("trying again")
        await service.wrote("the index is up to date")
        await api.online()
        assert link_of("hazel") in links_of(await ask(api, "/search hazel", PRIVATE))
        assert await service.stop() == 0


async def test_faults_of_the_network_are_survived(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path) as service:
        for fault in (502, 429, 0):
            for method in ("getUpdates", "sendMessage"):
                if fault:
                    api.fail(method, fault)
                else:
                    api.drop(method)
            api.say("/search maple", chat=PRIVATE)
            assert link_of("maple") in links_of(await api.next_message(PRIVATE))
        await api.offline()
        await service.wrote("ConnectError")
        await api.online()
        api.say("/search birch", chat=PRIVATE)
        assert link_of("birch") in links_of(await api.next_message(PRIVATE))


async def test_another_poller_is_named_and_waited_out(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path) as service:
        api.fail("getUpdates", 409, times=2)
        api.say("/start", chat=PRIVATE)
        await api.next_message(PRIVATE)
        api.say("/start", chat=PRIVATE)
        await api.next_message(PRIVATE)
        assert "another process serves this bot" in service.log


@pytest.mark.parametrize("status", [401, 404])
async def test_a_wrong_token_ends_the_command_with_one_clear_line(
    notes: Path, tmp_path: Path, status: int
) -> None:
    async with BotApiServer() as api, started(api, notes, tmp_path) as service:
        api.fail("*", status, times=None)
        assert await service.ended() == 2
        lines = [line for line in service.log.splitlines() if "TUBENOTES_TELEGRAM_TOKEN" in line]
        assert len(lines) == 1
        assert "@BotFather" in lines[0]
        assert "Traceback" not in service.log


async def test_without_a_token_it_says_where_to_get_one(notes: Path, tmp_path: Path) -> None:
    nothing = {"TUBENOTES_TELEGRAM_TOKEN": ""}
    async with BotApiServer() as api, started(api, notes, tmp_path, **nothing) as service:
        assert await service.ended() == 2
        assert "TUBENOTES_TELEGRAM_TOKEN is not set" in service.log
        assert "@BotFather" in service.log
        assert api.calls == []


async def test_a_token_revoked_in_mid_run_ends_the_command(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, started(api, notes, tmp_path, HASTY) as service:
        await service.wrote("the index is up to date")
        await api.polling()
        api.fail("*", 401, times=None)
        api.say("wake up", chat=PRIVATE)
        assert await service.ended() == 1
        assert "revoked" in service.log
        assert "TUBENOTES_TELEGRAM_TOKEN" in service.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_time_even_with_answers_under_way(
    notes: Path, tmp_path: Path, number: int
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path) as service:
        api.slow("sendMessage", 30, times=None)
        for person in (ALICE, BOB):
            api.say("/search maple", chat=private(person), user=person)
            await api.next_message(private(person))
        assert await service.stop(number) == 0


async def test_a_signal_while_the_network_is_away_ends_it_in_time(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path) as service:
        await api.offline()
        await service.wrote("trying again")
        assert await service.stop() == 0


async def test_even_the_debug_log_does_not_hold_the_token(notes: Path, tmp_path: Path) -> None:
    loud = {"TUBENOTES_LOG_LEVEL": "debug", "TUBENOTES_LOG_FORMAT": "json"}
    async with BotApiServer() as api, running(api, notes, tmp_path, **loud) as service:
        api.drop("sendMessage")
        api.fail("getUpdates", 502)
        api.say("/start", chat=PRIVATE)
        await api.next_message(PRIVATE)
        assert await service.stop() == 0
        assert api.token not in service.log
        assert all(line.startswith("{") for line in service.log.splitlines())


async def test_a_signal_before_telegram_was_ever_reached_ends_it_in_time(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api:
        await api.offline()
        async with started(api, notes, tmp_path) as service:
            await service.wrote("trying again")
            assert await service.stop() == 0


async def test_a_damaged_state_is_left_untouched_and_named(notes: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    state.write_bytes(b"this is no database" * 100)
    async with BotApiServer() as api, started(api, notes, tmp_path) as service:
        assert await service.ended() == 70
        assert "state.db is damaged" in service.log
        assert "Traceback" not in service.log
    assert state.read_bytes() == b"this is no database" * 100
