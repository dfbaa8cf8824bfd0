"""Who may use it, from end to end: the real process, asked in every way by who is not served."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.telegram.feed import HANDLED
from bot.words import groups
from storage.blocked import block
from storage.state import State
from tests.botapi.people import ALICE, BOB, CHANNEL, PRIVATE, private, user
from tests.botapi.server import BotApiServer
from tests.service import NOTE, TREES, Service, ask, link_of, links_of, notes, running, write_trees

__all__ = ["notes"]

SECONDS = 60
ASKED = "xylophone"
"""Stands in every question, so that it can be looked for in the log."""
SECRETS = ("mild winter", "buds closed", "arboretum", "Tree_00", "youtu.be", "The hazel", ASKED)
"""Words of the notes, and of what was asked about them."""
ALLOWED = {"TUBENOTES_ALLOWED_CHATS": str(ALICE["id"]), "TUBENOTES_ADMINS": str(ALICE["id"])}
EXPORT = b'{"tubenotes": 1, "subscriptions": []}'
OF_ITSELF = {"getUpdates", "getMe", "getWebhookInfo", "setMyCommands"}
"""What the bot calls while nobody asks it anything."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Stranger:
    """Somebody with a group, a channel, and the link of a moment that another one shared."""

    api: BotApiServer
    number: int
    payload: str

    @property
    def me(self) -> Json:
        return user(3_000 + self.number, f"Stranger{self.number}")

    @property
    def group(self) -> Json:
        return {"id": -4_000 - self.number, "type": "group", "title": "Strangers"}

    @property
    def channel(self) -> Json:
        channel_id = -1_000_000_005_000 - self.number
        return {"id": channel_id, "type": "channel", "title": "Stranger news"}

    def say(self, text: str, chat: Json | None = None, **more: Any) -> Json:
        return self.api.say(text, chat or private(self.me), self.me, **more)


def _group_reply(one: Stranger) -> None:
    one.say("/source", one.group, reply_to=one.say(f"The hazel {ASKED}", one.group))


def _edited(one: Stranger) -> None:
    one.api.edit(one.say(f"/search {ASKED}"), f"/search hazel {ASKED}")


def _edited_post(one: Stranger) -> None:
    one.api.edit(one.say("News!", one.channel), f"/search hazel {ASKED}")


def _import(one: Stranger) -> None:
    chat = private(one.me)
    one.api.attach(EXPORT, "/subscribe import", chat=chat, user=one.me)


def _press(one: Stranger) -> None:
    """A button of the bot's own, from before."""
    chat = one.group
    shown = one.api.world.new_message(chat) | {"from": one.api.bot, "text": "Hits"}
    one.api.world.keep(shown)
    one.api.press(shown, data=f"/search hazel {ASKED}", user=one.me)


def _press_inline(one: Stranger) -> None:
    query: Json = {
        "id": f"inline-{len(one.api.world.queries)}",
        "from": one.me,
        "chat_instance": "1",
    }
    query |= {"inline_message_id": "abc", "data": f"/search hazel {ASKED}"}
    one.api.world.queries[query["id"]] = None
    one.api.push("callback_query", query)


def _join(one: Stranger) -> None:
    one.api.stand(one.group, "left", told=False)
    one.api.add(one.group, by=one.me)
    one.api.stand(one.channel, "left", told=False)
    one.api.promote(one.channel, by=one.me)


WAYS: dict[str, Callable[[Stranger], object]] = {
    "private": lambda one: one.say(f"hazel {ASKED}"),
    "group": lambda one: one.say(f"/search hazel {ASKED}", one.group),
    "reply in a group": _group_reply,
    "edited": _edited,
    "channel post": lambda one: one.say(f"/search hazel {ASKED}", one.channel),
    "edited channel post": _edited_post,
    "deep link": lambda one: one.say(f"/start {one.payload}"),
    "topic": lambda one: one.say("/topic The hazel"),
    "subscribe": lambda one: one.say("/subscribe everything"),
    "subscribe elsewhere": lambda one: one.say("/subscribe for:@news_ch everything"),
    "import": _import,
    "press": _press,
    "press of an inline message": _press_inline,
    "join": _join,
    "inline": lambda one: one.api.type_inline(f"hazel {ASKED}", one.me),
    "guest": lambda one: one.api.mention(f"hazel {ASKED}", user=one.me),
}


async def _done(api: BotApiServer, service: Service) -> set[str]:
    """Wait until all that was pushed is done; gives the kinds of updates that it were."""
    pushed = {
        update["update_id"]: next(key for key in update if key != "update_id")
        for update in api.world.updates.pending
    }
    for update_id, kind in pushed.items():
        await service.wrote(f"update={update_id} {kind} in chat")
    return set(pushed.values())


def _leaks(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if any(word in text for word in SECRETS)]


async def _link_and_control(api: BotApiServer) -> str:
    """Alice is served, and what she gets is what nobody else may; the start link of a moment."""
    query = api.type_inline("hazel buds")
    (card, *_) = (await api.answered(query))["results"]
    answer = await ask(api, "/search hazel", PRIVATE)
    assert link_of("hazel") in links_of(answer)
    assert _leaks([json.dumps(card), answer["html"]]) == [json.dumps(card), answer["html"]]
    return str(card["id"])


async def _use_every_way(api: BotApiServer, service: Service, times: int) -> dict[str, list[Json]]:
    """What the bot did at Telegram because of each way, which is tried so many times."""
    payload, did, kinds = await _link_and_control(api), {}, set[str]()
    for number, (way, use) in enumerate(WAYS.items()):
        since = len(api.calls)
        for _ in range(times):
            use(Stranger(api, number, payload))
        kinds |= await _done(api, service)
        calls = [{"method": name} | params for name, params in api.calls[since:]]
        did[way] = [call for call in calls if call["method"] not in OF_ITSELF]
    assert kinds == set(HANDLED), "every kind of update that is taken has a way here"
    return did


def _of(calls: Iterable[Json], method: str) -> list[Json]:
    return [call for call in calls if call["method"] == method]


async def test_who_is_not_served_gets_one_refusal_a_chat_and_nothing_of_the_notes(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path, **ALLOWED) as service:
        did = await _use_every_way(api, service, times=3)
    for way, calls in did.items():
        assert _leaks(json.dumps(call) for call in calls) == [], way
        presses, inlines = _of(calls, "answerCallbackQuery"), _of(calls, "answerInlineQuery")
        said = [call.get("text") for call in (*_of(calls, "sendMessage"), *presses)]
        told = [text for text in said if text]
        assert told == ([] if way in {"join", "inline", "guest"} else [groups.REFUSAL]), way
        assert all(call["results"] == [] and call["is_personal"] for call in inlines), way
        assert len(calls) == len(_of(calls, "sendMessage")) + len(presses) + len(inlines), way
    assert _leaks(service.log.splitlines()) == []


async def test_who_is_blocked_hears_nothing_at_all(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api:
        strangers = [Stranger(api, number, "") for number in range(len(WAYS))]
        with closing(State.open(tmp_path / "state.db")) as state:
            for one in strangers:
                block(state, one.me["id"], ALICE["id"], 1.0)
                block(state, one.channel["id"], ALICE["id"], 1.0)
        async with running(api, notes, tmp_path) as service:
            did = await _use_every_way(api, service, times=2)
            for one in strangers:
                answer = await ask(api, "/search hazel", one.group, user=BOB)
                assert link_of("hazel") in links_of(answer), "the group is still served"
        nothing = {"method": "answerInlineQuery", "results": [], "is_personal": True}
        for way, calls in did.items():
            for call in calls:
                assert call | nothing == call, way
            assert bool(calls) is (way == "inline"), way
        assert _leaks(service.log.splitlines()) == []
        api.world.queries.clear()  # presses of the blocked, which stay without an answer


def _add(notes: Path, tree: str) -> None:
    """The owner drops a note into the folder."""
    text = NOTE.format(tree=tree, number=TREES.index(tree))
    (notes / "arboretum" / f"the_{tree}.md").write_text(text, "utf-8")


async def test_what_is_owed_waits_while_the_chat_is_not_served(tmp_path: Path) -> None:
    notes, data, bob = write_trees(tmp_path / "notes", TREES[:3]), tmp_path / "data", private(BOB)
    withheld = f"chat {BOB['id']} gets no more messages until it is back"
    async with BotApiServer() as api:
        async with running(api, notes, data, TUBENOTES_ADMINS=str(ALICE["id"])) as service:
            await ask(api, "/subscribe everything", PRIVATE)
            await ask(api, "/subscribe everything", bob)
            await ask(api, f"/block {BOB['id']}", PRIVATE)
            _add(notes, "beech")
            assert "The beech" in (await api.next_message(PRIVATE, SECONDS))["text"]
            await service.wrote(withheld)
            assert api.unread(bob) == []
            await ask(api, f"/unblock {BOB['id']}", PRIVATE)
            assert "The beech" in (await api.next_message(bob, SECONDS))["text"]
        _add(notes, "birch")
        async with running(api, notes, data, **ALLOWED) as service:
            assert "The birch" in (await api.next_message(PRIVATE, SECONDS))["text"]
            await service.wrote(withheld)
            assert (await ask(api, "/search birch", bob))["text"] == groups.REFUSAL


async def test_another_chat_that_is_not_served_is_not_subscribed_from_one_that_is(
    tmp_path: Path,
) -> None:
    notes = write_trees(tmp_path / "notes", TREES[:3])
    async with BotApiServer() as api, running(api, notes, tmp_path / "data", **ALLOWED):
        api.admins[CHANNEL["id"]].add(ALICE["id"])
        for named in (CHANNEL["id"], f"@{CHANNEL['username']}"):
            said = await ask(api, f"/subscribe for:{named} everything", PRIVATE)
            assert said["text"] == groups.NOT_SERVED
