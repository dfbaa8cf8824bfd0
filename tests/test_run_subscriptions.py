"""Subscriptions on Telegram from end to end: the real process, real files, people over HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.botapi.people import (
    ALICE,
    BOB,
    CHANNEL,
    FORUM,
    GROUP,
    PRIVATE,
    SUPERGROUP,
    private,
)
from tests.botapi.server import BotApiServer
from tests.service import NOTE, TREES, ask, link_of, links_of, running, write_trees

SECONDS = 60
OLD, NEW = TREES[:3], TREES[3:]
Json = dict[str, Any]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_trees(tmp_path / "notes", OLD)


def add(notes: Path, trees: Sequence[str]) -> None:
    """The owner drops notes into the folder."""
    for tree in trees:
        text = NOTE.format(tree=tree, number=TREES.index(tree))
        (notes / "arboretum" / f"the_{tree}.md").write_text(text, "utf-8")


def add_at_once(notes: Path, trees: Sequence[str]) -> None:
    """The same, in a folder of their own: no reload meets a part of them."""
    write_trees(notes.parent / "coming", trees)
    (notes.parent / "coming" / "arboretum").rename(notes / "arboretum" / "more")


async def test_a_new_note_reaches_those_who_asked_once(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        api.press(await ask(api, "/subscribe", PRIVATE), "Everything new")
        assert "each new note" in (await api.next_edit(PRIVATE))["text"]
        await ask(api, "/subscribe topic The beech", PRIVATE)
        add(notes, ["beech"])
        update = await api.next_message(PRIVATE, SECONDS)
        assert update["text"].startswith("New note: The beech")
        assert link_of("beech") in links_of(update)
        assert update["link_preview_options"]["url"] == link_of("beech")
        add(notes, ["cedar"])
        assert (await api.next_message(PRIVATE, SECONDS))["text"].startswith("New note: The cedar")


async def test_the_buttons_below_an_update_leave_it_as_it_is(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        await ask(api, "/subscribe everything", PRIVATE)
        add(notes, ["beech"])
        update = await api.next_message(PRIVATE, SECONDS)
        said = await api.answered(api.press(update, "Why"))
        assert "You get this because" in said["text"]
        api.press(update, "Open")
        opened = await api.next_message(PRIVATE)
        assert link_of("beech") in links_of(opened)
        assert opened["reply_parameters"]["message_id"] == update["message_id"]
        api.press(update, "Unsubscribe")
        assert "Stopped" in (await api.next_message(PRIVATE))["text"]
        assert api.called("editMessageText") == []


async def test_after_unsubscribing_nothing_follows(notes: Path, tmp_path: Path) -> None:
    other = private(BOB)
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        await ask(api, "/subscribe everything", PRIVATE)
        await ask(api, "/subscribe everything", other)
        await ask(api, "/unsubscribe everything", PRIVATE)
        add(notes, ["beech"])
        await api.next_message(other, SECONDS)
        await ask(api, "/search birch", PRIVATE)
        assert api.unread(PRIVATE) == []


async def test_many_at_once_are_one_digest_whose_pages_turn(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        await ask(api, "/subscribe channel arboretum", PRIVATE)
        add_at_once(notes, NEW[:12])
        digest = await api.next_message(PRIVATE, SECONDS)
        assert digest["text"].startswith("12 new notes")
        api.press(digest, "▶")
        page = await api.next_edit(PRIVATE)
        assert page["message_id"] == digest["message_id"]
        assert set(links_of(page)) | set(links_of(digest)) == set(map(link_of, NEW[:12]))
        api.press(page, "11")
        assert (await api.next_message(PRIVATE))["text"].startswith("The ")


async def test_in_a_forum_administrators_subscribe_a_topic(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data") as service:
        api.admins[FORUM["id"]].add(BOB["id"])
        no = await ask(api, "/subscribe everything", FORUM, user=ALICE, thread=7)
        assert "Only administrators" in no["text"]
        yes = await ask(api, "/subscribe everything", FORUM, user=BOB, thread=7)
        assert "this topic" in yes["text"]
        stop = await api.answered(api.press(yes, "Stop this", user=ALICE))
        assert "Only administrators" in stop["text"]
        add(notes, ["beech"])
        assert (await api.next_message(FORUM, SECONDS))["message_thread_id"] == 7
        api.close_topic(FORUM, 7)
        await api.polling()
        since = len(service.log)
        add(notes, ["cedar"])
        await service.wrote("new notes: 1", since)
        assert link_of("cedar") in links_of(await ask(api, "/search cedar", PRIVATE))
        assert api.unread(FORUM) == []
        api.reopen_topic(FORUM, 7)
        update = await api.next_message(FORUM, SECONDS)
        assert (update["text"][:19], update["message_thread_id"]) == ("New note: The cedar", 7)


async def test_a_channel_is_subscribed_from_the_private_chat(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        api.admins[CHANNEL["id"]].add(ALICE["id"])
        api.stand(CHANNEL, "left", told=False)
        api.promote(CHANNEL)
        offer = await api.next_message(PRIVATE)
        api.press(offer, "Subscribe")
        menu = await api.next_edit(PRIVATE)
        assert "“News”" in menu["text"]
        api.press(menu, "Everything new")
        assert "“News”" in (await api.next_edit(PRIVATE))["text"]
        add(notes, ["beech"])
        post = await api.next_message(CHANNEL, SECONDS)
        assert link_of("beech") in links_of(post)
        said = await api.answered(api.press(post, "Why", user=BOB))
        assert "You get this because" in said["text"]
        said = await api.answered(api.press(post, "Unsubscribe", user=BOB))
        assert "Only administrators" in said["text"]
        (start,) = (
            button["url"]
            for row in post["reply_markup"]["inline_keyboard"]
            for button in row
            if "start=" in button.get("url", "")
        )
        payload = start.partition("start=")[2]
        opened = await ask(api, f"/start {payload}", private(BOB), user=BOB)
        assert link_of("beech") in links_of(opened)
        assert api.called("sendMessage")[-1]["chat_id"] == BOB["id"]
        assert len(api.world.sent[CHANNEL["id"]]) == 1


async def test_who_blocked_the_bot_gets_all_that_was_missed(notes: Path, tmp_path: Path) -> None:
    other = private(BOB)
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        await ask(api, "/subscribe everything", PRIVATE)
        await ask(api, "/subscribe everything", other)
        api.block(ALICE)
        await api.polling()
        for tree in ("beech", "cedar"):
            add(notes, [tree])
            await api.next_message(other, SECONDS)
        assert api.unread(PRIVATE) == []
        api.unblock(ALICE)
        missed = [await api.next_message(PRIVATE, SECONDS) for _ in range(2)]
    assert [one["text"][10:19] for one in missed] == ["The beech", "The cedar"]


async def test_a_group_that_moves_takes_its_subscriptions_along(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        api.admins[GROUP["id"]].add(BOB["id"])
        await ask(api, "/subscribe everything", GROUP, user=BOB)
        api.migrate(GROUP, SUPERGROUP)
        await api.polling()
        add(notes, ["beech"])
        assert link_of("beech") in links_of(await api.next_message(SUPERGROUP, SECONDS))


async def test_a_file_carries_subscriptions_to_another_chat(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data"):
        await ask(api, "/subscribe search winter", PRIVATE)
        await ask(api, "/subscriptions export", PRIVATE)
        file = (await api.next_message(PRIVATE))["document"]
        data = api.world.files[file["file_id"]]
        assert "winter" in json.dumps(json.loads(data))
        api.attach(data, "/subscriptions import", file["file_name"], private(BOB))
        assert "added: 1" in (await api.next_message(private(BOB)))["text"]


async def test_an_update_that_was_promised_survives_a_restart(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path / "data"):
            await ask(api, "/subscribe everything", PRIVATE)
        add(notes, ["beech"])
        async with running(api, notes, tmp_path / "data"):
            assert link_of("beech") in links_of(await api.next_message(PRIVATE, SECONDS))
        async with running(api, notes, tmp_path / "data"):
            add(notes, ["cedar"])
            assert (await api.next_message(PRIVATE, SECONDS))["text"].startswith(
                "New note: The cedar"
            )
