"""Two bots where there may be one, and a bot whose token is no more."""

from __future__ import annotations

from pathlib import Path

from bot.__main__ import LATER
from bot.errors import RevokedError
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.faults.serving import (
    CHATS,
    Json,
    all_heard,
    heard,
    know,
    owed,
    settled,
    standing_in,
    write_lighthouse,
)
from tests.service import ask, links_of

SAID = "another process serves this bot"


async def test_a_second_bot_on_the_same_data_is_refused_and_the_first_goes_on(
    notes: Path, data: Path
) -> None:
    async with BotApiServer() as api, standing_in(api, notes, data) as first:
        know(api, CHATS)
        async with standing_in(api, notes, data, serving=False) as second:
            assert await second.ended() == LATER
        (line,) = second.log.splitlines()
        assert str(data) in line
        assert f"process {first.process.pid}" in line
        assert "stop that one" in line
        assert len(api.called("getMe")) == 1
        write_lighthouse(notes, 1)
        await all_heard(api, CHATS, 1)
        await settled(data)
        assert links_of(await ask(api, "/search lamp", PRIVATE))
        assert await first.stop() == 0
        assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)
        async with standing_in(api, notes, data):
            assert links_of(await ask(api, "/search lamp", PRIVATE))


async def test_a_bot_that_was_killed_leaves_its_data_to_the_next(notes: Path, data: Path) -> None:
    async with BotApiServer() as api:
        async with standing_in(api, notes, data) as service:
            await service.kill()
        async with standing_in(api, notes, data):
            assert links_of(await ask(api, "/search lamp", PRIVATE))


async def test_two_bots_with_one_token_both_say_so_until_one_of_them_stops(
    notes: Path, data: Path, tmp_path: Path
) -> None:
    slow: Json = {"patience": 0.5}
    async with BotApiServer() as api, standing_in(api, notes, data, **slow) as first:
        other = tmp_path / "other"
        async with standing_in(api, notes, other, serving=False, **slow) as second:
            await first.wrote(SAID)
            await second.wrote(SAID)
            assert "Stop the other one" in first.log
            assert first.process.returncode is second.process.returncode is None
            assert await first.stop() == 0
            api.say("/search lamp", chat=PRIVATE)
            assert links_of(await api.next_message(PRIVATE))
            await second.wrote("works again")
            assert await second.stop() == 0
        for one in (first, second):
            assert "Traceback" not in one.log
            assert one.log.count(SAID) < 30


async def test_a_token_that_is_revoked_while_news_go_out_ends_the_bot_and_loses_nothing(
    notes: Path, data: Path
) -> None:
    async with BotApiServer() as api:
        know(api, CHATS)
        async with standing_in(api, notes, data) as service:
            await api.wait_for("setMyCommands", 4)
            await api.polling()
            api.fail("*", 401, times=None)
            write_lighthouse(notes, 1)
            await api.wait_for("sendMessage")
            api.say("wake up", chat=PRIVATE)  # the poll under way comes to its end
            assert await service.ended() == RevokedError.exit_code
            (line,) = (line for line in service.log.splitlines() if "was revoked" in line)
            assert "@BotFather" in line
        assert [chat for chat, *_ in owed(data)] == [chat["id"] for chat in CHATS]
        api.mend()
        async with standing_in(api, notes, data):
            await all_heard(api, CHATS, 1)
            await settled(data)
            assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)
