"""What a parcel tells: notes as they are now, digests whose pages are kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from storage.announce import announce
from storage.digests import digest
from tests.outbox import NOTES, World, index_of, write_tides
from tests.owing import (
    ANN,
    NOW,
    marked,
    new_note,
    opened_state,
    subscribe,
    tell,
)


async def test_many_notes_are_one_digest_whose_pages_are_kept(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, *range(20))
    await world.run()
    (message,) = world.telegram.arrived
    assert message.text.startswith("20 new notes")
    ((ref,),) = world.state.database.execute("select ref from digests").fetchall()
    assert digest(world.state, ref) == tuple(new_note(number).key for number in range(20))


async def test_a_note_that_is_gone_is_not_told_and_holds_nothing_up(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, NOTES + 1, 0)
    await world.run()
    assert world.telegram.told(ANN) == [0]
    tell(world.state, *range(NOTES + 1, NOTES + 10), 1)
    await world.run()
    assert world.telegram.arrived[-1].text.startswith("New note: Tides 1\nnight_sky")


async def test_a_renamed_note_is_told_as_it_is_named_now(world: World) -> None:
    subscribe(world.state, ANN)
    old = new_note(4, channel="night_skies")
    announce(world.state, [(old, marked(old))], NOW)
    await world.run()
    assert world.telegram.arrived[0].text.startswith("New note: Tides 4\nnight_sky\n")


async def test_while_an_index_is_built_nothing_is_taken_for_gone(tmp_path: Path) -> None:
    notes = write_tides(tmp_path / "notes", 0)
    path = index_of(notes, tmp_path / "index.db")
    with opened_state(tmp_path) as state, closing(Database(path)) as writer:
        writer.execute("update meta set value = 0 where name = 'complete'")
        writer.conn.commit()
        world = World(state, writer)
        subscribe(state, ANN)
        tell(state, 0)
        await world.run(hours=0.1)
        assert world.is_owed()
        index_of(write_tides(notes, 1), path)
        await world.run(hours=0.1)
        assert world.telegram.told(ANN) == [0]
