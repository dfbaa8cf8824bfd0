"""Oversized and absurd input from end to end: the real process answers politely, and goes on."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.botapi.people import PRIVATE, private, user
from tests.botapi.server import BotApiServer
from tests.service import TREES, ask, link_of, links_of, running, write_trees

DICE = random.Random(6)
MARKS = "".join(map(chr, range(0x300, 0x370)))
TEXTS = (
    "a" * 4_096,
    '"' * 4_000,
    'a" ' * 1_300,
    "-hazel OR NEAR( * " * 220,
    "channel:x video:y topic:z page:9 " * 120,
    "👩‍👩‍👧‍👦" * 300,
    "\u202e\u2066hazel\u2069 " * 400,
    f"h{MARKS}a{MARKS}z{MARKS}el " * 10,
    "".join(map(chr, range(1, 32))) * 130,
    "ﷺ" * 4_000,
    "".join(chr(DICE.randrange(0x4E00, 0x9FA0)) for _ in range(4_000)),
    " ".join("".join(DICE.choices("aeioulnrst", k=7)) for _ in range(500)),
    "/" * 4_000,
    "/start " + "".join(DICE.choices("ABCDEFabcdef0123456789_-", k=64)),
    "/start q_" + "A" * 62,
    "/topic note:" + "x" * 4_000,
    "/source https://youtu.be/" + "A" * 4_000,
    "/subscribe search " + "hazel -oak " * 350,
)
PRESSES = (
    "".join(map(chr, DICE.choices(range(1, 128), k=64))),
    "~" + "A" * 63,
    "~\udcff\ud800",
    "/search " + "\x00" * 56,
    "/delete " + "9" * 56,
)
HUGE: dict[str, Any] = {"file_unique_id": "u", "file_size": 20_000_000, "mime_type": "text/plain"}


async def test_each_is_answered_and_the_next_question_too(tmp_path: Path) -> None:
    notes = write_trees(tmp_path / "notes", TREES[:9])
    async with BotApiServer() as api, running(api, notes, tmp_path / "data") as service:
        for number, text in enumerate(TEXTS):
            person = user(5_000 + number, f"Person{number}")
            answer = await ask(api, text, private(person), user=person)
            assert "Something went wrong" not in answer["text"], text[:40]
        document = HUGE | {"file_id": "huge", "file_name": "n" * 65_536}
        for caption in ("hazel " * 11_000, "/subscribe import"):
            api.say(None, PRIVATE, caption=caption, document=document)
            assert "Something went wrong" not in (await api.next_message(PRIVATE))["text"]
        assert api.called("getFile") == []
        shown = await ask(api, "/search hazel", PRIVATE)
        for data in PRESSES:
            said = (await api.answered(api.press(shown, data=data))).get("text", "")
            assert "Something went wrong" not in said, data
        for text in TEXTS:
            cards = (await api.answered(api.type_inline(text[:256], user(6_000, "T"))))["results"]
            assert "Something went wrong" not in str(cards), text[:40]
        assert link_of("beech") in links_of(await ask(api, "/search beech", PRIVATE))
    assert [line for line in service.log.splitlines() if " ERROR " in line] == []
