"""Misspelt words: every word that is near enough is found, the nearest first."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from storage.consonants import readings
from storage.names import fold
from storage.spelling import MOST_SPELLINGS, PER_EDIT, TWO_EDITS_FROM, Vocabulary


def vocabulary(words: Sequence[str]) -> Vocabulary:
    """Each word is its own stem, and the later ones are said more often."""
    return Vocabulary(words, words, range(len(words)))


def near(word: str, words: Sequence[str]) -> list[str]:
    return [one.word for one in vocabulary(words).nearest(word)]


@pytest.mark.parametrize(
    "typed", ["volcono", "vulcano", "volcnao", "vlcano", "volcanno", "volcxxo", "olcano", "volc4no"]
)
def test_one_or_two_slips_are_forgiven(typed: str) -> None:
    assert near(typed, ["ash", "volcano", "vocal", "lava"]) == ["volcano"]


def test_a_short_word_may_be_off_by_one_edit_only() -> None:
    assert near("lvaa", ["lava", "java", "larva"]) == ["lava"]
    assert near("lawa", ["lava", "magma"]) == ["lava"]
    assert near("xxva", ["lava"]) == []


def test_fewer_edits_come_first_then_what_is_said_more_often() -> None:
    words = ["bitten", "kittens", "mitten", "kitten"]
    found = vocabulary(words).nearest("kittem")
    assert [one.word for one in found] == ["kitten", "mitten", "kittens", "bitten"]
    assert [one.weight for one in found] == [PER_EDIT, PER_EDIT**2, PER_EDIT**2, PER_EDIT**2]


def test_of_words_with_one_stem_the_nearest_stands_for_all() -> None:
    words = Vocabulary(["eruption", "eruptions", "erupted"], ["erupt"] * 3, [1, 9, 9])
    assert [(one.word, one.stem) for one in words.nearest("eruptoin")] == [("eruption", "erupt")]


def test_there_is_an_end_to_what_is_offered() -> None:
    words = [f"number{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert len(near("number", words)) == MOST_SPELLINGS


def test_long_words_are_compared_to_their_end() -> None:
    long = "supercalifragilisticexpialidocious"
    assert near(long[:-1] + "t", [long, long[:24] + "x" * 10]) == [long]
    assert near("x" + long, [long]) == [long]
    assert near(long[:23] + long[24] + long[23] + long[25:], [long]) == [long]


def test_numbers_have_no_vowels_to_leave_out() -> None:
    assert near("00090", ["090"]) == []


def test_an_empty_vocabulary_knows_nothing() -> None:
    assert near("volcano", []) == []


@pytest.mark.parametrize(
    ("typed", "word"),
    [("Зеленскый", "Зеленский"), ("Αντικίθηρα", "Antikythera"), ("زيلنسكي", "زيلينسكي")],
)
def test_words_of_any_script_are_compared_in_latin_letters(typed: str, word: str) -> None:
    assert near(fold(typed), ["moskva", fold(word)]) == [fold(word)]


LETTERS = "aeio09"  # no two of these sound alike without their vowels
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=9), max_size=25, unique=True)
LONG = st.lists(st.text("ab", min_size=20, max_size=30), max_size=8, unique=True)


@given(st.text(LETTERS, min_size=1, max_size=9), WORDS)
@settings(max_examples=300, deadline=None)
def test_no_word_within_its_edits_is_missed(typed: str, words: list[str]) -> None:
    assert_nearest(typed, words)


@given(st.text("ab", min_size=20, max_size=30), LONG)
@settings(max_examples=150, deadline=None)
def test_no_long_word_within_its_edits_is_missed(typed: str, words: list[str]) -> None:
    assert_nearest(typed, words)


def assert_nearest(typed: str, words: list[str]) -> None:
    """The answer is that of comparing with every word."""
    edits = 2 if len(typed) >= TWO_EDITS_FROM else 1
    distance = {word: OSA.distance(typed, word) for word in words}
    close = [word for word in words if distance[word] <= edits]
    close.sort(key=lambda word: (distance[word], -words.index(word)))
    assert near(typed, words) == close[:MOST_SPELLINGS]


def test_a_question_of_many_unknown_words_looks_at_each_word_of_the_notes_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def noted(word: str) -> set[str]:
        read.append(word)
        return readings(word)

    monkeypatch.setattr("storage.spelling.readings", noted)
    bare = [f"{first}{second}ktsk" for first in "bdfgklmnprst" for second in "bdfgklmnprst"]
    words = vocabulary(bare)
    for typed in ("xaxexixo", "oxaxuxex", "uzuzazez", "azozizez"):
        assert words.nearest(typed) == []
    assert len(read) <= len(bare)
