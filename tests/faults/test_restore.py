"""The owner's worst day, rehearsed: killed, state.db destroyed, the backup of this morning."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from pathlib import Path

from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.command import run, start
from tests.faults import harm
from tests.faults.serving import (
    all_heard,
    heard,
    know,
    people,
    settled,
    standing_in,
    subscribe,
    whole,
    write_lighthouse,
)
from tests.service import ask

*CHATS, LATE = people(16)


async def test_a_backup_made_while_it_sends_serves_everyone_again(tmp_path: Path) -> None:
    notes, data, backup = tmp_path / "notes", tmp_path / "data", tmp_path / "away" / "backup.db"
    write_lighthouse(notes, 0)
    subscribe(data, *CHATS)
    async with BotApiServer() as api:
        know(api, [*CHATS, LATE])
        async with standing_in(api, notes, data) as service:
            await ask(api, "/subscribe everything", PRIVATE)
            api.slow("sendMessage", 0.1, 1000)
            write_lighthouse(notes, 1)
            await all_heard(api, CHATS[:1], 1)
            code, out, errors = await asyncio.to_thread(
                run, data, "backup", "--notes", str(notes), str(backup)
            )
            assert (code, errors) == (0, "")
            assert f"{len(CHATS) + 1} subscriptions, {len(CHATS) + 1} chats" in out
            api.mend()
            await ask(api, "/subscribe everything", LATE)
            write_lighthouse(notes, 2)
            await all_heard(api, [*CHATS, PRIVATE], 1, 2)
            await all_heard(api, [LATE], 2)
            await asyncio.to_thread(not_restored_while_it_runs, notes, data, backup)
            service.process.send_signal(signal.SIGKILL)
            assert await service.ended() == -signal.SIGKILL
        before = {chat["id"]: heard(api, chat) for chat in CHATS}
        harm.zeroed(data / "state.db")
        await asyncio.to_thread(restore_at_last, notes, data, backup)
        async with standing_in(api, notes, data):
            write_lighthouse(notes, 3)
            await all_heard(api, [*CHATS, PRIVATE], 1, 2, 3)
            await settled(data)
            assert 3 not in heard(api, LATE)  # who subscribed after the backup has to do so again
        for chat in CHATS:
            told = heard(api, chat)
            assert told[: len(before[chat["id"]])] == before[chat["id"]]
            # The first was perhaps owed in the backup. The second is news since then.
            assert told.count(1) in (1, 2)
            assert (told.count(2), told.count(3)) == (2, 1)
    assert whole(data / "state.db")


def not_restored_while_it_runs(notes: Path, data: Path, backup: Path) -> None:
    code, _, errors = run(data, "restore", "--notes", str(notes), str(backup))
    assert code == 75
    assert "in use by another tubenotes" in errors


def restore_at_last(notes: Path, data: Path, backup: Path) -> None:
    """Killed a few times at moments of no meaning; there is a state.db all the time."""
    words = ("restore", "--notes", str(notes), str(backup))
    for _ in range(3):
        with start(data, *words) as process:
            time.sleep(random.random() / 2)
            process.kill()
            process.communicate()
        assert (data / "state.db").exists()
    code, out, errors = run(data, *words)
    assert (code, errors) == (0, "")
    assert f"{len(CHATS) + 1} subscriptions" in out
    assert [file for file in data.iterdir() if "before-restore" in file.name]
