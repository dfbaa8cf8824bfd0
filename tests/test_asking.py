"""A query made ready: weights, masks, misspelt words, each as the notes at hand have them."""

from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from storage.asking import Asked, is_word, make_ready
from storage.memory import Memory
from storage.query import parse_query
from tests.vaults import OTHER, VIDEO, build, cite, reader, write_note


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    place = tmp_path_factory.mktemp("asking")
    body = f"The fox jumps {cite(5)}. A fox and a hen {cite(60)}. Boxes {cite(99)}."
    write_note(place / "notes", "a/a.md", body=body)
    body = f"The foxes flee {cite(5)}. Hens and owls {cite(60)}. Foxes {cite(61)}."
    write_note(place / "notes", "b/b.md", "B", OTHER, body)
    build(place / "notes", place / "index.db")
    with reader(place / "index.db") as found:
        yield found


def ready(database: Database, text: str, *, mend: bool = True) -> Asked:
    return make_ready(database, Memory(), parse_query(text), mend=mend)


def allowed(database: Database, text: str) -> set[tuple[str, int]] | None:
    """The moments that a query leaves, or None where it leaves all."""
    mask = ready(database, text).allowed
    if mask is None:
        return None
    rows = database.execute("select id, video_id, start from moments").fetchall()
    return {(video, start) for number, video, start in rows if mask[number]}


def test_a_word_is_looked_for_in_all_its_forms(database: Database) -> None:
    (term,) = ready(database, "foxes").terms
    assert len(term.postings.moments) == 4
    assert ready(database, "foxes").stems == {"fox"}


def test_a_rare_word_weighs_more_and_an_unknown_one_most(database: Database) -> None:
    weights = [term.weight for term in ready(database, "fox hen jumps xylophone").terms]
    assert weights == sorted(weights)
    assert weights[0] < weights[-1]


def test_an_unknown_word_stands_for_all_near_ones_the_nearest_counting_most(
    database: Database,
) -> None:
    asked = ready(database, "foxen")
    assert asked.mended == {"foxen": "foxes"}
    assert asked.stems == {"fox"}
    asked = ready(database, "bxoes")
    (term,) = asked.terms
    assert (asked.mended, asked.missing) == ({"bxoes": "boxes"}, [])
    assert term.postings.counts.tolist() == [1.0]


def test_misspelt_words_stay_as_they_are_where_that_is_wanted(database: Database) -> None:
    asked = ready(database, "foxen", mend=False)
    assert (asked.mended, asked.missing) == ({}, ["foxen"])
    assert ready(database, '"foxen"').missing == ["foxen"]


def test_very_short_words_are_taken_as_typed(database: Database) -> None:
    assert ready(database, "fx").missing == ["fx"]


def test_what_filters_and_exclusions_leave(database: Database) -> None:
    assert allowed(database, "fox") is None
    assert allowed(database, f"fox video:{OTHER}") == {(OTHER, 5), (OTHER, 60)}
    assert allowed(database, "fox -hen -boxes") == {(VIDEO, 5), (OTHER, 5)}
    assert allowed(database, 'fox "hen and"') == {(VIDEO, 60), (OTHER, 60)}
    assert allowed(database, f'"fox hen" -owl video:{VIDEO}') == {(VIDEO, 60)}
    assert allowed(database, "fox video:unknown-vid") == set()


@pytest.mark.parametrize(
    ("part", "word"), [("fox", True), ("the", False), ("a fox", False), ("fox hen", False)]
)
def test_what_a_posting_list_alone_can_tell(part: str, word: bool) -> None:
    assert is_word(part) is word
