"""What an excerpt shows: the cited sentence to its end, the words asked for in bold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.excerpt import MOST_BOLD, MOST_CHARS, excerpt, excerpt_text
from storage.names import stem, words_of
from tests.library_fixture import LONG_SENTENCE, hit

FILLER = "Gulls cried over the harbour while nets were drying in the sun that day. "


def bolds(text: str, *matched: str) -> list[str]:
    return [span.text for span in excerpt(hit(text, *matched)) if span.bold]


def test_a_short_passage_is_shown_whole() -> None:
    assert excerpt_text(hit("One. Two. Three.")) == "One. Two. Three."


def test_the_rest_of_the_sentence_is_shown_too() -> None:
    assert excerpt_text(hit("the sea rises", before="At noon ", after=", then falls.")) == (
        "At noon the sea rises, then falls."
    )


def test_matched_words_are_bold_in_every_form() -> None:
    assert bolds("Tides, the TIDE and a tide's end; stride.", stem("tides")) == [
        "Tides",
        "TIDE",
        "tide's",
    ]


def test_matched_words_side_by_side_are_one_bold_run() -> None:
    text = "A black hole is a black-hole, a hole that is black."
    assert bolds(text, "black", "hole") == ["black hole", "black-hole", "hole", "black"]


def test_words_with_accents_and_underscores_are_found() -> None:
    assert bolds("Pâte and snake_case.", "pate", "case") == ["Pâte", "case"]


def test_without_a_match_nothing_is_bold() -> None:
    assert bolds("The sea rises.") == []


def test_many_matches_stay_within_their_share_of_entities() -> None:
    assert len(bolds("sea and " * 30, "sea")) == MOST_BOLD


def test_a_long_passage_ends_on_the_cited_sentence() -> None:
    shown = excerpt_text(hit(FILLER * 6 + "At last the sea rose."))
    assert shown.startswith("… Gulls")
    assert shown.endswith("that day. At last the sea rose.")


def test_a_long_passage_cited_in_mid_sentence_ends_with_that_sentence() -> None:
    told = hit(FILLER * 5 + "At last the sea rose", after=", then fell.")
    assert excerpt_text(told).endswith("that day. At last the sea rose, then fell.")


def test_a_matched_sentence_further_up_is_shown_before_the_cited_one() -> None:
    told = hit("A comet shone. " + FILLER * 6 + "At last the sea rose.", "comet")
    assert excerpt_text(told) == "A comet shone. … At last the sea rose."


def test_a_matched_sentence_too_long_to_show_leaves_the_cited_one_whole() -> None:
    lead = "A comet shone " + "over the harbour and the sea " * 8 + "that night. "
    tail = "At last the sea rose, " + "wave after wave, " * 8 + "to the very door of the inn."
    shown = excerpt_text(hit(lead + tail, "comet"))
    assert shown.startswith("A comet shone over")
    assert shown.endswith(f"… {tail}")


def test_a_long_sentence_is_cut_round_the_words_asked_for() -> None:
    told = hit(LONG_SENTENCE.replace("then rests", "then rests by the comet at last"), "comet")
    shown = excerpt_text(told)
    assert shown.startswith("… ")
    assert "comet at last." in shown


def test_a_long_sentence_without_a_match_is_cut_at_a_word() -> None:
    shown = excerpt_text(hit(LONG_SENTENCE))
    assert shown.startswith("The gardener plants")
    assert shown.removesuffix("…").split()[-1] in LONG_SENTENCE.split()


@given(
    st.lists(
        st.sampled_from(["sea. ", "comet", " ", "Tide! ", "x" * 90, "潮汐。", "🌊 ", "e.g. "])
    ),
    st.text(max_size=40),
    st.text(max_size=40),
    st.sets(st.sampled_from(["sea", "comet", "tide"])),
)
def test_no_passage_makes_a_long_excerpt_and_bold_is_what_matched(
    parts: list[str], before: str, after: str, matched: set[str]
) -> None:
    spans = excerpt(hit("".join(parts) * 3, *matched, before=before, after=after))
    assert len("".join(span.text for span in spans)) <= MOST_CHARS
    for span in spans:
        if span.bold:
            assert {stem(word) for word in words_of(span.text)} <= matched
