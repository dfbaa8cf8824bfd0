"""Words that no note has, read as compounds."""

import pytest

from storage.wording import compounds

SAID = {
    "black": 40,
    "hole": 30,
    "corona": 3,
    "virus": 50,
    "coronavirus": 9,
    "eigenvector": 5,
    "vector": 60,
    "rest": 9,
    "aurant": 1,
}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("blackhole", "black hole"),
        ("corona virus", "coronavirus"),
        ("eigen vector", "eigenvector"),
        ("black hole", "black hole"),
        ("the black hole", "the black hole"),
        ("restaurant", "restaurant"),  # half of it is said once only: perhaps itself a slip
        ("coronavirsu", "coronavirsu"),
        ("", ""),
    ],
)
def test_words_run_together_or_torn_apart_are_read_as_the_notes_have_them(
    typed: str, read: str
) -> None:
    wording = compounds(typed.split(), lambda word: SAID.get(word, 0), lambda _: False)
    assert wording.words == read.split()
    assert wording.read == ({typed: read} if typed != read else {})


def test_a_misspelt_word_is_no_compound() -> None:
    wording = compounds(["blackhole"], lambda word: SAID.get(word, 0), lambda _: True)
    assert wording.words == ["blackhole"]


def test_a_word_that_is_said_twice_is_joined_with_itself_once() -> None:
    said = {"1": 1, "11": 5}
    wording = compounds(["vi", "1", "1", "1"], lambda word: said.get(word, 0), lambda _: False)
    assert wording.words == ["vi", "11", "1"]


def test_a_word_too_long_for_any_language_is_not_taken_apart() -> None:
    asked: list[str] = []

    def known(word: str) -> int:
        asked.append(word)
        return 0

    wording = compounds(["x" * 70_000], known, lambda _: False)
    assert wording.words == ["x" * 70_000]
    assert len(asked) == 1


def test_known_neighbours_stay_apart_where_only_unknown_words_are_to_be_read() -> None:
    words = ["corona", "virus"]
    wording = compounds(words, lambda word: SAID.get(word, 0), lambda _: False, only_unknown=True)
    assert wording.words == words
