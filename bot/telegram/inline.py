"""Inline queries: each one answered once, in time, and only the newest of each person."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.circle import Serves
from bot.cooldown import TYPING, Allowance
from bot.inline import InlineAnswer, InlineCard, words_card
from bot.reply import Reply
from bot.telegram.callbacks import Kept
from bot.telegram.conversation import Rendered
from bot.telegram.lanes import Job
from bot.telegram.network import explain, send
from bot.trouble import sorry
from storage.errors import StorageError

CACHE = 15
"""Seconds for which Telegram may give the same answer again: soon enough a reload shows."""
REFUSED = 300
"""The same for who is not served: nothing, from Telegram's memory."""
PAUSE = 5
"""The same for who types more than TYPING."""
LATE = 9.0
"""Seconds after which Telegram takes no answer any more, less one on the way."""
STILL = 1.0
"""Seconds after which somebody who types nothing more may press the button above the cards."""
_AGAIN = (0.5, 1.0)
_WIDTH, _HEIGHT = 320, 180
log = logging.getLogger(__name__)

AskInline = Callable[[str, str], Awaitable[InlineAnswer]]
"""Takes what was typed and the offset."""


class Inline:
    """Answers inline queries. Its jobs raise nothing on purpose."""

    def __init__(
        self,
        bot: Bot,
        ask: AskInline,
        kept: Kept,
        rendered: Rendered,
        serves: Serves,
        *,
        personal: bool = False,
        late: float = LATE,
        still: float = STILL,
    ) -> None:
        self._bot = bot
        self._ask = ask
        self._kept = kept
        self._rendered = rendered
        self._serves = serves
        self._personal = personal
        self._late = late
        self._still = still
        self._newer: dict[int, asyncio.Event] = {}
        self._people = Allowance(TYPING)

    def taken(self, query: InlineQuery) -> Job:
        """Note a query when it comes; gives the job that answers it.

        One of the same person that came before and is not answered yet is not answered any more.
        """
        due = asyncio.get_running_loop().time() + self._late
        before, newer = self._newer.get(query.from_user.id), asyncio.Event()
        if before is not None:
            before.set()
        self._newer[query.from_user.id] = newer
        return partial(self._answer, query, newer, due)

    async def _answer(self, query: InlineQuery, newer: asyncio.Event, due: float) -> None:
        """`newer` is set once the same person has typed on."""
        try:
            async with asyncio.timeout_at(due):
                answer = await self._answered(query, newer)
            if answer is not None and answer.kept:
                await self._keep(answer, newer)
        except TimeoutError:
            log.info("an inline query was not answered in time")
        except TelegramError as error:  # mostly "query is too old": nobody waits for it any more
            log.info("an inline query could not be answered: %s", explain(error))
        finally:
            if self._newer.get(query.from_user.id) is newer:
                del self._newer[query.from_user.id]

    async def _answered(self, query: InlineQuery, newer: asyncio.Event) -> InlineAnswer | None:
        """Answer it; None where it was superfluous, or its sender is not served."""
        if newer.is_set():
            return None
        if no := self._refusal(query.from_user.id):
            await self._bot.answer_inline_query(query.id, [], cache_time=no, is_personal=True)
            return None
        answer = await self._made(query)
        results = [await article(card, self._rendered) for card in answer.cards]
        if newer.is_set():
            return None
        await self._send(query, answer, results)
        return answer

    def _refusal(self, who: int) -> int:
        """Seconds for which Telegram is to give nothing for us; 0 where there is an answer."""
        if not self._serves(who):
            return REFUSED
        return PAUSE if self._people.ask(who, time.monotonic()) else 0

    async def _made(self, query: InlineQuery) -> InlineAnswer:
        try:
            return await self._ask(query.query, query.offset)
        except Exception:  # noqa: BLE001 - sorry() logs it
            words = sorry("inline", query.query)
            return InlineAnswer((words_card(words),), lasting=False)

    async def _send(
        self,
        query: InlineQuery,
        answer: InlineAnswer,
        results: list[InlineQueryResultArticle],
    ) -> None:
        button = InlineQueryResultsButton(answer.button, start_parameter=answer.start)
        call = partial(
            self._bot.answer_inline_query,
            query.id,
            results,
            cache_time=CACHE if answer.lasting else 0,
            is_personal=self._personal or not answer.lasting,
            next_offset=answer.next_offset,
            button=button,
        )
        await send(call, twice_is_fine=True, waits=_AGAIN)

    async def _keep(self, answer: InlineAnswer, newer: asyncio.Event) -> None:
        """Keep a long question once nothing more is typed: not one for each letter."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._still):
                await newer.wait()
                return
        try:
            await self._kept.keep_request(answer.start, answer.kept)
        except StorageError as error:
            log.warning("an inline query could not be kept for the private chat: %s", error)


async def article(card: InlineCard, rendered: Rendered) -> InlineQueryResultArticle:
    """The card as Telegram takes it, within its limits."""
    out = await rendered(Reply("inline", card.text, card.buttons, card.preview))
    return InlineQueryResultArticle(
        card.id,
        card.title,
        InputTextMessageContent(out.html, ParseMode.HTML, link_preview_options=out.preview),
        reply_markup=out.keyboard,
        description=card.description,
        thumbnail_url=card.thumbnail or None,
        thumbnail_width=_WIDTH if card.thumbnail else None,
        thumbnail_height=_HEIGHT if card.thumbnail else None,
    )
