"""What "the same name" means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.names import fold, long_hash, same_channel, short_hash, stem, topic_name, words_of


@pytest.mark.parametrize(
    "spelling",
    [
        "Trump's View of the Café",
        "trumps view of the cafe",
        "Trump’s view, of the CAFÉ!",
        "trumps_view_of_the_cafe",
        "  Trumps  (view) – of/the cafe\u0301",
    ],
)
def test_spellings_of_one_topic_have_one_name(spelling: str) -> None:
    assert topic_name(spelling) == "trumps_view_of_the_cafe"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Мир, труд", ["mir", "trud"]),
        ("東京 2020", ["dongjing", "2020"]),
        ("Straße", ["strasse"]),
        ("ﬁnance", ["finance"]),
        ("Россией", ["rossiey"]),
        ("объект-22", ["obekt", "22"]),
        ("대한민국 です ά", ["daehanmingug", "desu", "a"]),
        ("हिन्दी शब्द", ["hindi", "sbd"]),
        ("x² ½ Ⅳ ٣", ["x2", "1", "2", "iv", "3"]),
        ("soft\u00adhyphen zero\u200dwidth", ["softhyphen", "zerowidth"]),
        ("O’Brien´s ‘fox’—“dog”…hen", ["obriens", "fox", "dog", "hen"]),
        ("😀 🎈 -- \u2068 ", []),
        ("𓀀𓁐", words_of("𓀀𓁐") or ["not nothing"]),
    ],
)
def test_words_of_any_script(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    "spellings",
    [
        ("Путин", "Putin", "PUTIN"),
        ("Κρεμλίνο", "Kremlino", "ΚΡΕΜΛΙΝΟ"),
        ("Москва", "Moskva"),
        ("Zürich", "zurich", "Zu\u0308rich"),
        ("Αντικύθηρα", "Antikythira", "αντικυθηρα"),
        ("Россией", "Rossiey", "россие\u0438\u0306"),
        ("Київ", "Kiiv"),
        ("بوتين", "bwtyn", "بُوتين"),
        ("Œuvre", "oeuvre"),
        ("İstanbul", "istanbul"),
        ("𝐁old", "bold"),
        ("A\u030angstro\u0308m", "Ångström", "angstrom"),
    ],
)
def test_a_name_is_the_same_in_any_letters(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@given(st.text())
def test_any_text_becomes_words_of_plain_letters_and_digits(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9 ]*", " ".join(words_of(text)))
    assert words_of(" ".join(words_of(text))) == words_of(text)
    assert words_of(fold(text)) == words_of(text)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1))
def test_letters_of_any_script_are_one_word(text: str) -> None:
    assert len(words_of(text)) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        *(
            ("night_sky", "Night Sky", True),
            ("nightsky", "night-sky", True),
            ("Café", "cafe", True),
        ),
        *(("bbc", "bbc_news", False), ("abc_news", "bbc_news", False), ("ch9", "ch99", False)),
    ],
)
def test_a_channel_is_the_same_by_any_spelling_and_no_other_name(
    one: str, other: str, same: bool
) -> None:
    assert same_channel(one, other) is same


@given(st.text())
def test_a_name_made_comparable_stays_as_it_is(text: str) -> None:
    name = topic_name(text)
    assert topic_name(name) == name
    assert not re.search(r"\s|__", name)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_folds_to_lower_case_without_apostrophes(text: str) -> None:
    assert fold(text) == text.lower().replace("'", "").replace("`", "")


def test_a_stem_is_what_the_full_text_index_makes_of_a_word() -> None:
    assert [stem(word) for word in ("running", "foxes", "relational")] == ["run", "fox", "relat"]


def test_a_ref_is_short_and_made_of_its_parts() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{10}", short_hash("a/b.md"))
    assert short_hash("a", "b") != short_hash("ab") != short_hash("b", "a")
    assert short_hash("channel/note.md") == "7I4Q_mXWx2"


def test_what_is_kept_under_a_long_hash_is_found_for_ever() -> None:
    """Buttons and links of years ago hold it."""
    assert re.fullmatch(r"[A-Za-z0-9_-]{16}", long_hash("/search café"))
    assert long_hash("/search coffee") == "ePQuzVRuEHvqitln"
