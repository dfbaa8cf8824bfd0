"""Topics by name, as people type them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.topics import EXACT, NEAR, TopicNames, load_names
from tests.vaults import build, cite, reader, write_note

TITLES = (
    "Machine Learning",
    "Machine Learning in Medicine",
    "History of Medicine",
    "Café Culture",
    "Мир и война",
    "AI",
    "The Who",
)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TopicNames]:
    place = tmp_path_factory.mktemp("topics")
    for number, title in enumerate(TITLES):
        body = f"See [[quantum_computing | qubits]] and [[Machine Learning]] {cite(number)}."
        write_note(place / "notes", f"a/n{number}.md", title, body=body)
    write_note(place / "notes", "b/ai.md", "AI")
    build(place / "notes", place / "index.db")
    with reader(place / "index.db") as database:
        yield load_names(database, 7)


def best(names: TopicNames, text: str) -> list[str]:
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
def test_a_name_is_found_however_it_is_typed(names: TopicNames, typed: str, title: str) -> None:
    assert best(names, typed)[0] == title


def test_only_the_very_same_name_is_exact(names: TopicNames) -> None:
    scores = {topic.title: topic.score for topic in names.find("machine learning", 5)}
    assert scores["Machine Learning"] == EXACT > scores["Machine Learning in Medicine"] >= NEAR


def test_the_same_title_in_two_channels_is_two_candidates(names: TopicNames) -> None:
    found = names.find("AI", 5)
    assert [(topic.note.key if topic.note else "", topic.score) for topic in found] == [
        ("a/n5.md", EXACT),
        ("b/ai.md", EXACT),
    ]


def test_a_topic_that_is_only_linked_to_says_how_often(names: TopicNames) -> None:
    (topic,) = names.find("quantum computing", 1)
    assert (topic.note, topic.mentions, topic.score) == (None, len(TITLES), EXACT)


@pytest.mark.parametrize("typed", ["", " ", "🎈", "io", "xylophone", "the", "?!", "\0"])
def test_what_names_nothing_finds_nothing(names: TopicNames, typed: str) -> None:
    assert best(names, typed) in ([], ["The Who"])


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_may_be_a_name(names: TopicNames, text: str) -> None:
    found = names.find(text, 5)
    assert [topic.score for topic in found] == sorted((t.score for t in found), reverse=True)
    assert all(NEAR <= topic.score <= EXACT for topic in found)


def test_notes_whose_titles_have_no_letters_do_no_harm(tmp_path: Path) -> None:
    write_note(tmp_path / "notes", "a.md", '"?!"')
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        loaded = load_names(database, 1)
    assert (best(loaded, "what"), best(loaded, "?!"), len(loaded.topics)) == ([], [], 1)


def test_an_empty_index_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        assert load_names(database, 1).find("anything", 5) == ()
