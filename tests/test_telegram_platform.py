"""The platform as a whole, over HTTP: what arrives, in what order, and how it ends."""

from __future__ import annotations

import asyncio

import pytest

from bot import patience
from bot.errors import RevokedError
from bot.reply import Reply
from bot.telegram.client import make_bot
from bot.telegram.courier import Courier
from bot.telegram.feed import HANDLED
from bot.telegram.platform import Idle
from bot.telegram.poller import heartbeat
from bot.text import plain
from tests.botapi.people import ALICE, BOB, GROUP, PRIVATE, private
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, serving, settings_for, started


async def test_a_question_is_answered_by_one_message() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        asked = api.say("cats", chat=PRIVATE)
        answer = await api.next_message(PRIVATE)
        assert answer["text"] == "You: cats"
        assert answer["reply_parameters"]["message_id"] == asked["message_id"]
        await api.polling()
        assert api.unread(PRIVATE) == []


async def test_what_is_asked_in_chats_without_the_bot_is_answered_there() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        query = api.type_inline("cats")
        (result,) = (await api.answered(query))["results"]
        assert result["description"] == "You: cats"
        mention = api.mention(reply_to=api.overheard("dogs"))
        await api.answered(mention)
        assert api.posted(mention)["text"] == "You: dogs"
        assert api.called("sendMessage") == []


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
    async with BotApiServer() as api, started(api, oracle) as task:
        api.say("slow", chat=PRIVATE)
        await api.polling()
        task.cancel()
        ended, _ = await asyncio.wait([task], timeout=0.2)
        assert not ended
        oracle.go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await api.next_message(PRIVATE))["text"] == "You: slow"
        last = api.called("getUpdates")[-1]
        assert last.get("offset")
        assert not last.get("timeout")


async def test_an_update_that_comes_twice_is_handled_once() -> None:
    oracle = Oracle()
    async with BotApiServer() as api, serving(api, oracle):
        api.again(api.say("cats", chat=PRIVATE))
        api.say("dogs", chat=PRIVATE)
        await api.next_message(PRIVATE)
        await api.next_message(PRIVATE)
        await api.polling()
        assert api.unread(PRIVATE) == []
    assert sorted(request.text for request in oracle.asked) == ["cats", "dogs"]


async def test_an_update_that_cannot_be_read_does_not_keep_others_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.say("cats", chat=PRIVATE)
        api.push("message", {"message_id": 5, "chat": PRIVATE})  # without a date
        api.say("dogs", chat=PRIVATE)
        told = {(await api.next_message(PRIVATE))["text"] for _ in range(2)}
        await api.polling()
    assert told == {"You: cats", "You: dogs"}
    assert "is left out" in caplog.text


async def test_deliveries_run_beside_the_answers_and_let_them_go_first() -> None:
    oracle, waiting = Oracle(), asyncio.Event()

    async def beside(courier: Courier, idle: Idle) -> None:
        await oracle.busy.wait()
        waiting.set()
        await idle()
        await courier.post(
            PRIVATE["id"], 0, Reply("news", (plain("new"),)), silent=False, plain=False
        )
        await asyncio.Event().wait()

    async with BotApiServer() as api, serving(api, oracle, beside):
        api.say("slow", chat=PRIVATE)
        async with asyncio.timeout(60):
            await waiting.wait()
        oracle.go.set()
        assert (await api.next_message(PRIVATE))["text"] == "You: slow"
        assert (await api.next_message(PRIVATE))["text"] == "new"


async def test_a_stop_waits_for_deliveries_and_answers_at_the_same_time() -> None:
    oracle, ended = Oracle(), list[str]()

    async def beside(courier: Courier, idle: Idle) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            oracle.go.set()  # an answer under way is waited for while this one still ends
            await api.next_message(PRIVATE)
            ended.append("deliveries")

    async with BotApiServer() as api, serving(api, oracle, beside):
        api.say("slow", chat=PRIVATE)
        await api.polling()
    assert ended == ["deliveries"]


async def test_deliveries_that_fail_end_the_service_with_their_error() -> None:
    async def beside(courier: Courier, idle: Idle) -> None:
        raise ZeroDivisionError

    async with BotApiServer() as api, started(api, Oracle(), beside) as task:
        with pytest.raises(BaseExceptionGroup) as caught:
            async with asyncio.timeout(60):
                await task
    assert caught.group_contains(ZeroDivisionError)


async def test_a_webhook_that_was_set_before_does_not_keep_the_bot_from_polling() -> None:
    async with BotApiServer() as api:
        api.world.updates.webhook = {"url": "https://example.org/hook"}
        async with serving(api, Oracle()):
            api.say("cats", chat=PRIVATE)
            await api.next_message(PRIVATE)


async def test_a_token_revoked_in_mid_run_ends_the_service_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    oracle = Oracle()
    async with BotApiServer() as api, started(api, oracle) as task:
        await api.polling()
        await api.wait_for("setMyCommands", count=4)
        await api.until(lambda: len(api.world.settings) == 4)
        api.fail("*", 401, times=None)
        api.say("wake up", chat=PRIVATE)
        with pytest.raises(BaseExceptionGroup) as caught:
            async with asyncio.timeout(60):
                await task
        assert caught.group_contains(RevokedError, match="TUBENOTES_TELEGRAM_TOKEN")


async def test_an_odd_401_of_each_call_does_not_end_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    async with BotApiServer() as api, serving(api, Oracle()):
        api.fail("getUpdates", 401)
        api.fail("getMe", 401)
        api.say("first", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "You: first"
        api.say("second", chat=PRIVATE)
        assert (await api.next_message(PRIVATE))["text"] == "You: second"


async def test_the_heartbeat_notices_a_revoked_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.01)
    async with BotApiServer() as api:
        bot = make_bot(settings_for(api))
        await bot.initialize()
        api.fail("getMe", 401, times=None)
        with pytest.raises(RevokedError, match="401"):
            await heartbeat(bot, every=0.01)
        await bot.shutdown()


async def test_a_chat_that_may_not_be_written_to_does_not_disturb_others() -> None:
    async with BotApiServer() as api, serving(api, Oracle()):
        api.forbid(PRIVATE)
        api.say("cats", chat=PRIVATE, user=ALICE)
        api.say("dogs", chat=private(BOB), user=BOB)
        assert (await api.next_message(private(BOB)))["text"] == "You: dogs"
