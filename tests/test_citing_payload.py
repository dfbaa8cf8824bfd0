"""What names a passage: short enough for a link, its own, and the same in years to come."""

from __future__ import annotations

import os
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.citing import Cite, Fate, cite_of, find_cited, from_payload, to_payload
from storage.reading import open_video
from tests.citing_fixture import HONEY, Notes, all_of, honey, notes, told
from tests.vaults import build, reader

__all__ = ["honey", "notes"]

VAULT = Path(os.environ.get("TUBENOTES_VAULT") or Path(__file__).parents[2] / "shared" / "vault")
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def test_the_name_of_a_passage_never_changes_its_form(honey: str) -> None:
    """Messages of years ago hold it: do not mend this test, mend what broke it."""
    assert honey == "cvideo-one-1xk7RWkBobeNN0SEGOr8h"


@given(
    st.integers(0, 36**10 - 1), *(st.text(CHARACTERS, min_size=n, max_size=n) for n in (11, 8, 10))
)
def test_a_payload_comes_back_and_fits_a_link(start: int, video: str, said: str, ref: str) -> None:
    payload = to_payload(Cite(video, start, said, ref))
    assert from_payload(payload) == Cite(video, start, said, ref)
    assert re.fullmatch(r"c[A-Za-z0-9_-]{30,39}", payload)


@given(
    st.one_of(
        st.text(),
        st.text(CHARACTERS, max_size=70).map(lambda text: f"c{text}"),
        st.from_regex(r"c[A-Za-z0-9_-]{29}0{0,2}[0-9a-zA-Z]{0,12}\n?", fullmatch=True),
    )
)
def test_any_text_is_a_payload_that_comes_back_or_none(text: str) -> None:
    cited = from_payload(text)
    assert cited is None or to_payload(cited) == text


@pytest.mark.parametrize(
    "tampered",
    ["", "c", "d{0}", "{0}!", " {0}", "{0}\n", "{0} long", "n_{0}", "{0}{0}", "{0}é", "{0}Z"],
)
def test_what_was_never_a_payload_is_none(honey: str, tampered: str) -> None:
    assert from_payload(tampered.format(honey)) is None


def test_a_second_is_written_in_one_way_only(honey: str) -> None:
    assert from_payload(f"{honey[:-2]}0{honey[-2:]}") is None


def test_passages_without_a_word_have_names_too(notes: Notes) -> None:
    yes = notes.hit(HONEY)
    no = replace(yes, passage=replace(yes.passage, text="✗"))
    assert cite_of(replace(yes, passage=replace(yes.passage, text="✓"))) != cite_of(no)


@pytest.mark.skipif(not VAULT.is_dir(), reason="no vault beside the repository")
def test_of_the_vault_each_passage_of_a_video_has_a_name_of_its_own(tmp_path: Path) -> None:
    channels = sorted(path for path in VAULT.iterdir() if path.is_dir())
    chosen = random.Random(5).sample(channels, 2)
    for channel in chosen:
        shutil.copytree(channel, tmp_path / "notes" / channel.name)
    build(tmp_path / "notes", tmp_path / "index.db")
    with reader(tmp_path / "index.db") as database:
        videos = database.execute("select distinct video_id from notes order by 1").fetchall()
        assert videos
        for (video_id,) in videos[:5]:
            video = open_video(database, video_id, 1)
            assert video is not None
            hits = [hit for note in video.notes for hit in all_of(database, note.key)]
            named = {to_payload(cite_of(hit)): hit for hit in hits}
            assert len(named) == len({(told(hit), hit.note.ref, hit.moment.start) for hit in hits})
            for payload, hit in named.items():
                opened = find_cited(database, from_payload(payload) or cite_of(hit))
                assert opened.fate is Fate.SAME
                assert opened.hit is not None
                assert to_payload(cite_of(opened.hit)) == payload
