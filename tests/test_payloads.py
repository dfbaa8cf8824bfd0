"""The payload of a /start link: it leads to the question it was made from, or nowhere."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.library import Library
from bot.payloads import asked_by, payload_of, read_cite
from bot.text import tidy


async def _asked(library: Library, text: str) -> str | None:
    """What the link leads to, once a long question is kept."""
    payload, kept = payload_of(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    if kept:
        await library.keep_request(payload, kept)
    return await asked_by(library, payload)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=256).map(tidy))
def test_any_question_is_found_again(library: Library, text: str) -> None:
    expected = f"/search {text}" if text else "/start"
    assert asyncio.run(_asked(library, text)) == expected


async def test_only_a_long_question_has_to_be_kept(library: Library) -> None:
    assert payload_of("x" * 46) == (f"q_{'eHh4' * 15}eA", "")
    payload, kept = payload_of("x" * 47)
    assert payload.startswith("k_")
    assert kept == f"/search {'x' * 47}"
    assert await asked_by(library, payload) is None


async def test_a_citation_leads_to_its_card(library: Library) -> None:
    payload = "cSampleTidalprint--8note--ref-12"
    assert payload_of(f"cite:{payload} long") == (payload, "")
    assert (payload_of("cite:broken")[0])[:2] == "q_"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("cite:abc", ("abc", False)),
        ("Cite:abc long", ("abc", True)),
        ("cite:", ("", False)),
        ("cite:abc short", None),
        ("to cite:abc", None),
    ],
)
def test_a_shared_citation_is_told_from_words(text: str, read: tuple[str, bool] | None) -> None:
    assert read_cite(text) == read


@pytest.mark.parametrize("payload", ["q_!", "q_\xff", "q_gA", "q_a", "k_nothing", "n_x", "", "k_"])
async def test_a_tampered_start_asks_for_nothing(library: Library, payload: str) -> None:
    assert await asked_by(library, payload) is None
