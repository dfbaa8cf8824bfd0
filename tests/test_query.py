"""A question as typed: any text can be asked, and FTS5 understands what comes of it."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.memory import Memory
from storage.names import STOP_WORDS, same_channel
from storage.query import (
    MOST_WORDS,
    Query,
    in_channel,
    match_expression,
    parse_claim,
    parse_query,
    stripped,
)
from storage.search import evidence, mentions, search
from tests.vaults import OTHER, VIDEO, build, cite, reader, write_note

BODY = (
    f"Don't panic, said O'Brien of the Straße {cite(10)}. The naïve café {cite(20)}. "
    f"It's Bayes’ theorem x² {cite(30)}. To be or not to be {cite(40)}. हिन्दी शब्द {cite(50)}. "
    f"Война с Россией {cite(60)}. 대한민국 {cite(70)}. です {cite(80)}. Ελλάς {cite(90)}."
)
ODD = (
    *('"', "-", "(", ")", "*", "^", "NEAR", "AND", "OR", "NOT", ":", "+", "'", "’", "“", "\0"),
    *("channel:", "video:", "page:", "words:", "{a b}", "fox", "the", " ", "🎈", "²", "e\u0301"),
    "\udcff",
)
PIECES = st.sampled_from(ODD)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    place = tmp_path_factory.mktemp("query")
    write_note(place / "notes", "a/a.md", "The O'Brien Question", body=BODY)
    write_note(place / "notes", "b/b.md", "Foxes", OTHER)
    build(place / "notes", place / "index.db")
    with reader(place / "index.db") as opened:
        yield opened


def ask(database: Database, text: str) -> list[int]:
    """The seconds of the moments found."""
    hits = search(database, Memory(), parse_query(text), 50).hits
    return sorted(hit.moment.start for hit in hits)


def test_the_parts_of_a_question() -> None:
    text = 'Big "one phrase" -without -"not this" CHANNEL:@jcs page:3'
    text += " video:https://youtu.be/video-one-1"
    query = parse_query(text)
    assert query == Query(
        text='Big "one phrase"',
        words=("big",),
        phrases=("one phrase",),
        without=("without", "not this"),
        channel="jcs",
        video=VIDEO,
        page=3,
    )


def test_names_with_spaces_and_every_kind_of_quotes() -> None:
    assert parse_query('channel:"two words" x').channel == "two words"
    assert parse_query("“a phrase” «another one» „third“").phrases == (
        "a phrase",
        "another one",
        "third",
    )


def test_stop_words_are_asked_for_only_where_nothing_else_is() -> None:
    assert parse_query("what is the fox").words == ("fox",)
    assert parse_query("to be or not to be").words == ("to", "be", "or", "not")
    assert parse_query('what is "the fox"').words == ()


@pytest.mark.parametrize("text", ["", " ", '""', "-fox", '-"a b" -c', "\0", "🎈", "channel:x", "'"])
def test_nothing_to_look_for_is_false(text: str) -> None:
    assert not parse_query(text)


def test_a_channel_left_out_is_not_a_channel_asked_for() -> None:
    assert parse_query("fox -channel:jcs").channel == ""


TYPED = 'a "b page:2 c" PAGE:3 channel:"d e" -f -"g h" topic:i video:j'


@pytest.mark.parametrize(
    ("kinds", "left"),
    [
        ((), TYPED),
        (("page",), 'a "b page:2 c" channel:"d e" -f -"g h" topic:i video:j'),
        (("channel", "video", "topic"), 'a "b page:2 c" PAGE:3 -f -"g h"'),
        (("-",), 'a "b page:2 c" PAGE:3 channel:"d e" topic:i video:j'),
    ],
)
def test_operators_are_stripped_where_they_are_read(kinds: tuple[str, ...], left: str) -> None:
    assert stripped(TYPED, *kinds) == left


@pytest.mark.parametrize(
    "channel", ["night_sky", "Earth Daily", 'qu"ote', "“Quoted”", "\u2068x\u2069 «y»"]
)
@pytest.mark.parametrize("asked", ["fox", 'channel:other "a fox" -dog', " ".join(["fox"] * 30)])
def test_a_question_can_be_asked_of_any_channel(channel: str, asked: str) -> None:
    before, query = parse_query(asked), parse_query(in_channel(channel, asked))
    assert same_channel(query.channel, channel)
    assert (query.text, query.without) == (before.text, before.without)
    assert parse_query(in_channel("", asked)).channel == ""


def test_a_page_makes_no_long_question_of_a_short_one() -> None:
    twelve = '"one two" three four five six seven eight nine ten eleven twelve'
    assert parse_query(f"{twelve} page:2").phrases == parse_query(twelve).phrases == ("one two",)


@pytest.mark.parametrize(
    "claim", ['"-40 is cold"', "--40 is cold", "-- 40: is:-cold", "«-40» cold"]
)
def test_nothing_in_a_claim_is_left_out_or_kept_together(claim: str) -> None:
    query = parse_claim(claim)
    assert query.words == ("40", "cold")
    assert parse_query(query.text).words == query.words


@pytest.mark.parametrize(
    ("page", "number"),
    [("0", 1), ("-1", 1), ("x", 1), ("99999", 1), ("007", 7), ("٣", 3), ("²", 1)],
)
def test_a_page_is_a_number_from_one_on(page: str, number: int) -> None:
    assert parse_query(f"fox page:{page}").page == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("o'brien", [10]),
        ("O’BRIEN", [10]),
        ("obrien", [10]),
        ('"don\'t panic"', [10]),
        ("don't", [10]),
        ('"said O\'Brien of"', [10]),
        ("straße", [10]),
        ("naive CAFE\u0301", [20]),
        ("bayes", [30]),
        ("bayes'", [30]),
        ("x²", [30]),
        ('"to be or not to be"', [40]),
        ("शब्द", [50]),
        ("ВОЙНА", [60]),
        ("россие\u0438\u0306", [60]),
        ("대한민국", [70]),
        ("です", [80]),
        ("ελλάΣ", [90]),
        ("panic -o'brien", []),
        ("fox foxes", [11]),
        ("the -straße", [11, 20]),
    ],
)
def test_words_are_found_however_they_are_spelt(
    database: Database, text: str, seconds: list[int]
) -> None:
    assert ask(database, text) == seconds


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_question_with_an_answer(database: Database, text: str) -> None:
    query = parse_query(text)
    search(database, Memory(), query, 5)
    evidence(database, Memory(), query, 5)
    mentions(database, query, 5)
    assert not query or match_expression(query)


@pytest.mark.parametrize(
    "text",
    [
        '"fox jumps" ' * 400,
        '-"a b" ' * 600 + "fox",
        "fox " * 1024,
        "x" * 4096,
        "(" * 4096,
        '"' + "fox " * 1000 + '"',
        " ".join(f"word{number}" for number in range(600)),
        " ".join(f'"word{number} is"' for number in range(300)),
        " ".join(sorted(STOP_WORDS)),
        "a\0b" * 1000,
        "🎈" * 4000,
        "fox " + "don't" * 500,
    ],
)
def test_huge_questions_are_answered(database: Database, text: str) -> None:
    query = parse_query(text)
    search(database, Memory(), query, 5)
    evidence(database, Memory(), query, 5)
    assert max(len(query.words), len(query.phrases), len(query.without)) <= MOST_WORDS
