"""Chats that the bot is no member of: inline queries, and mentions there (guest mode)."""

from __future__ import annotations

import time
from typing import Any

from tests.botapi import checks
from tests.botapi.crowd import Crowd
from tests.botapi.entities import detected
from tests.botapi.errors import Json, bad, broken
from tests.botapi.messages import Params, blame, for_test
from tests.botapi.people import ALICE, BOB, ELSEWHERE
from tests.botapi.results import check_result, inline_answer
from tests.botapi.world import World

MOST_QUERY = 256
MOST_OFFSET = 64
LATE = 10.0
"""Seconds after which Telegram takes no answer to an inline query any more."""
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Elsewhere(Crowd):
    """What people do with the bot where it does not see what they say."""

    def type_inline(
        self, text: str, user: Json = ALICE, offset: str = "", chat_type: str = "private"
    ) -> Json:
        """Type `@bot text` in any chat; returns the inline query."""
        assert len(text) <= MOST_QUERY, "nobody can type more"
        assert len(offset.encode()) <= MOST_OFFSET, "Telegram gives out no such offset"
        query = self._query(user) | {"query": text, "offset": offset, "chat_type": chat_type}
        self.world.inline[query["id"]] = None
        self.world.typed[query["id"]] = time.monotonic()
        return self.push("inline_query", query)

    def pick(self, query: Json, at: int = 0, chat: Json = ELSEWHERE, user: Json = ALICE) -> Json:
        """Post a card of the answer to a query; the message, as `next_message` gives them.

        Where the bot is a member it sees the message, as at Telegram.
        """
        answer = self.world.inline[query["id"]]
        assert answer is not None, "there is nothing to pick"
        return self._post(answer["results"][at], chat, user)

    def overheard(self, text: str, chat: Json = ELSEWHERE, user: Json = BOB, **more: Any) -> Json:
        """Someone says something that the bot does not see; `more` as of `say`."""
        found = detected(text)
        message = self.world.new_message(chat) | {"from": user} | ({"text": text} if text else {})
        return message | ({"entities": found} if found else {}) | more

    def mention(
        self,
        text: str = "",
        chat: Json = ELSEWHERE,
        user: Json = ALICE,
        reply_to: Json | None = None,
        **more: Any,
    ) -> Json:
        """Call the bot by its name, with words after it; returns the guest message."""
        assert chat["id"] not in self.world.chats, "there the bot is a member"
        words = f"@{self.world.bot['username']} {text}".strip()
        query_id = f"guest-{user['id']}-{len(self.world.guests)}"
        replied = {"reply_to_message": reply_to} if reply_to else {}
        message = self.overheard(words, chat, user, guest_query_id=query_id, **replied, **more)
        self.world.guests[query_id] = None
        return self.push("guest_message", message)

    def posted(self, mention: Json) -> Json:
        """What an answered mention put into its chat, as `next_message` gives messages."""
        answer = self.world.guests[mention["guest_query_id"]]
        assert answer is not None, "the mention was not answered"
        return self._post(answer["result"], mention["chat"], self.world.bot)

    def _post(self, result: Json, chat: Json, user: Json) -> Json:
        content = result["input_message_content"]
        text = checks.formatted(content, "message_text")
        message = self.world.new_message(chat) | {"from": user, "text": text.text}
        message |= {"entities": text.entities} if text.entities else {}
        message |= {} if user == self.world.bot else {"via_bot": self.world.bot}
        looks = {"reply_markup": result.get("reply_markup")}
        looks |= {"link_preview_options": content.get("link_preview_options")}
        message |= {key: value for key, value in looks.items() if value}
        self.world.keep(message)
        if chat["id"] in self.world.chats and user != self.world.bot:
            self.push("channel_post" if chat["type"] == "channel" else "message", message)
        return for_test(message, {"text": content["message_text"]})


async def answer_inline_query(world: World, params: Params) -> bool:
    query = params["inline_query_id"]
    blame(world, "answerInlineQuery", inline_answer(params))
    if query not in world.inline or world.inline[query] is not None:
        raise broken(TOO_OLD)
    now = time.monotonic()
    if now - world.typed[query] > LATE:  # the bot is to blame where it had the time
        late = now - world.updates.handed.get(query, now) > LATE
        raise bad(f"{TOO_OLD} (later than {LATE:g} s)", violation=late)
    world.inline[query] = dict(params)
    return True


async def answer_guest_query(world: World, params: Params) -> Json:
    query = params["guest_query_id"]
    blame(world, "answerGuestQuery", check_result(params["result"]))
    if query.startswith("old"):
        raise bad(TOO_OLD)
    if world.guests.get(query, {}) is not None:
        raise broken(TOO_OLD)
    world.guests[query] = dict(params)
    return {"inline_message_id": f"posted-{query}"}
