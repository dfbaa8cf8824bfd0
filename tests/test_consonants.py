"""Names in Arabic and Hebrew letters, which write no vowels, and their Latin spellings."""

import pytest

from storage.consonants import consonants, is_bare, readings
from storage.names import fold
from storage.spelling import Vocabulary

LATIN = [
    *("putin", "zelensky", "trump", "kremlin", "kherson", "ukraine", "netanyahu", "moscow"),
    *("mexico", "slovyansk", "jerusalem", "bread", "water", "garden", "parliament"),
]


def nearest(word: str, words: list[str]) -> list[str]:
    vocabulary = Vocabulary(words, words, [1] * len(words))
    return [one.word for one in vocabulary.nearest(fold(word))]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("بوتين", "putin"),
        ("زيلينسكي", "zelensky"),
        ("ترامب", "trump"),
        ("الكرملين", "kremlin"),
        ("خيرسون", "kherson"),
        ("أوكرانيا", "ukraine"),
        ("نتنياهو", "netanyahu"),
        ("موسكو", "moscow"),
        ("المكسيك", "mexico"),
        ("سلوفيانسك", "slovyansk"),
        ("פוטין", "putin"),
        ("אוקראינה", "ukraine"),
    ],
)
def test_a_name_without_vowels_and_its_latin_spelling_find_each_other(
    written: str, name: str
) -> None:
    assert nearest(written, LATIN) == [name]
    others = [fold(word) for word in ("القاهرة", "السلام", written)]
    assert fold(written) in nearest(name, others)


@pytest.mark.parametrize("word", ["xylophone", "brd", "gardener", "wtrfll", "abc", "12345"])
def test_words_with_vowels_and_too_few_consonants_are_not_compared_so(word: str) -> None:
    assert nearest(word, ["putin", "kbr", "qwt"]) == []


def test_the_nearest_of_many_names_comes_first_and_there_is_an_end() -> None:
    assert nearest("بوتين", ["beaten", "baton", "button", "putin", "paten"])[0] == "putin"
    assert nearest("موسكو", ["music", "mask", "moscow", "mosque"])[0] == "moscow"
    many = [word for vowel in "aeiou" for word in (f"putin{vowel}", f"{vowel}putin")]
    assert len(nearest("بوتين", many)) == 8
    assert nearest("بوتين", [*many, "putin"]) == ["putin"]


def test_what_a_bare_word_is() -> None:
    assert [word for word in ("bwtyn", "putin", "by", "x86", "") if is_bare(word)] == ["bwtyn"]
    assert readings("lkrmlyn") == {"lkrmln", "krmln"}
    assert consonants("kremlin") == "krmln"
    assert consonants("aeiou") == consonants("gaza") == ""
