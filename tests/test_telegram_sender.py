"""Getting a message out: what is tried again, what is not, and what the reader gets anyway."""

from __future__ import annotations

import asyncio

import pytest

from bot.reply import Reply
from bot.telegram.client import make_bot
from bot.telegram.message import About, Target
from bot.telegram.outgoing import Outgoing, outgoing
from bot.telegram.sender import Sender
from bot.text import bold
from tests.botapi.people import FORUM, GROUP, PRIVATE, SUPERGROUP
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, Pacing, settings_for, with_button

HERE = Target(PRIVATE["id"])
QUICKLY = (0.01, 0.01)


async def _out(text: str = "cats") -> Outgoing:
    return await outgoing(Reply("x", (bold(text),)), Oracle())


@pytest.mark.parametrize("fault", ["502", "drop", "429"])
async def test_a_message_that_did_not_get_out_is_sent_again(fault: str) -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        if fault == "drop":
            api.drop("sendMessage")
        elif fault == "502":
            api.fail("sendMessage", 502, times=2)
        else:
            api.fail("sendMessage", 429, retry_after=1)
        assert await Sender(bot, Pacing(), QUICKLY).post(HERE, await _out())
        assert (await api.next_message(PRIVATE))["html"] == "<b>cats</b>"
        assert api.unread(PRIVATE) == []


async def test_a_message_that_was_perhaps_sent_is_not_sent_twice() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.slow("sendMessage", 30)
        bot.request._client.timeout = 0.3  # type: ignore[attr-defined] # instead of ten seconds
        assert await Sender(bot, Pacing(), QUICKLY).post(HERE, await _out()) is None
        assert len(api.called("sendMessage")) == 1


async def test_an_edit_that_was_perhaps_made_is_made_again() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        sender = Sender(bot, Pacing(), QUICKLY)
        sent = await sender.post(HERE, await _out())
        assert sent
        bot.request._client.timeout = 0.3  # type: ignore[attr-defined] # instead of ten seconds
        api.slow("editMessageText", 30)
        edited = asyncio.create_task(sender.edit(PRIVATE["id"], sent, await _out("dogs")))
        await api.wait_for("editMessageText")
        bot.request._client.timeout = 60  # type: ignore[attr-defined] # of the next one
        assert await edited
        assert len(api.called("editMessageText")) == 2
        assert (await api.next_edit(PRIVATE))["text"] == "dogs"


async def test_a_wait_that_is_too_long_is_not_waited_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.fail("sendMessage", 429, retry_after=600)
        assert await Sender(bot, Pacing(), QUICKLY).post(HERE, await _out()) is None
        assert len(api.called("sendMessage")) == 1
    assert "did not reach chat" in caplog.text


async def test_a_server_that_stays_away_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        await api.offline()
        assert await Sender(bot, Pacing(), QUICKLY).post(HERE, await _out()) is None
        assert await Sender(bot, Pacing(), QUICKLY).edit(PRIVATE["id"], 5, await _out())
        await Sender(bot, Pacing(), QUICKLY).close_press("77")
    assert "did not reach chat" in caplog.text


async def test_where_the_markup_is_refused_the_words_still_arrive() -> None:
    refused = "Bad Request: can't parse entities: unexpected end tag"
    reply = with_button("cats <& dogs", "more", "/x")
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.fail("sendMessage", 400, refused)
        assert await Sender(bot, Pacing(), QUICKLY).post(HERE, await outgoing(reply, Oracle()))
        assert (await api.next_message(PRIVATE))["text"] == "cats <& dogs"


async def test_a_group_that_became_a_supergroup_is_answered_there() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        api.migrate(GROUP, SUPERGROUP)
        target = Target(GROUP["id"], reply_to=5)
        assert await Sender(bot, Pacing(), QUICKLY).post(target, await _out())
        assert (await api.next_message(SUPERGROUP))["text"] == "cats"


async def test_a_question_that_was_deleted_is_answered_without_a_reply() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        target = Target(PRIVATE["id"], reply_to=99_999)
        assert await Sender(bot, Pacing(), QUICKLY).post(target, await _out())


async def test_an_edit_of_a_message_that_is_gone_is_told() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        assert not await Sender(bot, Pacing(), QUICKLY).edit(PRIVATE["id"], 99_999, await _out())


async def test_whoever_paces_deliveries_hears_of_each_answer() -> None:
    pace = Pacing()
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        sender = Sender(bot, pace, QUICKLY)
        sent = await sender.post(HERE, await _out())
        assert sent
        await sender.edit(PRIVATE["id"], sent, await _out("dogs"))
        await sender.post(Target(GROUP["id"]), await _out())
    assert pace.noted == [PRIVATE["id"], PRIVATE["id"], GROUP["id"]]


async def test_a_file_is_sent_after_its_words() -> None:
    reply = Reply("x", (bold("cats"),), document=("cats.json", b"[1, 2]"))
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        out = await outgoing(reply, Oracle())
        assert await Sender(bot, Pacing(), QUICKLY).post_file(Target(FORUM["id"], 7), out)
        sent = await api.next_message(FORUM)
        assert sent["message_thread_id"] == 7
        assert sent["document"]["file_name"] == "cats.json"
        assert api.world.files[sent["document"]["file_id"]] == b"[1, 2]"


async def test_what_pops_up_is_cut_to_what_telegram_takes() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        query = api.press({"chat": PRIVATE, "message_id": 5}, data="/x")
        await Sender(bot, Pacing(), QUICKLY).close_press(query["id"], "word 🐈 " * 100)
        said = (await api.answered(query))["text"]
    assert said.endswith("…")
    assert len(said) <= 200


async def test_a_quote_that_telegram_refuses_is_left_out() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        said = api.say("cats sleep all day")
        target = Target(PRIVATE["id"], reply_to=1, about=About(said["message_id"], "dogs bark"))
        assert await Sender(bot, Pacing(), QUICKLY).post(target, await _out())
        answer = await api.next_message(PRIVATE)
        assert answer["html"] == "<b>cats</b>"
        assert answer["reply_parameters"] == {"message_id": said["message_id"]}


async def test_where_the_message_it_is_about_is_gone_it_replies_to_the_question() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        asked = api.say("/source")
        about = About(99_999, "dogs bark")
        target = Target(PRIVATE["id"], reply_to=asked["message_id"], about=about)
        assert await Sender(bot, Pacing(), QUICKLY).post(target, await _out())
        answer = await api.next_message(PRIVATE)
        assert answer["html"] == "<b>cats</b>"
        assert answer["reply_parameters"]["message_id"] == asked["message_id"]


async def test_a_refusal_of_something_else_leaves_the_reply_as_it_is() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        said = api.say("cats sleep all day")
        api.fail("sendMessage", 400, "Bad Request: can't parse entities: unexpected end tag")
        target = Target(PRIVATE["id"], about=About(said["message_id"], "sleep", 5))
        assert await Sender(bot, Pacing(), QUICKLY).post(target, await _out())
        assert (await api.next_message(PRIVATE))["reply_parameters"]["quote"] == "sleep"


async def test_a_message_of_ours_is_deleted_and_it_is_told_where_that_is_not_allowed() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        sender = Sender(bot, Pacing(), QUICKLY)
        sent = await sender.post(HERE, await _out())
        assert sent
        api.fail("deleteMessage", 502)
        assert await sender.delete(PRIVATE["id"], sent)
        assert (PRIVATE["id"], sent) not in api.world.messages
        assert await sender.delete(PRIVATE["id"], sent)
        assert not await sender.delete(PRIVATE["id"], api.say("mine")["message_id"])


async def test_a_group_that_got_all_it_may_get_in_a_minute_can_still_delete() -> None:
    async with BotApiServer() as api, make_bot(settings_for(api)) as bot:
        sender = Sender(bot, Pacing(), QUICKLY)
        sent = [await sender.post(Target(GROUP["id"]), await _out(str(at))) for at in range(20)]
        async with asyncio.timeout(30):
            assert await sender.delete(GROUP["id"], sent[0] or 0)
