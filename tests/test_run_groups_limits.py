"""The real process in groups: how much is answered, and what it says where nobody asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.botapi.people import (
    ALICE,
    BOB,
    CAROL,
    CHANNEL,
    FORUM,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    private,
    user,
)
from tests.botapi.server import BotApiServer
from tests.service import TREES, ask, is_gone, link_of, links_of, notes, running

__all__ = ["notes"]

CROWD = [user(2000 + at, f"Person{at}") for at in range(25)]
MANY = "/search mild winter buds"
Json = dict[str, Any]


async def test_whoever_asks_too_much_is_told_once_and_others_go_on(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for tree in TREES[:6]:
            assert link_of(tree) in links_of(await ask(api, f"/search {tree}", GROUP))
        told = await ask(api, "/search hazel", GROUP)
        assert told["text"].startswith("Too many questions at once here; I answer again in ")
        for _ in range(3):
            api.say("/search hazel", chat=GROUP)
        assert link_of("oak") in links_of(await ask(api, "/search oak", GROUP, user=BOB))
        assert link_of("oak") in links_of(await ask(api, "/search oak", SUPERGROUP))
        for tree in TREES[:8]:
            assert link_of(tree) in links_of(await ask(api, f"/search {tree}", PRIVATE))
        assert api.unread(GROUP) == []


async def test_a_press_beyond_the_cooldown_gets_words_that_pop_up(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, MANY, GROUP)
        for at in range(5):
            await api.answered(api.press(answer, ("▶", "◀")[at % 2]))
            await api.next_edit(GROUP)
        said = await api.answered(api.press(answer, "◀"))
        assert said["text"].startswith("Too many questions at once here")
        await api.answered(api.press(answer, "×"))
        assert await api.until(lambda: is_gone(api, answer))


async def test_administrators_choose_the_cooldown(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api:
        api.admins[GROUP["id"]].add(ALICE["id"])
        async with running(api, notes, tmp_path):
            no = await ask(api, "/subscriptions cooldown off", GROUP, user=BOB)
            assert no["text"].startswith("Only administrators of this chat")
            done = await ask(api, "/subscriptions cooldown 300", GROUP)
            assert "I answer one person once in 300 s in this chat." in done["text"]
        async with running(api, notes, tmp_path):
            await ask(api, "/search oak", GROUP, user=CAROL)
            told = await ask(api, "/search hazel", GROUP, user=CAROL)
            assert told["text"].startswith("Too many questions")
            done = await ask(api, "/subscriptions cooldown off", GROUP)
            for tree in TREES[:8]:
                assert link_of(tree) in links_of(
                    await ask(api, f"/search {tree}", GROUP, user=CAROL)
                )


async def test_a_group_that_moves_keeps_its_cooldown(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        api.admins[GROUP["id"]].add(ALICE["id"])
        await ask(api, "/subscriptions cooldown 300", GROUP)
        api.migrate(GROUP, SUPERGROUP)
        await api.polling()
        await ask(api, "/search oak", SUPERGROUP, user=BOB)
        told = await ask(api, "/search oak", SUPERGROUP, user=BOB)
        left = re.search(r"again in (\d+) s", told["text"])
        assert left
        assert 200 < int(left[1]) <= 300  # by the usual cooldown it were a minute at most


async def test_fifty_questions_at_once_are_answered_as_telegram_allows(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for at in range(25):
            api.say(f"/search {TREES[at]}", chat=SUPERGROUP, user=CROWD[at])
            api.say(f"/search {TREES[at]}", chat=private(CROWD[at]), user=CROWD[at])
        for at in range(25):
            answer = await api.next_message(private(CROWD[at]))
            assert link_of(TREES[at]) in links_of(answer)
        group = [await api.next_message(SUPERGROUP) for _ in range(19)]
        await api.polling()
        assert api.unread(SUPERGROUP) == []
        told = [one for one in group if one["text"].startswith("Too many questions")]
        assert len(told) == 1
        assert sum(bool(one["entities"]) for one in group) == 18


async def test_fifty_presses_at_once_are_all_answered(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        answer = await ask(api, MANY, GROUP)
        queries = [api.press(answer, "▶", user=(ALICE, BOB)[at % 2]) for at in range(50)]
        told = [(await api.answered(query)).get("text", "") for query in queries]
        assert told.count("") == 5
        assert sum("Only who asked" in text for text in told) == 25
        assert sum("Too many questions" in text for text in told) == 20


@pytest.mark.parametrize("how", ["member", "administrator"])
async def test_joining_a_group_it_says_once_how_to_ask(
    notes: Path, tmp_path: Path, how: str
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        api.stand(FORUM, "left", told=False)
        api.stand(FORUM, how)
        hello = await api.next_message(FORUM)
        for words in ("/search WORDS", "/source", "/topic NAME", "/subscribe"):
            assert words in hello["text"]
        assert hello["message_thread_id"] is None
        api.promote(FORUM)
        api.mute(FORUM)
        api.stand(FORUM, "restricted", can_send_messages=True)
        await api.polling()
        assert api.unread(FORUM) == []
        assert "Only who" in (await api.answered(api.press(hello, "×", user=BOB)))["text"]
        await api.answered(api.press(hello, "×", user=ALICE))
        assert await api.until(lambda: is_gone(api, hello))


async def test_where_it_may_not_write_and_in_channels_it_says_nothing(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for chat in (SUPERGROUP, CHANNEL):
            api.stand(chat, "left", told=False)
        api.stand(SUPERGROUP, "restricted")
        api.stand(CHANNEL, "administrator", can_post_messages=False)
        api.say("/search hazel", chat=PRIVATE)
        await api.next_message(PRIVATE)
        await api.polling()
        assert [call["chat_id"] for call in api.called("sendMessage")] == [PRIVATE["id"]]


async def test_a_group_gets_nothing_that_nobody_asked_for(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for text in ("hazel", "/search@other_bot hazel", "@tubenotes_bot", "/weather", "/delete"):
            api.say(text, chat=GROUP)
        api.say("/delete", chat=GROUP, reply_to=await ask(api, "/search oak", GROUP))
        await ask(api, "/search hazel", GROUP)
        await api.polling()
        assert len(api.called("sendMessage")) == 2
        assert api.called("deleteMessage") == []
