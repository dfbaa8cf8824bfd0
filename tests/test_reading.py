"""What a reader opens: a note, a video, a topic that is only linked to, an excerpt of ours."""

from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from storage.model import Trust
from storage.reading import (
    OpenNote,
    best_of,
    counts,
    find_excerpt,
    find_note,
    mentioned_in,
    most_linked,
    neighbours,
    notes_of_channel,
    open_note,
    open_video,
)
from tests.vaults import OTHER, THIRD, VIDEO, build, cite, reader, write_file, write_note

BEES = f"""Bees live in hives {cite(5)}.

## Honey
Bees make honey {cite(100)}. It keeps for years {cite(130)}. Honey is sweet {cite(160)}.

## Dance
They [[waggle_dance | dance]] to show the way {cite(300)}, see [[wax]], [[Wax]] and [[bees]].

Nobody said this.
"""
WAX = f"They build with wax {cite(102)}. Nobody knows when {cite(999_999)}. See [[bees|the bees]]."


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    place = tmp_path_factory.mktemp("reading")
    notes = place / "notes"
    write_note(notes, "farm/bees.md", "Bees", VIDEO, BEES)
    write_note(notes, "farm/wax.md", "Wax", VIDEO, WAX)
    write_note(notes, "film/bees.md", "Bees on film", OTHER, f"A [[waggle_dance]] {cite(7)}.")
    write_note(notes, "film/wax.md", "A wax museum", THIRD, "[[wax]] Nobody cites anything.")
    link = f"https://www.youtube.com/watch?v={VIDEO}"
    write_file(notes, "farm/farm.md", f"---\ntitle: f\n---\n### [Пчёлы]({link})\n")
    build(notes, place / "index.db")
    with reader(place / "index.db") as opened:
        yield opened


def opened(database: Database, ref: str) -> OpenNote:
    note = open_note(database, ref)
    assert note is not None
    return note


def test_a_note_opens_by_its_key_and_by_its_ref(database: Database) -> None:
    bees = opened(database, "farm/bees.md")
    assert (bees.info.title, bees.info.video_title) == ("Bees", "Пчёлы")
    assert opened(database, bees.info.ref) == bees
    assert find_note(database, "bees.md") is None
    assert open_note(database, "gone") is None


def test_a_notes_sections_hold_all_its_moments_in_order(database: Database) -> None:
    bees = opened(database, "farm/bees.md")
    assert [section.heading for section in bees.sections] == [(), ("Honey",), ("Dance",)]
    assert [[hit.moment.start for hit in section.hits] for section in bees.sections] == [
        [5],
        [100, 130, 160],
        [300],
    ]
    assert [note.title for note in bees.sections[1].hits[0].notes] == ["Bees", "Wax"]
    assert best_of(bees.sections[1]).moment.start == 100
    assert "Nobody said this" in bees.rest


def test_links_prefer_the_own_channel_and_come_once(database: Database) -> None:
    links = opened(database, "farm/bees.md").links
    assert [(topic.title, topic.note and topic.note.key) for topic in links] == [
        ("Wax", "farm/wax.md"),
        ("waggle dance", None),
    ]
    assert [note.key for note in opened(database, "farm/bees.md").backlinks] == ["farm/wax.md"]


def test_a_note_without_moments_opens_too(database: Database) -> None:
    wax = opened(database, "film/wax.md")
    assert (wax.sections, wax.backlinks) == ((), ())
    assert "Nobody cites anything" in wax.rest


def test_a_topic_only_linked_to_shows_the_passages_that_link_to_it(database: Database) -> None:
    hits = mentioned_in(database, "Waggle Dance", 5)
    assert [hit.note.key for hit in hits] == ["farm/bees.md", "film/bees.md"]
    assert "dance" in hits[0].passage.sentence
    assert mentioned_in(database, "nothing at all", 5) == ()


def test_a_video_tells_its_moments_in_time_order_those_of_unknown_time_last(
    database: Database,
) -> None:
    video = open_video(database, VIDEO, 10)
    assert video is not None
    assert [(hit.moment.start, hit.moment.trust) for hit in video.hits] == [
        (5, Trust.EXACT),
        (102, Trust.EXACT),
        (130, Trust.EXACT),
        (160, Trust.EXACT),
        (300, Trust.EXACT),
        (0, Trust.START),
    ]
    assert (video.title, video.total, len(video.notes)) == ("Пчёлы", 6, 2)
    second = open_video(database, VIDEO, 2, 2)
    assert second is not None
    assert second.hits == video.hits[2:4]


def test_near_a_second_only_what_is_said_there_is_shown(database: Database) -> None:
    video = open_video(database, VIDEO, 10, around=120)
    assert video is not None
    assert [hit.moment.start for hit in video.hits] == [102, 130]
    start = open_video(database, VIDEO, 10, around=1)
    assert start is not None
    assert [hit.moment.start for hit in start.hits] == [5]


def test_where_nothing_is_near_the_nearest_moment_is_named(database: Database) -> None:
    video = open_video(database, VIDEO, 10, around=4000)
    assert video is not None
    assert (video.hits, video.total) == ((), 0)
    assert video.nearest is not None
    assert video.nearest.moment.start == 300


def test_videos_without_notes_or_without_moments(database: Database) -> None:
    assert open_video(database, "nonexistent", 10) is None
    silent = open_video(database, THIRD, 10, around=5)
    assert silent is not None
    assert (silent.hits, silent.nearest, len(silent.notes)) == ((), None, 1)


def test_an_excerpt_of_ours_is_found_again_by_video_second_and_words(database: Database) -> None:
    hit = find_excerpt(database, VIDEO, 102, "They build with wax. 1:42 farm")
    assert hit is not None
    assert hit.note.key == "farm/wax.md"
    assert find_excerpt(database, VIDEO, 103, "They build with wax") is None


def test_the_neighbours_of_a_passage_are_those_of_its_note(database: Database) -> None:
    sections = opened(database, "farm/bees.md").sections
    hits = [hit for section in sections for hit in section.hits]
    around = [neighbours(database, hit) for hit in hits]
    starts = [tuple(hit and hit.moment.start for hit in pair) for pair in around]
    assert starts == [(None, 100), (5, 130), (100, 160), (130, 300), (160, None)]


def test_what_the_index_holds(database: Database) -> None:
    found = counts(database)
    assert (found.notes, found.passages, found.moments) == (4, 8, 7)
    assert (found.videos, found.channels, found.problems, found.complete) == (3, 2, 0, True)


def test_the_notes_of_a_channel_by_title(database: Database) -> None:
    def titles(channel: str, offset: int = 0) -> list[str]:
        return [note.title for note in notes_of_channel(database, channel, 3, offset)]

    assert titles("farm") == ["Bees", "Wax"]
    assert titles("film", 1) == ["Bees on film"]
    assert titles("") == ["A wax museum", "Bees", "Bees on film"]
    assert titles("nobody") == []


def test_the_notes_that_most_link_to_come_first(database: Database) -> None:
    linked = [note.key for note in most_linked(database, 9)]
    assert sorted(linked) == ["farm/bees.md", "farm/wax.md", "film/bees.md", "film/wax.md"]
    assert linked[0] == "farm/bees.md"


PLANS = """
select 1 from notes n where n.ref = :x or n.key = :x
select 1 from notes n where n.video_id = :x
select 1 from notes n where n.channel = :x order by n.title, n.key limit 5
select 1 from passages where note_id = :x
select 1 from passages where moment_id in (:x, 2)
select 1 from moments where video_id = :x order by start
select 1 from links where note_id = :x
select count(distinct note_id) from links where name = :x
select title from titles where video_id = :x
delete from problems where key = :x
""".strip().splitlines()


@pytest.mark.parametrize("sql", PLANS)
def test_no_question_reads_a_whole_table(database: Database, sql: str) -> None:
    plan = [row[3] for row in database.execute(f"explain query plan {sql}", {"x": "x"})]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP" in step]
