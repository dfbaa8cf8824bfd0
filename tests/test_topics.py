"""Topics by name, as people type them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.memory import Memory
from storage.model import Topic
from storage.topics import EXACT, NAMED, TOLD, FoundTopics, find_topics, topics_named
from tests.vaults import OTHER, THIRD, build, cite, reader, write_note

TITLES = (
    "Machine Learning",
    "Machine Learning in Medicine",
    "History of Medicine",
    "Café Culture",
    "Мир и война",
    "AI",
    "The Who",
)


class Names:
    """The topics of one index, as typed."""

    def __init__(self, database: Database) -> None:
        self.database, self.memory = database, Memory()

    def find(self, text: str, limit: int = 8) -> tuple[Topic, ...]:
        return find_topics(self.database, self.memory, text, limit)

    def named(self, text: str) -> FoundTopics:
        return topics_named(self.database, self.memory, text, 8)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Names]:
    place = tmp_path_factory.mktemp("topics")
    for number, title in enumerate(TITLES):
        body = f"See [[quantum_computing | qubits]] and [[Machine Learning]] {cite(number)}."
        write_note(place / "notes", f"a/n{number}.md", title, body=body)
    write_note(place / "notes", "b/ai.md", "AI")
    volcano = f"Hot [[silicon|thinking engines]] erupt near backgammon players {cite(3)}."
    write_note(place / "notes", "b/lava.md", "Lava", OTHER, volcano)
    write_note(place / "notes", "b/silicon.md", "Minds of sand", THIRD)
    build(place / "notes", place / "index.db")
    with reader(place / "index.db") as database:
        yield Names(database)


def best(names: Names, text: str) -> list[str]:
    return [topic.title for topic in names.find(text, 5)]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("machine learning", "Machine Learning"),
        ("MACHINE_LEARNING!", "Machine Learning"),
        ("machin lerning", "Machine Learning"),
        ("learning machine", "Machine Learning"),
        ("medicine history", "History of Medicine"),
        ("cafe culture", "Café Culture"),
        ("cafeculture", "Café Culture"),
        ("мир и ВОЙНА", "Мир и война"),
        ("the who", "The Who"),
        ("quantum computing", "quantum computing"),
        ("machine learning in medicine", "Machine Learning in Medicine"),
    ],
)
def test_a_name_is_found_however_it_is_typed(names: Names, typed: str, title: str) -> None:
    assert best(names, typed)[0] == title


def test_only_the_very_same_name_is_exact(names: Names) -> None:
    scores = {topic.title: topic.score for topic in names.find("machine learning")}
    assert scores["Machine Learning"] == EXACT > scores["Machine Learning in Medicine"] >= NAMED


def test_the_same_title_in_two_channels_is_two_candidates(names: Names) -> None:
    found = names.find("AI", 2)
    assert {(topic.note.key if topic.note else "", topic.score) for topic in found} == {
        ("a/n5.md", EXACT),
        ("b/ai.md", EXACT),
    }


def test_a_topic_that_is_only_linked_to_says_how_often(names: Names) -> None:
    (topic,) = names.find("quantum computing", 1)
    assert (topic.note, topic.mentions, topic.score) == (None, len(TITLES), EXACT)


def test_a_note_is_found_by_the_words_that_links_show_for_it(names: Names) -> None:
    first = names.find("thinking engines")[0]
    assert (first.title, first.score >= NAMED) == ("Minds of sand", True)


def test_words_that_only_a_passage_has_lead_to_its_note_less_surely(names: Names) -> None:
    (first,) = names.find("backgammon")
    assert first.title == "Lava"
    assert TOLD <= first.score < NAMED


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("bakgammon", {"bakgammon": "backgammon"}),
        ("back gammon", {"back gammon": "backgammon"}),
        ("machinelearning", {"machinelearning": "machine learning"}),
        ("backgammon", {}),
        ("jfk", {}),
    ],
)
def test_words_that_no_note_has_are_told_with_what_they_were_read_as(
    tmp_path: Path, typed: str, read: dict[str, str]
) -> None:
    for number in range(3):
        body = f"Machine learning plays backgammon by jak {cite(10 * number)}."
        write_note(tmp_path / "notes", f"a/{number}.md", f"Game {number}", body=body)
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        found = Names(database).named(typed)
    assert dict(found.mended) == read
    assert bool(found.topics) == (typed != "jfk")


def test_a_word_spelt_as_another_note_has_it_still_names_the_topic(tmp_path: Path) -> None:
    write_note(tmp_path / "notes", "a/casey.md", "Casey Anthony trial and verdict")
    write_note(tmp_path / "notes", "a/mark.md", "Rome", OTHER, f"Mark Antony met Casey {cite(9)}.")
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        first = Names(database).find("casey antony")[0]
    assert (first.title, first.score >= NAMED) == ("Casey Anthony trial and verdict", True)


@pytest.mark.parametrize("typed", ["", " ", "🎈", "xylophone", "?!", "\0"])
def test_what_names_nothing_finds_nothing(names: Names, typed: str) -> None:
    assert best(names, typed) == []


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_may_be_a_name(names: Names, text: str) -> None:
    found = names.find(text)
    assert [topic.score for topic in found] == sorted((t.score for t in found), reverse=True)
    assert all(0 < topic.score <= EXACT for topic in found)


def test_notes_whose_titles_have_no_letters_do_no_harm(tmp_path: Path) -> None:
    write_note(tmp_path / "notes", "a.md", '"?!"')
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        loaded = Names(database)
        assert (best(loaded, "whatever"), best(loaded, "?!")) == ([], [])


def test_an_empty_index_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        assert Names(database).find("anything") == ()


def test_a_title_of_any_length_is_found_by_its_whole_name(tmp_path: Path) -> None:
    title = "How the long history of water supply changed the life of citizens in the city " * 4
    for number in (1, 2):
        write_note(tmp_path / "notes", f"a/n{number}.md", f"{title}{number}")
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        names = Names(database)
        for number in (1, 2):
            exact = [one.title for one in names.find(f"{title}{number}") if one.score == EXACT]
            assert exact == [f"{title}{number}"]
        assert all(one.score < EXACT for one in names.find(title))
