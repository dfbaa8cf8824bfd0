"""What a subscription asks for: each kind finds its notes, and a search what people would find."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.interest import (
    Interest,
    Kind,
    NewNote,
    channel,
    everything,
    matches,
    new_note,
    required_stems,
    search,
    search_term,
    topic,
)
from storage.names import stem
from tests.test_query import TEXTS

WORDS = ("fox", "foxes", "jumping", "jumped", "dog", "dogs", "the", "to", "happiness")
word = st.sampled_from(WORDS)
run = st.lists(word, min_size=1, max_size=4)


def note(
    *fields: str, title: str = "Foxes", of: str = "night_sky", names: str = "foxes"
) -> NewNote:
    return new_note(
        key=f"{of}/foxes.md",
        ref="r",
        title=title,
        channel=of,
        video_id="v",
        names=("", *names.split()),
        fields=(title, *fields),
    )


def is_asked_for(text: str, *fields: str, of: str = "night_sky") -> bool:
    wanted = search(text)
    assert wanted
    return matches(wanted, note(*fields, of=of))


def key(text: str) -> str:
    wanted = search(text)
    assert wanted
    return wanted.key


def test_everything_is_every_note() -> None:
    assert matches(everything(), note())


@pytest.mark.parametrize(
    ("name", "of", "fits"),
    [
        ("night_sky", "night_sky", True),
        ("@Night Sky", "night_sky", True),
        ("Café", "cafe", True),
        ("night", "night_sky", False),
        ("day_sky", "night_sky", False),
    ],
)
def test_a_channel_is_known_by_any_spelling(name: str, of: str, fits: bool) -> None:
    assert matches(channel(name), note(of=of)) is fits


@pytest.mark.parametrize(
    ("title", "fits"),
    [("Cold Frames", True), ("cold_frames", True), ("Cold", False), ("🎈", False)],
)
def test_a_topic_is_its_notes_and_those_that_link_to_it(title: str, fits: bool) -> None:
    assert matches(topic(title), note(names="foxes cold_frames")) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("fox", True),
        ("Fox' jumped", True),
        ("jumping dogs", True),
        ("fox cat", False),
        ("the fox", True),
        ('"lazy dog"', True),
        ('"dog lazy"', False),
        ('"lazy dogs"', False),
        ('"jumps over"', False),
        ("fox -cat", True),
        ("fox -dogs", False),
        ('fox -"lazy dog"', False),
        ('fox -"dog lazy"', True),
        ("fox channel:night_sky", True),
        ("fox channel:other", False),
        ("café", True),
        ("don't", True),
    ],
)
def test_a_search_finds_notes_that_hold_all_of_it(text: str, fits: bool) -> None:
    fields = ("A fox jumps", "over the lazy dog. Don’t laze in the CAFE\u0301.")
    assert is_asked_for(text, *fields) is fits


def test_stop_words_count_where_nothing_else_is_asked_for() -> None:
    assert is_asked_for("to be or not to be", "not to be, or to be")
    assert not is_asked_for("to be or not to be", "to be")
    assert is_asked_for("what is the fox", "fox")
    assert is_asked_for("s", "the letter s")
    assert search_term(key("s")) == "s"
    assert not is_asked_for('"s"', "the letter t")


@pytest.mark.parametrize("text", ["", "  ", '""', "-fox", "🎈", "channel:x", "-a -b", "\0"])
def test_what_names_no_word_is_no_search(text: str) -> None:
    assert search(text) is None


@pytest.mark.parametrize("more", ["video:dQw4w9WgXcQ", "topic:dogs", "page:2", 'channel:"🎈"'])
def test_a_search_can_be_narrowed_to_a_channel_only(more: str) -> None:
    assert search(f"fox {more}") is None


def test_a_search_is_shown_as_typed() -> None:
    wanted = search('  Lazy\n "Big  Fox"   -cat ')
    assert wanted
    assert wanted.value == 'Lazy "Big Fox" -cat'


def test_what_is_asked_for_is_named_by_its_meaning() -> None:
    assert channel("Night Sky").ref == channel("night_sky").ref != topic("night_sky").ref
    assert Interest(Kind.TOPIC, "x", "y").ref == Interest(Kind.TOPIC, "z", "y").ref


@given(
    st.permutations(
        ["Fox", "jumping", '"Lazy DOG"', '"a cow"', "-cat", '-"big cat"', "channel:Sky"]
    )
)
def test_order_quotes_case_and_endings_make_no_other_search(parts: Sequence[str]) -> None:
    changes: Sequence[Callable[[str], str]] = (
        str.upper,
        lambda text: text.replace('"Lazy DOG"', "„lazy  dog“"),
        lambda text: text.replace("Fox", "foxes").replace("jumping", "jumped"),
    )
    typed = " ".join(parts)
    for change in changes:
        assert key(change(typed).replace("CHANNEL", "channel")) == key(
            'fox jump "a cow" "lazy dog" -cats -"big cat" channel:sky'
        )


@given(TEXTS)
@settings(deadline=None)
def test_a_search_reads_the_same_as_it_is_shown(text: str) -> None:
    wanted = search(text)
    if wanted is not None:
        assert search(wanted.value) == wanted
        assert wanted.value.encode()
        assert search_term(wanted.key) in required_stems(wanted.key)


def typed(words: Sequence[str], phrases: Sequence[list[str]], out: Sequence[list[str]]) -> str:
    quoted = [f'"{" ".join(phrase)}"' for phrase in phrases]
    without = [f'-"{" ".join(part)}"' for part in out]
    return " ".join((*words, *quoted, *without))


def stands(part: list[str], fields: Sequence[list[str]]) -> bool:
    """Side by side in one of the fields."""
    size = len(part)
    return any(field[at : at + size] == part for field in fields for at in range(len(field)))


@given(
    st.lists(run, max_size=5),
    st.lists(word, max_size=2),
    st.lists(run, max_size=1),
    st.lists(run, max_size=1),
)
@settings(max_examples=500)
def test_a_search_reads_as_its_parts_do(
    fields: list[list[str]], words: list[str], phrases: list[list[str]], out: list[list[str]]
) -> None:
    wanted = search(typed(words, phrases, out))
    if wanted is None:
        assert not words
        assert not phrases
        return
    found = note(*map(" ".join, fields), title="fox")
    read = [["fox"], *fields]
    stems = {stem(one) for field in read for one in field}
    telling = [one for one in words if one not in ("the", "to")]
    needed = telling or ([] if phrases else words)
    expected = (
        all(stem(one) in stems for one in needed)
        and all(stands(phrase, read) for phrase in phrases)
        and not any(stem(part[0]) in stems for part in out if len(part) == 1)
        and not any(stands(part, read) for part in out if len(part) > 1)
    )
    assert matches(wanted, found) is expected
    if expected:
        assert required_stems(wanted.key) <= found.stems
