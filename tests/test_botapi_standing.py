"""The Bot API server keeps the bot's standing, files, waits and rates as Telegram does."""

from __future__ import annotations

import pytest
from telegram import Bot, ChatMemberAdministrator, ChatMemberRestricted
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from tests.botapi import ALICE, CHANNEL, FORUM, GENERAL, GROUP, PRIVATE, SUPERGROUP, BotApiServer
from tests.botapi.fixtures import HERE, api, bot, table
from tests.botapi.limits import rate_faults

__all__ = ["api", "bot", "table"]


async def _change(bot: Bot) -> tuple[str, str]:
    (update,) = await bot.get_updates(offset=-1)
    assert update.my_chat_member is not None
    change = update.my_chat_member
    return change.old_chat_member.status, change.new_chat_member.status


async def test_the_bots_standing_changes_and_it_is_told(api: BotApiServer, bot: Bot) -> None:
    api.block(ALICE)
    assert await _change(bot) == ("member", "kicked")
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(HERE, "x")
    api.unblock(ALICE)
    assert await _change(bot) == ("kicked", "member")
    assert await bot.send_message(HERE, "x")
    api.kick(GROUP)
    with pytest.raises(Forbidden, match="kicked from the group"):
        await bot.get_chat(GROUP["id"])
    api.add(GROUP)
    assert await bot.get_chat(GROUP["id"])


async def test_rights_decide_who_may_write(api: BotApiServer, bot: Bot) -> None:
    me = await bot.get_chat_member(CHANNEL["id"], bot.id)
    assert isinstance(me, ChatMemberAdministrator)
    assert me.can_post_messages
    api.promote(CHANNEL, can_post_messages=False)
    with pytest.raises(BadRequest, match="administrator rights"):
        await bot.send_message(CHANNEL["id"], "x")
    api.mute(SUPERGROUP)
    muted = await bot.get_chat_member(SUPERGROUP["id"], bot.id)
    assert isinstance(muted, ChatMemberRestricted)
    with pytest.raises(BadRequest, match="ot enough rights"):
        await bot.send_message(SUPERGROUP["id"], "x")


async def test_topics_close_open_and_are_deleted(api: BotApiServer, bot: Bot) -> None:
    api.close_topic(FORUM, 7)
    api.delete_topic(FORUM, 8)
    with pytest.raises(BadRequest, match="opic_closed"):
        await bot.send_message(FORUM["id"], "x", message_thread_id=7)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(FORUM["id"], "x", message_thread_id=8)
    api.reopen_topic(FORUM, 7)
    await bot.send_message(FORUM["id"], "x", message_thread_id=7)
    api.close_topic(FORUM, GENERAL)
    with pytest.raises(BadRequest, match="opic_closed"):
        await bot.send_message(FORUM["id"], "x")
    kinds = [update.message for update in await bot.get_updates()]
    assert [bool(one and one.forum_topic_closed) for one in kinds] == [True, False, True]


async def test_files_travel_both_ways(api: BotApiServer) -> None:
    async with Bot(api.token, f"{api.url}/bot", f"{api.url}/file/bot") as bot:
        api.attach(b"from a person", "look", "notes.json")
        (update,) = await bot.get_updates()
        assert update.message
        assert update.message.document
        assert update.message.caption == "look"
        file = await bot.get_file(update.message.document.file_id)
        assert await file.download_as_bytearray() == b"from a person"
        await bot.send_document(HERE, b"from the bot", filename="a.json")
        sent = (await api.next_message(PRIVATE))["document"]
        assert (sent["file_name"], api.world.files[sent["file_id"]]) == ("a.json", b"from the bot")
        with pytest.raises(BadRequest, match="rong file_id"):
            await bot.get_file("nothing")
        del api.world.files[update.message.document.file_id]
        with pytest.raises(InvalidToken, match="Not Found"):
            await file.download_as_bytearray()


async def test_a_bot_that_does_not_wait_is_on_record(
    api: BotApiServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    api.flood(HERE, 60)
    with pytest.raises(RetryAfter):
        await bot.send_message(HERE, "x")
    assert api.early == []
    await bot.send_message(GROUP["id"], "others may be written to")
    with pytest.raises(RetryAfter):
        await bot.send_message(HERE, "x")
    assert len(api.early) == 1
    assert api.unread(PRIVATE) == []


async def test_a_wait_for_all_ends(api: BotApiServer, bot: Bot) -> None:
    api.flood(None, 0)
    with pytest.raises(RetryAfter):
        await bot.send_message(HERE, "x")
    await bot.send_message(HERE, "x")
    assert api.early == []


async def test_rates_are_watched_where_a_test_asks(api: BotApiServer, bot: Bot) -> None:
    api.watch_rates()
    for _ in range(13):
        await bot.send_message(HERE, "x")
    assert [fault for fault in api.rate_faults() if f"to chat {HERE}" in fault]


def test_what_telegram_does_not_like() -> None:
    calm = [(second * 1.01, 5) for second in range(100)]
    assert rate_faults(calm) == []
    assert len(rate_faults([(at * 0.03, at) for at in range(1, 40)])) == 1
    assert len(rate_faults([(at * 2.9, -7) for at in range(25)])) == 1
    assert rate_faults([(at * 3.1, -7) for at in range(25)]) == []
    assert len(rate_faults([(at * 0.5, 7) for at in range(25)])) == 1


async def test_an_update_may_come_twice(api: BotApiServer, bot: Bot) -> None:
    api.again(api.say("one"))
    first, second = await bot.get_updates()
    assert first.update_id == second.update_id
