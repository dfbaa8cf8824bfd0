"""Start payloads: whatever a link hands in opens what it names, or says that it cannot."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.payloads import MOST_CHARS, asked_by, payload_of
from bot.reply import Place, Reply
from bot.text import tidy
from storage.citing import cite_of, from_payload, to_payload
from tests.fuzz.callbacks import CHATS
from tests.fuzz.replies import Talk, talking
from tests.fuzz.target import Target, Try, coded, text_of

PIECES = (
    *(
        "c",
        "n_",
        "d_",
        "q_",
        "k_",
        "TinyVideo-A",
        "TinyVideo-B",
        "SampleTidal",
        "AAAAAAAAAA",
        "A",
        "-",
        "_",
    ),
    *(
        "0",
        "1",
        "9",
        "z",
        "zzzzzzzzzz",
        "00",
        "Z",
        "=",
        "+",
        "/",
        " ",
        " long",
        "%",
        ".",
        "\0",
        "\n",
        "\r",
    ),
    *(
        "L3NlYXJjaA",
        "eHh4",
        "8J-Mig",
        "gA",
        "AAAA",
        "cite:",
        "ü",
        "🌊",
        "\ud800",
        "\u202e",
        "\u200b",
    ),
)
ASKED = (
    "moon",
    "tides",
    "tulip",
    "compost",
    "kettle",
    "bulb",
    "ladle",
    "page:2 moon",
    "🌊",
    "x" * 60,
)
_LINK = re.compile(r"(?:youtu\.be/|[?&]v=)([A-Za-z0-9_-]{11})")


def seeds() -> Iterable[bytes]:
    """The payloads of all that is found for a few words, of the notes, and of the words."""
    with talking() as talk:
        for number, payload in enumerate(dict.fromkeys(_made(talk))):
            yield bytes([number % 256]) + payload.encode()
    yield from (bytes([0]) + piece for piece in coded(PIECES))


def _made(talk: Talk) -> Iterator[str]:
    for words in ASKED:
        for hit in talk.ask(f"/search {words}").hits:
            yield to_payload(cite_of(hit))
            yield f"n_{hit.note.ref}"
        yield payload_of(words)[0]
        yield f"q_{urlsafe_b64encode(f'/topic {words}'.encode()).decode()[:62]}"


@contextmanager
def opened() -> Iterator[Try]:
    """A case is a chat (its first byte) and the payload that somebody starts the bot with there."""
    with talking() as talk:

        def attempt(case: bytes) -> None:
            kind, payload = (case[0] if case else 0), text_of(case[1:])
            place, here = CHATS[kind % len(CHATS)]
            reply = talk.ask(f"/start {payload}", place=place, here=here)
            payload = tidy(payload)
            _check_video(payload, reply)
            _check_note(payload, reply)
            _check_coded(talk, payload)
            _check_video(payload, talk.ask(f"/cite {payload}", place=Place.GROUP))

        yield attempt


def _check_video(payload: str, reply: Reply) -> None:
    """A citation opens its own video, or none: never another one."""
    cited = from_payload(payload)
    if cited is None:
        return
    assert {hit.moment.video_id for hit in reply.hits} <= {cited.video_id}
    urls = [span.url for span in reply.text] + [reply.preview]
    urls += [button.url for row in reply.buttons for button in row]
    assert {video for url in urls for video in _LINK.findall(url)} <= {cited.video_id}


def _check_note(payload: str, reply: Reply) -> None:
    """A note's link opens that note, or none."""
    if re.fullmatch(r"n_[A-Za-z0-9_-]{10}", payload):
        assert {hit.note.ref for hit in reply.hits} <= {payload[2:]}


def _check_coded(talk: Talk, text: str) -> None:
    """Any question has a payload that Telegram takes, which asks it again."""
    payload, kept = payload_of(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert len(payload) <= MOST_CHARS
    if kept:
        talk.runner.run(talk.library.keep_request(payload, kept))
    if not text.lower().startswith("cite:"):
        asked = talk.runner.run(asked_by(talk.library, payload))
        assert asked == (f"/search {text}" if text else "/start")


TARGET = Target(coded(PIECES), seeds, opened, 200)
