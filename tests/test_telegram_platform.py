"""The platform as a whole, over HTTP: what arrives, in what order, and how it ends."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import SettingsError
from bot.telegram.platform import HANDLED, heartbeat, make_bot, serve
from tests.botapi.people import ALICE, BOB, GROUP, PRIVATE, private
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import COMMANDS, Oracle, serving, settings_for


async def test_a_question_is_answered_by_one_message() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        asked = api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        assert answer["text"] == "You: cats"
        assert answer["reply_parameters"]["message_id"] == asked["message_id"]
        await api.polling()
        assert api.unread(PRIVATE) == []


async def test_a_slow_question_does_not_hold_up_a_quick_one() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.say("slow", chat=PRIVATE)
        api.say("/search quick", chat=GROUP)
        api.say("quick", chat=PRIVATE)
        assert (await api.next_message(GROUP))["text"] == "You: /search quick"
        assert (await api.next_message(PRIVATE))["text"] == "You: quick"
        oracle.go.set()
        assert (await api.next_message(PRIVATE))["text"] == "You: slow"


async def test_a_question_edited_while_it_is_answered_ends_with_the_new_answer() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        asked = api.say("slow cats", chat=PRIVATE)
        assert await api.until(lambda: len(oracle.asked) == 1) or len(oracle.asked) == 1
        api.edit(asked, "dogs")
        await api.polling()
        assert len(oracle.asked) == 1
        oracle.go.set()
        assert (await api.next_message(PRIVATE))["text"] == "You: slow cats"
        assert (await api.next_edit(PRIVATE))["text"] == "You: dogs"


async def test_updates_are_asked_for_by_the_same_full_list_each_time() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.say("cats", chat=PRIVATE)
        await api.next_message(PRIVATE)
        await api.polling()
    calls = api.called("getUpdates")
    assert {tuple(call["allowed_updates"]) for call in calls} == {HANDLED}


async def test_a_stop_lets_an_answer_finish_and_confirms_what_was_taken() -> None:
    oracle = Oracle()
    async with BotApiServer() as api:
        task = asyncio.create_task(serve(settings_for(api), oracle.ask, oracle, COMMANDS))
        api.say("slow", chat=PRIVATE)
        await api.polling()
        task.cancel()
        await asyncio.sleep(0)
        oracle.go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await api.next_message(PRIVATE))["text"] == "You: slow"
        last = api.called("getUpdates")[-1]
        assert last.get("offset")
        assert not last.get("timeout")


async def test_a_webhook_that_was_set_before_does_not_keep_the_bot_from_polling() -> None:
    async with BotApiServer() as api:
        api.world.updates.webhook = {"url": "https://example.org/hook"}
        async with serving(api, Oracle()):
            api.say("cats", chat=PRIVATE)
            await api.next_message(PRIVATE)


async def test_a_token_revoked_in_mid_run_ends_the_service_with_the_reason() -> None:
    oracle = Oracle()
    async with BotApiServer() as api:
        task = asyncio.create_task(serve(settings_for(api), oracle.ask, oracle, COMMANDS))
        await api.polling()
        await api.wait_for("setMyCommands", count=4)
        await api.until(lambda: len(api.world.settings) == 4)
        api.fail("*", 401, times=None)
        api.say("wake up", chat=PRIVATE)
        with pytest.raises(BaseExceptionGroup) as caught:
            async with asyncio.timeout(5):
                await task
        assert caught.group_contains(SettingsError, match="TUBENOTES_TELEGRAM_TOKEN")


async def test_one_odd_401_does_not_end_the_service() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.fail("getUpdates", 401)
        api.say("first", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "You: first"
        api.say("second", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "You: second"


async def test_the_heartbeat_notices_a_revoked_token() -> None:
    async with BotApiServer() as api:
        bot = make_bot(settings_for(api))
        await bot.initialize()
        api.fail("getMe", 401, times=None)
        with pytest.raises(SettingsError, match="401"):
            await heartbeat(bot, every=0.01)
        await bot.shutdown()


async def test_a_chat_that_may_not_be_written_to_does_not_disturb_others() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.forbid(PRIVATE)
        api.say("cats", chat=PRIVATE, user=ALICE)
        api.say("dogs", chat=private(BOB), user=BOB)
        assert (await api.next_message(private(BOB)))["text"] == "You: dogs"
