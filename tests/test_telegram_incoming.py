"""Which messages are for the bot, and what they ask."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message, User

from bot.reply import Author, Here, Place, RepliedTo, Request
from bot.telegram.incoming import Reader, thread_of
from tests.botapi.entities import detected
from tests.botapi.people import (
    ALICE,
    ANONYMOUS_ADMIN,
    BOB,
    CHANNEL,
    CHANNEL_SENDER,
    FORUM,
    GROUP,
    PRIVATE,
    SUPERGROUP,
)

ME = User(42, "Tubenotes", is_bot=True, username="tubenotes_bot")
BOT = {"id": 42, "is_bot": True, "first_name": "Tubenotes", "username": "tubenotes_bot"}
BY_BOB = Author(BOB["id"], "Bobby")
READER = Reader(ME, frozenset({"search", "source"}), frozenset({BOB["id"]}))


def _message(text: str | None, chat: dict[str, Any] = PRIVATE, **more: Any) -> Message:
    raw = {"message_id": 5, "date": 1, "chat": chat, "from": ALICE} | more
    raw |= {} if text is None else {"text": text, "entities": detected(text)}
    message = Message.de_json({key: value for key, value in raw.items() if value is not None}, None)
    assert message is not None
    return message


def _asked(text: str | None, chat: dict[str, Any] = PRIVATE, **more: Any) -> str | None:
    request = READER.read(_message(text, chat, **more))
    return request.text if request else None


@pytest.mark.parametrize(
    ("text", "chat", "asked"),
    [
        ("cats and dogs", PRIVATE, "cats and dogs"),
        ("cats and dogs", GROUP, None),
        ("cats and dogs", CHANNEL, None),
        ("/search cats", GROUP, "/search cats"),
        ("/search@tubenotes_bot cats", SUPERGROUP, "/search cats"),
        ("/search@TubeNotes_Bot\ncats", FORUM, "/search\ncats"),
        ("/search@other_bot cats", GROUP, None),
        ("/search@other_bot cats", PRIVATE, "/search cats"),
        ("/weather", GROUP, None),
        ("/weather@tubenotes_bot", GROUP, "/weather"),
        ("/weather", PRIVATE, "/weather"),
        ("/SEARCH cats", GROUP, "/SEARCH cats"),
        ("say /search cats", GROUP, None),
        ("/searching cats", GROUP, None),
        ("/", GROUP, None),
        ("/search cats", CHANNEL, "/search cats"),
    ],
)
def test_in_groups_only_our_commands_are_for_us(
    text: str, chat: dict[str, Any], asked: str | None
) -> None:
    assert _asked(text, chat) == asked


def test_the_place_and_the_admin_are_told() -> None:
    alone = Here(ALICE["id"], 0, "Alice", ALICE["id"], manages=True)
    assert READER.read(_message("x")) == Request("x", Place.PRIVATE, here=alone)
    by_admin = READER.read(_message("/search x", GROUP, **{"from": BOB}))
    group = Here(GROUP["id"], 0, "Friends", BOB["id"])
    assert by_admin == Request("/search x", Place.GROUP, admin=True, here=group)
    post = _message("/search x", CHANNEL, **{"from": None, "sender_chat": CHANNEL})
    channel = Here(CHANNEL["id"], 0, "News", manages=True)
    assert READER.read(post) == Request("/search x", Place.CHANNEL, here=channel)


def _here(text: str, chat: dict[str, Any], **more: Any) -> Here:
    request = READER.read(_message(text, chat, **more))
    assert request is not None
    assert request.here is not None
    return request.here


def test_a_topic_is_told_and_general_is_none() -> None:
    weather = {"message_thread_id": 7, "is_topic_message": True}
    assert _here("/search x", FORUM, **weather).thread_id == 7
    assert _here("/search x", FORUM).thread_id == 0
    assert _here("/search x", SUPERGROUP, message_thread_id=99).thread_id == 0


def test_who_asks_as_the_group_itself_manages_it_and_another_channel_does_not() -> None:
    anonymous = _here("/search x", SUPERGROUP, sender_chat=SUPERGROUP, **{"from": ANONYMOUS_ADMIN})
    assert (anonymous.user_id, anonymous.manages) == (0, True)
    stranger = _here("/search x", SUPERGROUP, sender_chat=CHANNEL, **{"from": CHANNEL_SENDER})
    assert (stranger.user_id, stranger.manages) == (0, False)


def test_anonymous_administrators_and_channels_in_a_group_are_answered() -> None:
    anonymous = {"from": ANONYMOUS_ADMIN, "sender_chat": SUPERGROUP}
    assert _asked("/search x", SUPERGROUP, **anonymous) == "/search x"
    channel = {"from": CHANNEL_SENDER, "sender_chat": CHANNEL}
    assert _asked("/search x", SUPERGROUP, **channel) == "/search x"


@pytest.mark.parametrize(
    "noise",
    [
        {"from": {"id": 7, "is_bot": True, "first_name": "Other"}},
        {"via_bot": BOT},
        {"is_automatic_forward": True, "sender_chat": CHANNEL},
    ],
)
def test_other_bots_our_own_shared_results_and_copied_posts_are_left_alone(
    noise: dict[str, Any],
) -> None:
    assert _asked("/search x", SUPERGROUP, **noise) is None


STICKER = {
    "file_id": "a",
    "file_unique_id": "b",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}


def test_a_sticker_is_answered_in_private_and_left_alone_in_groups() -> None:
    assert _asked(None, PRIVATE, sticker=STICKER) == ""
    assert _asked(None, GROUP, sticker=STICKER) is None


def test_a_caption_counts_as_text() -> None:
    assert _asked(None, PRIVATE, sticker=STICKER, caption="cats") == "cats"


def test_service_messages_are_left_alone() -> None:
    assert _asked(None, PRIVATE, message_auto_delete_timer_changed=None) is None
    assert _asked(None, GROUP, new_chat_title="New") is None


def _replied(**more: Any) -> RepliedTo | None:
    request = READER.read(_message("/source", SUPERGROUP, **more))
    assert request is not None
    return request.replied_to


def _raw(text: str, **more: Any) -> dict[str, Any]:
    said = {"message_id": 3, "date": 1, "chat": SUPERGROUP, "from": BOB, "text": text}
    return said | {"entities": detected(text)} | more


def test_the_message_replied_to_comes_with_its_words_and_links() -> None:
    reply = _raw("see https://youtu.be/abc?t=5 there")
    links = ("https://youtu.be/abc?t=5",)
    assert _replied(reply_to_message=reply) == RepliedTo(reply["text"], links, author=BY_BOB)


def test_a_caption_replied_to_counts_as_its_words() -> None:
    reply = {**_raw(""), "caption": "words below", "sticker": STICKER}
    del reply["text"], reply["entities"]
    assert _replied(reply_to_message=reply) == RepliedTo("words below", author=BY_BOB)


EXCERPT = "🐈 cats sleep. 7:37 dogs bark. 8:00"
EXCERPT_ENTITIES = [
    {"type": "text_link", "offset": 15, "length": 4, "url": "https://youtu.be/one?t=457"},
    {"type": "text_link", "offset": 32, "length": 4, "url": "https://youtu.be/two?t=480"},
]


def _own_reply(words: str | None, sender: dict[str, Any] = BOT) -> RepliedTo | None:
    reply = _raw(EXCERPT, entities=EXCERPT_ENTITIES, **{"from": sender})
    if words is None:
        return _replied(reply_to_message=reply)
    at = len(EXCERPT[: EXCERPT.index(words)].encode("utf-16-le")) // 2
    return _replied(reply_to_message=reply, quote={"text": words, "position": at})


def test_an_excerpt_of_our_own_is_known_as_such() -> None:
    both = ("https://youtu.be/one?t=457", "https://youtu.be/two?t=480")
    assert _own_reply(None) == RepliedTo(EXCERPT, both, own=True)
    shared = _raw("cats", via_bot=BOT)
    assert _replied(reply_to_message=shared) == RepliedTo("cats", own=True, author=BY_BOB)
    origin = {"type": "user", "date": 1, "sender_user": BOT}
    forwarded = _raw("cats", forward_origin=origin)
    assert _replied(reply_to_message=forwarded) == RepliedTo("cats", own=True, author=BY_BOB)


def test_a_quoted_part_of_our_own_excerpt_has_the_link_that_stands_after_it() -> None:
    first = RepliedTo("cats sleep.", ("https://youtu.be/one?t=457",), own=True)
    assert _own_reply("cats sleep.") == first
    second = RepliedTo("dogs bark.", ("https://youtu.be/two?t=480",), own=True)
    assert _own_reply("dogs bark.") == second


def test_a_quoted_part_of_anothers_message_has_only_the_links_in_it() -> None:
    assert _own_reply("cats sleep.", BOB) == RepliedTo("cats sleep.", author=BY_BOB)
    inside = RepliedTo("sleep. 7:37", ("https://youtu.be/one?t=457",), author=BY_BOB)
    assert _own_reply("sleep. 7:37", BOB) == inside


def test_a_quote_from_another_chat_is_replied_to_as_well() -> None:
    origin = {"type": "user", "date": 1, "sender_user": BOT}
    preview = {"url": "https://youtu.be/one?t=457"}
    more = {"origin": origin, "link_preview_options": preview}
    replied = _replied(external_reply=more, quote={"text": "cats", "position": 0})
    assert replied == RepliedTo("cats", ("https://youtu.be/one?t=457",), own=True)


def _author(chat: dict[str, Any] = PRIVATE, **more: Any) -> Author | None:
    replied = _replied(reply_to_message=_raw("cats", chat=chat, **more))
    assert replied is not None
    return replied.author


def test_in_a_group_it_is_the_one_who_forwarded_a_message_that_is_meant() -> None:
    alice = {"type": "user", "date": 1, "sender_user": ALICE}
    assert _author(SUPERGROUP, forward_origin=alice) == BY_BOB


def test_who_wrote_the_message_replied_to_is_told_also_where_it_was_forwarded_to_us() -> None:
    alice = {"type": "user", "date": 1, "sender_user": ALICE}
    group = {"type": "chat", "date": 1, "sender_chat": GROUP}
    channel = {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 9}
    hidden = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    assert _author() == BY_BOB
    assert _author(forward_origin=alice) == Author(ALICE["id"], ALICE["first_name"])
    assert _author(forward_origin=group) == Author(GROUP["id"], GROUP["title"])
    assert _author(forward_origin=channel) == Author(CHANNEL["id"], CHANNEL["title"])
    assert _author(forward_origin=hidden) is None
    assert _author(**{"from": CHANNEL_SENDER}, sender_chat=CHANNEL) == _author(
        forward_origin=channel
    )
    assert _author(**{"from": BOT}) is None
    quoted = _replied(external_reply={"origin": alice}, quote={"text": "cats", "position": 0})
    assert quoted is not None
    assert quoted.author == _author(forward_origin=alice)


def test_a_message_in_a_topic_does_not_reply_to_its_first_service_message() -> None:
    opened = {"forum_topic_created": {"name": "Weather", "icon_color": 1}}
    service = {"message_id": 7, "date": 1, "chat": FORUM, "from": BOB} | opened
    assert _replied(reply_to_message=service) is None


@pytest.mark.parametrize(
    ("fields", "thread"),
    [
        ({"message_thread_id": 7, "is_topic_message": True}, 7),
        ({"message_thread_id": 1, "is_topic_message": True}, None),
        ({"message_thread_id": 99}, None),
        ({}, None),
    ],
)
def test_the_answer_goes_to_the_same_topic_and_general_has_none(
    fields: dict[str, Any], thread: int | None
) -> None:
    assert thread_of(_message("/search x", FORUM, **fields)) == thread
