"""Callback data: whatever a press hands in, it is one of our requests and answered, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.reply import Here, Place, Reply
from bot.telegram.callbacks import MOST_BYTES, asks_anew, decode, encode
from tests.fuzz.replies import Talk, talking
from tests.fuzz.target import Target, Try, coded

CHATS = (
    (Place.PRIVATE, Here(7, 0, "Ann", 7, True)),
    (Place.GROUP, Here(-100, 3, "Gardeners <b>", 7, True)),
    (Place.GROUP, Here(-100, 0, "Gardeners", 8, False)),
    (Place.CHANNEL, Here(-200, 0, "News", 7, True)),
    (Place.PRIVATE, Here(-200, 0, "News & more", 7, True, True)),
    (Place.PRIVATE, None),
)
PIECES = (
    *(
        "/search ",
        "/topic ",
        "/source ",
        "/cite ",
        "/subscribe ",
        "/unsubscribe ",
        "/subscriptions",
    ),
    *(
        "/news ",
        "/why ",
        "/start ",
        "/help",
        "/status",
        "/reload",
        "/delete",
        "+",
        "~",
        "/",
        " ",
        "@bot",
    ),
    *(
        "note:",
        "page:2",
        "page:0",
        "page:99999999999",
        "for:-200",
        "for:",
        "for:x",
        "channel",
        "topic",
    ),
    *(
        "channel gardens",
        "topic compost",
        "search moon",
        "all",
        "export",
        "import",
        "digest:",
        "daily",
    ),
    *(
        "hourly",
        "weekly",
        "at 8:00",
        "UTC",
        "Europe/Berlin",
        "quiet",
        "number:",
        "id:",
        "-1",
        "0",
        "99",
    ),
    *(
        "d_",
        "n_",
        "c",
        "q_",
        "k_",
        "AAAAAAAAAA",
        "TinyVideo-A",
        "long",
        "🌊",
        "\0",
        "\n",
        "\x7f",
        ":",
    ),
)
FIRST = (
    *(
        "/start",
        "/help",
        "/search moon",
        "/search tulip",
        "/topic",
        "/topic compost",
        "/source tides",
    ),
    *("/source TinyVideo-A", "/subscribe", "/subscribe channel gardens", "/subscribe search moon"),
    *("/subscribe topic compost", "/subscriptions", "/unsubscribe", "/status", "/serch moon"),
)
MOST_PRESSES = 400
MOST_SEEDS = 500


def seeds() -> Iterable[bytes]:
    """What really stands on buttons: the bot is asked, and pressed until nothing new comes."""
    with talking() as talk:
        found = list(dict.fromkeys(_pressed(talk)))
    for number, data in enumerate(found[:MOST_SEEDS]):
        yield bytes([number % len(CHATS)]) + data.encode()
    yield from (bytes([number % 256]) + piece for number, piece in enumerate(coded(PIECES)))


def _pressed(talk: Talk) -> Iterator[str]:
    """Breadth first, so that each kind of answer is met."""
    asked: set[str] = set()
    waiting = list(FIRST)
    for press in range(MOST_PRESSES):
        if not waiting:
            return
        request = waiting.pop(0)
        asked.add(request)
        place, here = CHATS[press % 2]
        for button in _buttons(talk.ask(request, place=place, here=here, admin=True)):
            yield talk.runner.run(encode(button, talk.library))
            waiting += [button] * (button not in asked and button not in waiting)


def _buttons(reply: Reply) -> list[str]:
    return [button.request for row in reply.buttons for button in row if button.request]


@contextmanager
def opened() -> Iterator[Try]:
    """A case is a chat (its first byte) and the callback data that a press there has."""
    with talking() as talk:
        for request in FIRST:
            talk.ask(request, here=CHATS[0][1])

        def attempt(case: bytes) -> None:
            kind, data = (case[0] if case else 0), case[1:].decode("utf-8", "replace")
            place, here = CHATS[kind % len(CHATS)]
            request = talk.runner.run(decode(data, talk.library))
            assert request is None or data.removeprefix("+")[:1] in ("/", "~")
            if request is not None:
                talk.ask(request, place=place, here=here, admin=bool(kind & 64))
            _check_coded(talk, data)

        yield attempt


def _check_coded(talk: Talk, request: str) -> None:
    """Any request has data that fits a button and comes back as it was."""
    for anew in (False, True):
        data = talk.runner.run(encode(request, talk.library, anew=anew))
        assert 1 <= len(data.encode()) <= MOST_BYTES
        assert asks_anew(data) == anew
        assert talk.runner.run(decode(data, talk.library)) == request


TARGET = Target(coded(PIECES), seeds, opened, 300)
