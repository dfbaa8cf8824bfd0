"""`/source` as a reply: to a claim, to a link, to one of the bot's excerpts, to talk."""

from __future__ import annotations

import pytest

from bot.library import Library
from bot.reply import RepliedTo
from tests.library_fixture import ask, requests, words

LINK = "https://youtu.be/SampleTidal?t=392"
PULLS = "Tides come about because the Moon pulls harder on the near side of the Earth"


async def test_a_reply_to_a_claim_is_that_claim(library: Library) -> None:
    reply = await ask(library, "/source", RepliedTo("The Moon pulls harder\non the near side!"))
    assert PULLS in words(reply)


async def test_the_words_typed_count_more_than_the_message_replied_to(library: Library) -> None:
    reply = await ask(library, "/source moon pulls harder", RepliedTo("Peel and eggshell"))
    assert PULLS in words(reply)


async def test_a_reply_to_a_link_alone_or_with_a_few_words_is_that_video(library: Library) -> None:
    for text in ("", LINK, f"look at this {LINK}"):
        reply = await ask(library, "/source", RepliedTo(text, (LINK,)))
        assert "night_sky · around 6:32" in words(reply), text


async def test_a_reply_to_a_claim_with_a_link_is_the_claim(library: Library) -> None:
    text = f"He says that peel and eggshell make good compost {LINK}"
    reply = await ask(library, "/source", RepliedTo(text, (LINK,)))
    assert [hit.note.key for hit in reply.hits] == ["kitchens/compost.md"]


async def test_a_claim_without_a_source_falls_back_to_its_link(library: Library) -> None:
    text = f"xylophones zigzag quietly tonight {LINK}"
    assert "around 6:32" in words(await ask(library, "/source", RepliedTo(text, (LINK,))))


async def test_a_reply_to_an_own_excerpt_opens_its_note_and_context(library: Library) -> None:
    asked = await ask(library, "the difference stretches the oceans into two bulges")
    link = next(span.url for span in asked.text if span.url)
    reply = await ask(library, "/source", RepliedTo(words(asked), (link,), own=True))
    lines = words(reply).split("\n")
    assert lines[0] == "Tides and the pull of the Moon"
    assert [hit.moment.start for hit in reply.hits] == [390, 408, 442]
    assert [word for word in lines if word in ("Before", "Here", "After")] == [
        *("Before", "Here", "After")
    ]
    assert reply.preview == link
    assert "Tides and the pull of the Moon" in requests(reply)


async def test_an_own_excerpt_names_other_notes_on_that_moment(library: Library) -> None:
    link = "https://youtu.be/TinyVideo-A?t=64"
    reply = await ask(library, "/source", RepliedTo("The tulip of part 1", (link,), own=True))
    assert "The same moment is also told in: Storing bulbs" in words(reply)
    assert list(requests(reply)) == ["Growing tulips", "Storing bulbs"]


async def test_an_own_message_without_a_moment_is_no_claim(library: Library) -> None:
    reply = await ask(library, "/source", RepliedTo("No source in these notes.", (), own=True))
    assert words(reply).startswith("That message of mine shows no moment.")


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("https://youtu.be/SampleTidal?t=1", "/source SampleTidal"),
        ("https://youtu.be/AAAAAAAAAAA?t=1", "/topic"),
    ],
)
async def test_an_own_excerpt_that_is_gone_is_said_to_be(
    library: Library, link: str, leads_to: str
) -> None:
    reply = await ask(library, "/source", RepliedTo("Some old words", (link,), own=True))
    assert words(reply) == "What I quoted there has changed in the notes, or is gone."
    assert list(requests(reply).values()) == [leads_to]


async def test_a_claim_in_the_midst_of_talk_is_found_by_its_sentence(library: Library) -> None:
    talk = (
        "Hello all, I was away for a week and read your long discussion about holidays.\n"
        "The Moon pulls harder on the near side of the Earth than on the far side! "
        "Anyway, who is in for lunch on Saturday at the new place?"
    )
    reply = await ask(library, "/source", RepliedTo(talk))
    assert reply.found
    assert reply.hits[0].moment.start == 390
    assert reply.quote == talk.splitlines()[1].partition("! ")[0] + "!"


async def test_talk_without_any_claim_of_the_notes_has_no_source(library: Library) -> None:
    talk = "Hello all, I was away for a week. Who is in for lunch on Saturday? Bring some bread."
    reply = await ask(library, "/source", RepliedTo(talk))
    assert not reply.found
