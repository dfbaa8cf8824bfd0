"""Whatever is said about subscriptions is answered, and every button of the answer leads on."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.reply import Place
from tests.subscribing import Talk, library

__all__ = ["library"]

HOSTILE = [
    *("'; DROP TABLE chats; --", "NEAR(tides moon)", "tides*", '"""', '"', "-", "--", "?", "..."),
    *(
        "<b>tides</b>",
        "&amp;",
        "\x00",
        "\ud800tides",
        "\u202etides",
        "潮汐",
        "🌊",
        "👩‍👩‍👧‍👦" * 60,
        "x" * 9_000,
    ),
    *("tides " * 2_000, "page:3", "page:999999", "tides page:x", "note:", "note:x page:9", "%s {}"),
    *(
        "often:",
        "often:weekly-99 channel gardens",
        "often:x everything",
        "channel:",
        "topic:x",
        "１",
    ),
    *("channel", "channel page:9", "channel -", "topic -", "search -", "everything now"),
]


@pytest.mark.parametrize(
    "command",
    [
        *("/subscribe ", "/subscribe channel ", "/subscribe topic ", "/subscribe search "),
        *("/unsubscribe ", "/unsubscribe topic ", "/subscriptions ", "/subscriptions quiet "),
        *("/subscriptions zone ", "/why ", "/news ", "/start "),
    ],
)
async def test_hostile_words_get_an_answer_whose_buttons_all_lead_on(
    library: Library, command: str
) -> None:
    talk = Talk(library, Place.GROUP, title="Sky")
    await talk.say("/subscribe everything")
    done: set[str] = set()
    for text in HOSTILE:
        reply = await talk.say(command + text)
        for button in (button for row in reply.buttons for button in row):
            if button.request not in done:
                done.add(button.request)
                await talk.say(button.request)
