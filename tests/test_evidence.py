"""The sentence of a message that the notes say: people say more than a claim when they talk."""

from __future__ import annotations

from bot.evidence import best_claim, best_source
from bot.library import Library

MOON = "The Moon pulls harder on the near side of the Earth than on its far side."


async def test_of_several_claims_the_one_that_is_said_best_is_found(library: Library) -> None:
    found = await best_claim(library, f"Cats rule the whole internet now. {MOON} Are you well?")
    assert found is not None
    assert (found[0], found[1].moment.start) == (MOON, 390)


async def test_talk_that_no_note_says_has_no_claim(library: Library) -> None:
    assert await best_claim(library, "Cats rule the internet now. Who brings some bread?") is None


async def test_a_claim_with_too_few_telling_words_is_not_looked_for(library: Library) -> None:
    assert await best_source(library, "tides", 1)
    assert await best_source(library, "tides", 2) is None
