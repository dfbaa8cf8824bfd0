"""Where it is let in: the group is greeted, who gave it a channel is offered to subscribe."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.botapi.people import ALICE, BOB, CHANNEL, FORUM, GROUP, PRIVATE, SUPERGROUP
from tests.botapi.server import BotApiServer
from tests.telegram_fakes import Oracle, serving


async def test_a_new_administrators_right_is_offered_to_whoever_gave_it() -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle()):
            api.promote(CHANNEL, by=BOB, can_post_messages=False)
            api.promote(CHANNEL, by=ALICE)
            offer = await api.next_message(PRIVATE)
            button = offer["reply_markup"]["inline_keyboard"][0][0]
            assert "“News”" in offer["text"]
            assert button["callback_data"] == f"/subscribe for:{CHANNEL['id']}"
            api.promote(CHANNEL, by=ALICE, can_pin_messages=True)
            await api.polling()
        assert len(api.called("sendMessage")) == 1


async def test_nobody_is_offered_a_channel_that_the_owner_did_not_choose() -> None:
    allowed = frozenset({ALICE["id"]})
    async with BotApiServer() as api:
        async with serving(api, Oracle(), allowed_chats=allowed):
            api.stand(CHANNEL, "left", told=False)
            api.promote(CHANNEL, by=ALICE)
            await api.polling()
        assert api.called("sendMessage") == []


async def test_who_never_wrote_to_the_bot_hears_nothing_and_that_is_fine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with BotApiServer() as api, serving(api, Oracle()):
        api.stand(CHANNEL, "left", told=False)
        api.block(BOB)
        api.promote(CHANNEL, by=BOB)
        await api.wait_for("sendMessage")
    assert f"may not write to chat {BOB['id']}" in caplog.text
    assert "ERROR" not in caplog.text


@pytest.mark.parametrize("chat", [GROUP, SUPERGROUP, FORUM])
async def test_a_group_that_it_joins_is_told_how_to_ask_once(chat: dict[str, Any]) -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle()):
            api.stand(chat, "left", told=False)
            api.add(chat, by=BOB)
            hello = await api.next_message(chat)
            assert "/search WORDS" in hello["text"]
            assert hello["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "/delete 1002"
            assert "message_thread_id" not in api.called("sendMessage")[-1]
            api.promote(chat)
            api.add(chat)
            api.kick(chat)
            api.add(chat)
            assert "/search WORDS" in (await api.next_message(chat))["text"]
            await api.polling()
        assert len(api.called("sendMessage")) == 2


async def test_it_greets_nobody_who_is_not_served_or_where_it_may_not_write() -> None:
    allowed = frozenset({ALICE["id"], SUPERGROUP["id"]})
    async with BotApiServer() as api:
        async with serving(api, Oracle(), allowed_chats=allowed):
            for chat in (GROUP, SUPERGROUP):
                api.stand(chat, "left", told=False)
            api.add(GROUP)
            api.mute(SUPERGROUP)
            api.unblock(ALICE)
            api.kick(SUPERGROUP)
            api.add(SUPERGROUP)
            await api.next_message(SUPERGROUP)
            await api.polling()
        assert len(api.called("sendMessage")) == 1


async def test_a_group_that_only_got_a_new_id_is_not_greeted_again() -> None:
    async with BotApiServer() as api:
        async with serving(api, Oracle()):
            api.stand(SUPERGROUP, "left", told=False)
            api.migrate(GROUP, SUPERGROUP)
            await api.polling()
            api.add(SUPERGROUP)
            api.kick(SUPERGROUP)
            api.add(SUPERGROUP)
            await api.next_message(SUPERGROUP)
        assert len(api.called("sendMessage")) == 1
