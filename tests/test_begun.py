"""A search while it is typed: what is not finished is taken for what it may become."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library import Library
from storage.begun import finished, search_typed
from tests.library_fixture import cite, note


@pytest.mark.parametrize(
    ("typed", "others", "meant"),
    [
        ("eggsh", [], "eggshell"),
        ("EGGsh", [], "eggshell"),
        ("tides", [], "tides"),
        ("tide", [], "tide"),
        ("the", [], "the"),
        ("e", [], "e"),
        ("zqx", [], "zqx"),
        ("", [], ""),
    ],
)
async def test_a_word_that_no_note_has_becomes_one_that_begins_so(
    library: Library, typed: str, others: list[str], meant: str
) -> None:
    assert await library.ask(finished, library.memory, typed, others) == meant


@pytest.mark.parametrize(
    ("others", "meant"), [([], "correct"), (["land"], "corridor"), (["the"], "correct")]
)
async def test_of_several_endings_the_one_said_with_the_other_words_is_meant(
    tmp_path: Path, others: list[str], meant: str
) -> None:
    said = {"a": "is correct", "b": "was correct", "c": "has a land corridor"}
    for name, words in said.items():
        path = tmp_path / f"notes/maps/{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note(name, f"MapsVideo-{name}", f"A map {words} {cite('00:00:05')}."))
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    library.settle = 0
    await library.reload()
    found = await library.ask(finished, library.memory, "corr", others)
    library.close()
    assert found == meant


@pytest.mark.parametrize(
    "text", ["compost eggsh", "eggsh", "compost -boils eggsh", "channel:kitchens eggsh"]
)
async def test_the_last_word_is_finished_wherever_it_stands(library: Library, text: str) -> None:
    found = await library.ask(search_typed, library.memory, text, 5)
    assert found.hits[0].note.key == "kitchens/compost.md"
    assert not found.mended


@pytest.mark.parametrize("text", ['"eggsh', "eggsh ", "-eggsh", "channel:eggsh", "eggsh?"])
async def test_what_is_finished_or_no_plain_word_stands_as_typed(
    library: Library, text: str
) -> None:
    found = await library.ask(search_typed, library.memory, f"zqx {text}", 5)
    assert not found.hits


async def test_a_page_in_the_text_does_not_count(library: Library) -> None:
    second = await library.ask(search_typed, library.memory, "tulip page:2", 5)
    assert second == await library.ask(search_typed, library.memory, "tulip", 5)
