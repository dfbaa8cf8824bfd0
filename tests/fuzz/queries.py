"""The query reader and all that asks with it: any text is answered, by any command."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager

from bot.guest import guest
from bot.inline import InlineCard, inline
from bot.reply import RepliedTo, Reply
from bot.text import truncate, utf16_len
from storage.query import MOST_WORDS, Query, match_expression, parse_claim, parse_query
from tests.botapi import checks
from tests.fuzz.replies import Talk, talking
from tests.fuzz.target import Target, Try, coded, text_of

PIECES = (
    *(
        "tides",
        "moon pull",
        "tulip",
        "compost",
        "kettle",
        "cold frame",
        '"',
        "“",
        "”",
        "-",
        " -",
        "--",
    ),
    *(
        "channel:",
        "video:",
        "topic:",
        "page:",
        "note:",
        "page:2",
        "page:9999",
        "page:٣",
        "channel:@",
    ),
    *(
        "channel:gardens",
        "topic:compost",
        "video:TinyVideo-A",
        "video:SampleTidal",
        '-"',
        '"moon pull"',
    ),
    *("https://youtu.be/TinyVideo-A?t=65", "https://www.youtube.com/watch?v=TinyVideo-A&t=1m5s"),
    *(
        "https://youtu.be/",
        "http://[",
        "youtu.be/AAAAAAAAAAA?t=99999999999",
        "?t=",
        "&t=1h2m3s",
        "#t=",
    ),
    *("cite:", " long", "cSampleTidalprint--8note--ref-12", "/", "/search ", "/topic ", "/source "),
    *(
        "/subscribe ",
        "/cite ",
        "/news ",
        "/why ",
        "/start ",
        "/help",
        "@bot ",
        " ",
        "\n",
        "\t",
        "\0",
    ),
    *(
        "AND",
        " OR ",
        "NOT ",
        "NEAR(",
        "*",
        "^",
        "(",
        ")",
        "{",
        "}",
        ":",
        "'",
        ";",
        "%",
        "\\",
        "<b>",
        "&",
    ),
    *(
        "é",
        "e\u0301",
        "潮汐",
        "прилив",
        "المد",
        "🌊",
        "👩‍👩‍👧",
        "\u200b",
        "\u202e",
        "\ufdfa",
        "ß",
        "İ",
        "１２",
    ),
    *("\ud800", "\U0010ffff", "…", "’", "½", "٣", "x", "the", "a", "0", "12:34", ".", "?", "!"),
)
COMMANDS = ("", "/search ", "/topic ", "/source ", "/search moon ", "/topic note:", "/")
WAYS = len(COMMANDS) + 4


def seeds() -> Iterable[bytes]:
    """Each piece in each way of asking, and a few whole questions."""
    wholes = ("tides page:2", '"moon pull" -kettle', "channel:gardens tulip", "compost?", "")
    for way in range(WAYS):
        yield from (bytes([way]) + piece for piece in coded((*PIECES, *wholes)))


@contextmanager
def opened() -> Iterator[Try]:
    """A case is a way to ask (its first byte) and the text that is asked."""
    with talking() as talk, closing(sqlite3.connect(":memory:")) as fts:
        fts.execute("create virtual table t using fts5(words)")
        fts.execute("insert into t values ('the moon pulls the tides')")

        def attempt(case: bytes) -> None:
            way, text = (case[0] % WAYS if case else 0), text_of(case[1:])
            for parse in (parse_query, parse_claim):
                _check_query(parse(text), fts)
            _ask(talk, way, text)

        yield attempt


def _check_query(query: Query, fts: sqlite3.Connection) -> None:
    """What is read of any text; its expression is one that SQLite takes."""
    assert query.page >= 1
    for parts in (query.words, query.phrases, query.without):
        assert len(set(parts)) == len(parts) <= MOST_WORDS
        assert all(part.strip() == part != "" for part in parts)
    query.text.encode()  # no half characters: they could not be sent
    if query:
        fts.execute("select count(*) from t where t match ?", (match_expression(query),)).fetchone()


def _ask(talk: Talk, way: int, text: str) -> None:
    if way < len(COMMANDS):
        talk.ask(COMMANDS[way] + text)
        return
    ways: tuple[Callable[[Talk, str], object], ...] = (_reply, _own, _inline, _guest)
    ways[way - len(COMMANDS)](talk, text)


def _reply(talk: Talk, text: str) -> Reply:
    return talk.ask("/source", replied_to=RepliedTo(text))


def _own(talk: Talk, text: str) -> Reply:
    return talk.ask("/source", replied_to=RepliedTo("Tides.", (text, text[1:]), own=True))


def _inline(talk: Talk, text: str) -> None:
    answer = talk.runner.run(inline(talk.library, text, text[:3]))
    assert 1 <= len(answer.cards) <= 50
    assert len({card.id for card in answer.cards}) == len(answer.cards)
    assert len(answer.next_offset.encode()) <= 64
    for card in answer.cards:
        _check_card(card)


def _guest(talk: Talk, text: str) -> None:
    _check_card(talk.runner.run(guest(talk.library, RepliedTo(text), text[:40])))


def _check_card(card: InlineCard) -> None:
    assert 1 <= len(card.id.encode()) <= 64
    assert card.title.strip()
    assert utf16_len(card.title) <= 256
    assert truncate(card.text, checks.MAX_TEXT, checks.MAX_ENTITIES) == card.text


TARGET = Target(coded(PIECES), seeds, opened, 2_000, swells=True)
