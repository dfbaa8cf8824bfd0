"""Where sentences end, in any script."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sentences import sentence_ends


def split(text: str) -> list[str]:
    bounds = [0, *sentence_ends(text)]
    return [text[a:b].strip() for a, b in itertools.pairwise(bounds)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["One.", "Two.", "Three"],
        ["Why?", "Because!", "So…", "Yes."],
        ['He said "Stop."', "She did."],
        ["(It rained.)", "It stopped."],
        ["Dr. Smith met Mr. Jones.", "They spoke."],
        ["It is hot, e.g. 40 degrees, i.e. too hot.", "Go."],
        ["It left at 6 p.m. on Monday.", "Then none."],
        ["J. S. Bach wrote it.", "Others too."],
        ["Pi is 3.14 or so.", "Tau is more."],
        ["Version 2.0 of Bolt.new came.", "It worked."],
        ["Wait... what?", "Nothing."],
        ["Это хлеб.", "А это соль."],
        ["これはパンです。", "これは塩です。"],
        ["Acme Inc. and Sons vs. the State.", "It lost."],
    ],
)
def test_sentences_are_told_apart(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


@given(st.text())
def test_ends_ascend_to_the_end_of_the_text(text: str) -> None:
    ends = sentence_ends(text)
    assert ends == sorted(set(ends))
    assert ends[-1] == len(text)


@pytest.mark.parametrize("unit", [".", ". ", "?!", ".)", "a.", "Dr. ", "...x", "。", '."'])
def test_long_runs_of_stops_take_no_time(unit: str) -> None:
    started = time.process_time()
    sentence_ends(unit * (200_000 // len(unit)) + "x")
    assert time.process_time() - started < 1
