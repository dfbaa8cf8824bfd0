"""Cards and permanent citations from end to end: the real process, its notes changed under it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from storage.citing import from_payload
from tests.botapi.markup import utf16
from tests.botapi.people import BOB, GROUP, PRIVATE
from tests.botapi.server import BotApiServer
from tests.library_fixture import write_vault
from tests.service import Service, ask, links_of, running

TULIP = "The tulip of part 3 flowers."
LINK = "https://youtu.be/TinyVideo-A?t=184"
ASK = '/search "tulip of part 3"'
CHANGED = "The note has changed since; this is the nearest that"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_vault(tmp_path_factory.mktemp("vault") / "notes")


@pytest.fixture
def notes(vault: Path, tmp_path: Path) -> Path:
    """A vault of the test's own, to change."""
    shutil.copytree(vault, tmp_path / "notes")
    return tmp_path / "notes"


def rows(message: Json) -> list[list[str]]:
    return [[one["text"] for one in row] for row in message["reply_markup"]["inline_keyboard"]]


def button(message: Json, label: str) -> Json:
    found = (one for row in message["reply_markup"]["inline_keyboard"] for one in row)
    return next(one for one in found if one["text"] == label)


async def card(api: BotApiServer) -> Json:
    """The card of the tulip of part 3, opened from a search as people do."""
    found = await ask(api, ASK, PRIVATE)
    assert rows(found) == [["3:04"]]
    api.press(found, "3:04")
    return await api.next_message(PRIVATE)


async def pressed(api: BotApiServer, message: Json, label: str) -> Json:
    """The message as it is after the press."""
    await api.answered(api.press(message, label))
    return await api.next_edit(message["chat"])


async def posted(api: BotApiServer, query: str) -> Json:
    """The only card for a query, as it stands in the chat that it was posted to."""
    typed = api.type_inline(query, chat_type="group")
    assert len((await api.answered(typed))["results"]) == 1
    return api.pick(typed)


def payload_of(message: Json) -> str:
    """What a card's Share button names."""
    query: str = button(message, "Share")["switch_inline_query_chosen_chat"]["query"]
    payload = query.removeprefix("cite:").removesuffix(" long")
    assert from_payload(payload)
    return payload


async def reloaded(service: Service, notes: Path, old: str, new: str, key: str) -> None:
    """Change words of a note and wait until the bot has read it."""
    since, path = len(service.log), notes / key
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    await service.wrote("1 changed", since)


async def test_a_result_opens_a_card_that_leafs_grows_and_shrinks(
    vault: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, vault, tmp_path):
        first = await card(api)
        assert first["text"] == (
            f"Growing tulips\ngardens · video: A year in the garden\n\n{TULIP}\n3:04"
        )
        assert links_of(first) == [LINK] == [first["link_preview_options"]["url"]]
        assert rows(first) == [
            ["◀ Earlier", "Later ▶", "Longer"],
            ["Share", "Copy citation", "Source", "Topic"],
        ]
        longer = await pressed(api, first, "Longer")
        assert f"Then it rests.\n{TULIP} Then it rests." in longer["text"]
        assert rows(longer)[0] == ["◀ Earlier", "Later ▶", "Shorter"]
        assert (await pressed(api, longer, "Shorter"))["html"] == first["html"]
        later = await pressed(api, first, "Later ▶")
        assert "Then it rests.\n3:17" in later["text"]
        assert (await pressed(api, later, "◀ Earlier"))["html"] == first["html"]
        assert len(api.called("sendMessage")) == 2


async def test_what_is_shared_is_what_was_seen_to_the_letter(vault: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, vault, tmp_path):
        seen = await card(api)
        for label in ("Longer", "Later ▶", "Shorter"):
            query = button(seen, "Share")["switch_inline_query_chosen_chat"]["query"]
            shared = await posted(api, query)
            for key in ("text", "entities", "link_preview_options"):
                assert shared[key] == seen[key]
            back = rows(shared)[0][1]
            opened = await ask(
                api, "/start " + button(shared, back)["url"].partition("start=")[2], PRIVATE
            )
            assert payload_of(opened) == payload_of(seen)
            seen = await pressed(api, seen, label)


async def test_a_citation_is_copied_with_its_source(vault: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, vault, tmp_path):
        copied = button(await card(api), "Copy citation")["copy_text"]["text"]
        assert copied == f"“{TULIP}” – gardens, Growing tulips, 3:04 {LINK}"
        found = await ask(api, "/search gardener plants", PRIVATE)
        api.press(found, rows(found)[0][0])
        copied = button(await api.next_message(PRIVATE), "Copy citation")["copy_text"]["text"]
        assert utf16(copied) <= 256
        assert copied.endswith(
            "…” – gardens, Storing bulbs, 31:40 https://youtu.be/TinyVideo-A?t=1900"
        )


async def test_source_and_topic_are_messages_of_their_own(vault: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, vault, tmp_path):
        opened = await card(api)
        await api.answered(api.press(opened, "Source"))
        assert "around 3:04" in (await api.next_message(PRIVATE))["text"]
        await api.answered(api.press(opened, "Topic"))
        assert (await api.next_message(PRIVATE))["text"].startswith("Growing tulips")
        await api.polling()
        assert api.called("editMessageText") == []


async def test_among_others_a_card_is_only_passed_on(vault: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, vault, tmp_path):
        payload = payload_of(await card(api))
        there = await ask(api, f"/cite {payload}", GROUP, user=BOB)
        assert TULIP in there["text"]
        labels = [label for row in rows(there) for label in row]
        assert labels[:2] == ["Share", "Copy citation"]
        assert not {"Source", "Topic", "Longer", "Later ▶"} & set(labels)


async def test_a_citation_opens_the_same_words_after_edits_and_renames(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path / "data"):
            seen = await card(api)
            payload, start = payload_of(seen), "/start " + payload_of(seen)
        async with running(api, notes, tmp_path / "data") as service:
            again = await ask(api, start, PRIVATE)
            assert again["html"] == seen["html"]
            await reloaded(service, notes, "of part 2 ", "of the second part ", "gardens/tulips.md")
            assert (await ask(api, start, PRIVATE))["html"] == seen["html"]
            since, old = len(service.log), notes / "gardens" / "tulips.md"
            old.rename(old.with_name("spring flowers.md"))
            await service.wrote("1 removed", since)
            renamed = await ask(api, start, PRIVATE)
            assert (renamed["text"], links_of(renamed)) == (seen["text"], links_of(seen))
            await pressed(api, seen, "Longer")
            assert (await posted(api, f"cite:{payload}"))["text"] == seen["text"]


async def test_a_citation_says_that_its_words_changed_and_when_they_are_gone(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path / "data") as service:
        seen = await card(api)
        payload = payload_of(seen)
        query = f"cite:{payload}"
        await reloaded(
            service, notes, "tulip of part 3 flowers", "poppy wilts", "gardens/tulips.md"
        )
        changed = await ask(api, f"/start {payload}", PRIVATE)
        assert changed["text"].startswith(f"{CHANGED} it says now.")
        assert "The poppy wilts." in changed["text"]
        assert (await posted(api, query))["text"] == changed["text"]
        since = len(service.log)
        (notes / "gardens" / "tulips.md").unlink()
        await service.wrote("1 removed", since)
        gone = await ask(api, f"/start {payload}", PRIVATE)
        assert gone["text"] == "The note no longer says this."
        assert rows(gone) == [["All moments of this video"], ["Browse all topics"]]
        assert "A bulb sleeps" in (await pressed(api, gone, "All moments of this video"))["text"]
        assert (await posted(api, query))["text"] == gone["text"]
        assert (await pressed(api, seen, "Longer"))["text"] == gone["text"]


async def test_what_was_tampered_with_gets_a_polite_answer(vault: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, vault, tmp_path):
        seen = await card(api)
        payload = payload_of(seen)
        broken = [payload[:-3], payload + "x" * 30, payload.upper(), payload[::-1], "c", "c" * 64]
        for text in [*broken, "c" * 40, "q_4pi", "k_" * 9, "n_", "n_zzzzzzzzzz", "d_1", "'--", "é"]:
            said = await ask(api, f"/start {text}", PRIVATE)
            assert TULIP not in said["text"]
        for text in broken:
            said = await ask(api, f"/cite {text}", PRIVATE)
            assert said["text"].startswith("I cannot read that citation.")
            assert (await posted(api, f"cite:{text}"))["text"] == said["text"]
        for data in ("/cite zzz", "+/cite zzz", "~nothing", "/cite", "/nonsense", "x" * 64):
            await api.answered(api.press(seen, data=data))
        data = button(seen, "Longer")["callback_data"]
        await api.answered(api.press(seen, data=data, inaccessible=True))
        assert await api.until(lambda: TULIP in api.called("editMessageText")[-1]["text"])
