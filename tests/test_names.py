"""What "the same name" means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.names import fold, short_hash, stem, topic_name, words_of


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
        ("Мир, труд", ["мир", "труд"]),
        ("東京 2020", ["東京", "2020"]),
        ("Straße", ["strasse"]),
        ("ﬁnance", ["finance"]),
        ("Россией", ["россией"]),
        ("대한민국 です ά", ["대한민국", "です", "ά"]),
        ("🎈 -- \u2068 ", []),
    ],
)
def test_words_of_any_script(text: str, words: list[str]) -> None:
    assert words_of(text) == words


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
