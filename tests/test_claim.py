"""Whether a moment says a claim: what a score alone would let through."""

import pytest

from bot.claim import MOST_SENTENCES, claims_in, says, side_by_side
from storage.names import stem, words_of
from storage.query import parse_claim
from storage.search import SOURCE
from tests.library_fixture import hit, info


def told(claim: str, sentence: str, strength: float = 1.0) -> bool:
    matched = {stem(word) for word in words_of(claim)} & {stem(word) for word in words_of(sentence)}
    return says(claim, parse_claim(claim), (hit(sentence, *matched), strength))


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("caffeine blocks adenosine receptors", "Adenosine receptors are blocked by caffeine."),
        ("there are 2315 answers", "All 2,315 answers were tried, and there are no more."),
        ("the earth is not flat", "Nobody calls the Earth flat."),
    ],
)
def test_a_sentence_that_says_it_is_a_source(claim: str, sentence: str) -> None:
    assert told(claim, sentence)
    assert not told(claim, sentence, SOURCE - 0.1)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Elon Musk founded Tesla", "At Tesla and SpaceX, Elon Musk wanted more."),
        ("Elon Musk founded Tesla", "People found it hard to work with Elon Musk."),
        ("India won the 1983 world cup", "India won the world cup twice."),
        ("multiplication of matrices is commutative", "Multiplication is not commutative here."),
        ("nobody climbed Mount Everest", "Hillary climbed Mount Everest first."),
        ("the Moon is cheese", "Cheese is food."),
    ],
)
def test_a_sentence_that_shares_words_but_not_what_they_say_is_none(
    claim: str, sentence: str
) -> None:
    assert not told(claim, sentence)


def test_notes_that_say_it_stand_side_by_side_the_best_first() -> None:
    notes = (info("A"), info("B"))
    hits = [hit(f"{n}.", start=n, notes=(notes[n > 2],)) for n in (1, 2, 3, 4)]
    order = side_by_side([(one, 1.0) for one in hits])
    assert [one.moment.start for one, _ in order] == [1, 3, 2, 4]


def test_the_claims_of_a_message_are_its_sentences_that_say_enough() -> None:
    talk = "Hello all! The Moon pulls harder on the near side. Lunch?\nCompost warms a cold frame"
    assert claims_in(talk) == (
        "The Moon pulls harder on the near side.",
        "Compost warms a cold frame",
    )


def test_a_message_that_is_one_claim_has_no_parts() -> None:
    assert claims_in("The Moon pulls harder on the near side.") == ()


def test_of_a_long_message_only_the_first_claims_are_looked_for() -> None:
    assert len(claims_in("The Moon pulls harder on the near side.\n" * 500)) == MOST_SENTENCES
