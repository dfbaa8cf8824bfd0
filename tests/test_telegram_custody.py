"""Whose an answer in a group is."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import (
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
)

from bot.reply import Here, Place, Request
from bot.telegram.custody import Custody, asker_of, is_delete, owned, owner_of
from bot.telegram.outgoing import Outgoing
from bot.words import groups
from tests.botapi.people import (
    ALICE,
    ANONYMOUS_ADMIN,
    BOB,
    CHANNEL,
    CHANNEL_SENDER,
    FORUM,
    SUPERGROUP,
)

BOT = {"id": 42, "is_bot": True, "first_name": "Tubenotes", "username": "tubenotes_bot"}
NOT_TO_DELETE = groups.NOT_YOURS_TO_DELETE
ADMIN = 99


def _message(**more: Any) -> Message:
    raw = {"message_id": 5, "date": 1, "chat": SUPERGROUP, "from": BOT, "text": "x"} | more
    message = Message.de_json(raw, None)
    assert message is not None
    return message


def _asked(**more: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1, "chat": SUPERGROUP, "from": ALICE, "text": "/x"} | more


def _out(*rows: tuple[str, ...]) -> Outgoing:
    made = [[InlineKeyboardButton(text, callback_data="/x") for text in row] for row in rows]
    keyboard = InlineKeyboardMarkup(made) if rows else None
    return Outgoing("x", "x", LinkPreviewOptions(is_disabled=True), keyboard)


def _labels(out: Outgoing) -> list[list[str]]:
    assert out.keyboard is not None
    return [[button.text for button in row] for row in out.keyboard.inline_keyboard]


def test_its_own_button_tells_whose_it_is_whatever_it_replies_to() -> None:
    keyboard = owned(_out(("▶ More",)), ALICE["id"]).keyboard
    assert keyboard is not None
    shown = _message(reply_markup=keyboard.to_dict(), reply_to_message=_asked(**{"from": BOB}))
    assert owner_of(shown) == ALICE["id"]


def test_an_answer_of_an_older_version_is_his_to_whom_it_replies() -> None:
    assert owner_of(_message(reply_to_message=_asked())) == ALICE["id"]


def test_an_announcement_is_nobodys_also_in_a_topic_and_below_another() -> None:
    opened = _asked(chat=FORUM, forum_topic_created={"name": "Weather", "icon_color": 1})
    for more in ({}, {"reply_to_message": opened}, {"reply_to_message": _asked(**{"from": BOT})}):
        assert owner_of(_message(**more)) is None
    assert owner_of(InaccessibleMessage(_message().chat, 5)) is None


def test_who_writes_in_the_name_of_a_chat_is_that_chat() -> None:
    anonymous = _asked(sender_chat=SUPERGROUP, **{"from": ANONYMOUS_ADMIN})
    channel = _asked(sender_chat=CHANNEL, **{"from": CHANNEL_SENDER})
    assert owner_of(_message(reply_to_message=anonymous)) == SUPERGROUP["id"]
    assert owner_of(_message(reply_to_message=channel)) == CHANNEL["id"]
    assert asker_of(_message(sender_chat=None, **{"from": BOB})) == BOB["id"]


async def _administers(here: Here) -> bool:
    return here.user_id == ADMIN


async def _refusal(
    message: MaybeInaccessibleMessage, text: str, user: int, place: Place = Place.GROUP
) -> str:
    request = Request(text, place, here=Here(message.chat.id, 0, "", user))
    return await Custody(_administers).refusal(message, request)


@pytest.mark.parametrize(
    ("user", "turns", "deletes"),
    [(ALICE["id"], "", ""), (BOB["id"], groups.NOT_YOURS, NOT_TO_DELETE), (ADMIN, "", "")],
)
async def test_who_asked_and_administrators_may_do_both(
    user: int, turns: str, deletes: str
) -> None:
    shown = _message(reply_to_message=_asked())
    assert await _refusal(shown, "/search x page:2", user) == turns
    assert await _refusal(shown, f"/delete {user}", user) == deletes


@pytest.mark.parametrize(("user", "deletes"), [(BOB["id"], NOT_TO_DELETE), (ADMIN, "")])
async def test_an_announcement_is_turned_by_anybody_and_deleted_by_administrators(
    user: int, deletes: str
) -> None:
    assert await _refusal(_message(), "/news x page:2", user) == ""
    assert await _refusal(_message(), "/delete", user) == deletes


async def test_outside_of_groups_pages_turn_and_nothing_is_deleted() -> None:
    for place in (Place.PRIVATE, Place.CHANNEL):
        assert await _refusal(_message(), "/search x page:2", BOB["id"], place) == ""
        assert await _refusal(_message(), "/delete 7", ADMIN, place) == NOT_TO_DELETE


def test_the_button_joins_a_short_row_and_stands_below_a_long_one() -> None:
    assert _labels(owned(_out(), 7)) == [[groups.DELETE]]
    assert _labels(owned(_out(("◀ Back", "▶ More")), 7)) == [["◀ Back", "▶ More", groups.DELETE]]
    long = ("A topic whose name takes the whole row",)
    assert _labels(owned(_out(long), 7)) == [list(long), [groups.DELETE]]
    assert owned(_out(("a",)), None) == _out(("a",))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("/delete", True), ("/delete 7", True), ("/deleted", False), ("", False), ("delete", False)],
)
def test_only_its_request_deletes(text: str, is_one: bool) -> None:
    assert is_delete(text) is is_one


def test_the_button_fits_into_callback_data_whoever_asked() -> None:
    keyboard = owned(_out(), -(10**17)).keyboard
    assert keyboard is not None
    assert len(str(keyboard.inline_keyboard[0][0].callback_data)) <= 64
