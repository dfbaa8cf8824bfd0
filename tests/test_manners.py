"""Quiet hours, time zone, sound, cooldown: by button or typed, and what is misunderstood."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.manners import ZONES
from bot.reply import Place
from storage.chats import manners_of
from storage.rhythm import Manners, is_zone
from tests.library_fixture import words
from tests.subscribing import Talk, labels, library

__all__ = ["library"]


async def manners(talk: Talk) -> Manners:
    return await talk.library.keep(manners_of, talk.chat_id)


async def test_quiet_hours_are_set_by_button_and_turned_off(library: Library) -> None:
    talk = Talk(library)
    asked = await talk.say("/subscriptions quiet")
    assert words(asked) == (
        "Quiet hours of this chat: none. Choose, or send /subscriptions quiet 22-7."
    )
    assert labels(asked) == [["22:00–07:00", "23:00–08:00", "00:00–06:00"], ["✓ Off", "◀ All"]]
    library.woken.clear()
    reply = await talk.press(asked, "22:00–07:00")
    assert "22:00–07:00 (UTC). What is due then comes at 07:00." in words(reply)
    assert labels(reply)[0][0] == "✓ 22:00–07:00"
    assert (await manners(talk)).quiet == (22, 7)
    assert library.woken.is_set()
    await talk.press(reply, "Off")
    assert (await manners(talk)).quiet is None


@pytest.mark.parametrize("typed", ["25-7", "7", "at night", "7-7", "22-7-8"])
async def test_hours_that_are_none_change_nothing_and_are_said_so(
    library: Library, typed: str
) -> None:
    talk = Talk(library)
    await talk.say("/subscriptions quiet 23-5")
    reply = await talk.say(f"/subscriptions quiet {typed}")
    assert words(reply).startswith(f"I cannot read “{typed}” as hours. ")
    assert (await manners(talk)).quiet == (23, 5)


async def test_a_time_zone_is_set_by_the_name_of_a_city_and_shows_its_clock(
    library: Library,
) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscriptions zone tokyo")
    assert words(reply).startswith(
        "Time zone of this chat: Asia/Tokyo, where it is 21:00 now. Digests and quiet hours"
    )
    assert (await manners(talk)).zone == "Asia/Tokyo"
    await talk.press(reply, "Europe/Berlin")
    assert (await manners(talk)).zone == "Europe/Berlin"


async def test_an_unknown_zone_changes_nothing_and_is_said_so(library: Library) -> None:
    talk = Talk(library)
    reply = await talk.say("/subscriptions zone Atlantis")
    assert words(reply).startswith("I know no time zone “Atlantis”. Time zone of this chat: UTC,")
    assert await manners(talk) == Manners()


def test_zones_on_buttons_are_known_on_every_machine() -> None:
    assert all(is_zone(zone) for zone in ZONES)


async def test_sound_is_turned_off_and_on(library: Library) -> None:
    talk = Talk(library)
    await talk.say("/subscribe everything")
    reply = await talk.press(await talk.say("/subscriptions"), "Silent: off")
    assert words(reply) == "Updates come to this chat without a sound."
    assert (await manners(talk)).silent
    assert "without a sound" in words(await talk.say("/subscriptions"))
    await talk.press(reply, "With a sound")
    assert not (await manners(talk)).silent
    assert words(await talk.say("/subscriptions silent perhaps")).endswith("with a sound.")


async def test_the_cooldown_of_a_group_is_set_by_button_or_typed(library: Library) -> None:
    talk = Talk(library, Place.GROUP)
    asked = await talk.say("/subscriptions cooldown")
    assert words(asked) == (
        "I answer one person 6 times in 60 s in this chat. All together get 18 answers in 60 s, "
        "because Telegram takes few more. Choose, or send /subscriptions cooldown 30 for seconds "
        "between two questions."
    )
    assert labels(asked) == [["✓ Usual", "10 s", "30 s", "60 s", "Off"], ["◀ All"]]
    chosen = await talk.press(asked, "30 s")
    assert words(chosen).startswith("I answer one person once in 30 s in this chat.")
    assert labels(chosen)[0][2] == "✓ 30 s"
    await talk.press(chosen, "Off")
    assert (await manners(talk)).cooldown == 0
    off = await talk.say("/subscriptions cooldown off")
    assert words(off).startswith("I answer one person as often as they ask in this chat.")
    await talk.say("/subscriptions cooldown 45 s")
    assert (await manners(talk)).cooldown == 45
    await talk.press(chosen, "Usual")
    assert (await manners(talk)).cooldown is None


async def test_a_cooldown_that_is_none_changes_nothing_and_is_said_so(library: Library) -> None:
    talk = Talk(library, Place.GROUP)
    await talk.say("/subscriptions cooldown 30")
    for typed in ("soon", "4000", "-3"):
        reply = await talk.say(f"/subscriptions cooldown {typed}")
        assert words(reply).startswith(f"I cannot read “{typed}” as seconds, 3600 at most. ")
    assert (await manners(talk)).cooldown == 30


async def test_only_groups_have_a_cooldown(library: Library) -> None:
    for talk in (Talk(library), Talk(library, Place.CHANNEL, title="Sky", elsewhere=True)):
        reply = await talk.say("/subscriptions cooldown 30")
        assert words(reply).endswith("Only groups have a cooldown.")
        assert await manners(talk) == Manners()


async def test_the_list_of_a_group_tells_its_cooldown(library: Library) -> None:
    talk = Talk(library, Place.GROUP)
    await talk.say("/subscribe everything")
    reply = await talk.say("/subscriptions")
    assert words(reply).endswith("with a sound · cooldown: usual")
    assert labels(reply)[-1] == ["Silent: off", "Cooldown", "Export"]
    await talk.press(await talk.press(reply, "Cooldown"), "30 s")
    assert words(await talk.say("/subscriptions")).endswith("with a sound · cooldown: 30 s")


async def test_one_wish_leaves_the_others_alone(library: Library) -> None:
    talk = Talk(library, Place.GROUP)
    for wish in ("quiet 22-7", "zone Europe/Berlin", "silent on", "cooldown 30"):
        await talk.say(f"/subscriptions {wish}")
    assert await manners(talk) == Manners("Europe/Berlin", (22, 7), silent=True, cooldown=30)
