"""Inline queries and mentions from end to end: the real process, in chats it is no member of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.botapi.people import ALICE, ANONYMOUS_ADMIN, BOB, ELSEWHERE, PRIVATE, SUPERGROUP, user
from tests.botapi.server import BotApiServer
from tests.service import NOTE, TREES, ask, link_of, links_of, notes, running, write_trees

__all__ = ["notes"]

CLAIM = "In a mild winter the hazel keeps its buds closed until the first warm week."
NOTHING = "Nothing in these notes for “quince marmalade”."
LONG = "which of all these trees was it that keeps its buds closed in a mild winter: zelkova"
WAYS = {
    '"first warm week" hazel': "hazel",
    "channel:arboretum oak": "oak",
    "topic:hazel winter": "hazel",
    "topic:hazel": "hazel",
    "video:Tree_000014": "hazel",
    "video:Tree_000014 buds": "hazel",
    "hazle": "hazel",
    "youtu.be/Tree_000014": "hazel",
    "https://www.youtube.com/watch?v=Tree_000014&t=7m14s": "hazel",
    "buds https://youtu.be/Tree_000014?t=434": "hazel",
    "Tree_000014": "hazel",
    "  HAZEL ": "hazel",
    CLAIM: "hazel",
}
SOON = 60
"""Seconds of caching after which a reload is still no surprise."""
Json = dict[str, Any]


async def typed(api: BotApiServer, text: str, **more: Any) -> Json:
    """What comes of it when someone types it after the bot's name."""
    return await api.answered(api.type_inline(text, **more))


def cards(answer: Json) -> list[str]:
    """The links that the cards of an answer are about, of those that have one."""
    contents = [result["input_message_content"] for result in answer["results"]]
    previews = [content.get("link_preview_options", {}).get("url") for content in contents]
    return [url for url in previews if url]


def told(answer: Json) -> str:
    """The words that the only card posts."""
    (result,) = answer["results"]
    assert result["input_message_content"]["message_text"] == result["description"]
    return str(result["description"])


def buttons(message: Json) -> list[Json]:
    return [one for row in message["reply_markup"]["inline_keyboard"] for one in row]


async def said(api: BotApiServer, mention: Json) -> Json:
    """What a mention put into its chat."""
    await api.answered(mention)
    return api.posted(mention)


async def all_pages(api: BotApiServer, text: str) -> list[Json]:
    """Scroll to the end; every card."""
    found, offset = [], ""
    while True:
        answer = await typed(api, text, offset=offset)
        found += answer["results"]
        offset = answer["next_offset"]
        if not offset:
            return found


async def test_of_what_is_typed_letter_by_letter_the_last_word_counts(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        queries = [api.type_inline("hazel"[:end]) for end in range(1, 6)]
        others = [
            api.type_inline(tree, user=user(3000 + at, tree)) for at, tree in enumerate(TREES)
        ]
        assert link_of("hazel") in cards(await api.answered(queries[-1]))
        for tree, query in zip(TREES, others, strict=True):
            assert cards(await api.answered(query))[0] == link_of(tree)
        await api.polling()
        answered = [call["inline_query_id"] for call in api.called("answerInlineQuery")]
        hers = [query["id"] for query in queries if query["id"] in answered]
        assert hers == [queries[-1]["id"]]


async def test_one_scrolls_to_the_end_and_sees_each_moment_once(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for text in ("", "mild winter", "channel:arboretum", "channel:arboretum buds -sun"):
            found = await all_pages(api, text)
            ids = [one["id"] for one in found]
            assert len(ids) == len(set(ids)) == len(TREES)
            links = cards({"results": found})
            assert set(links) == set(map(link_of, TREES))
        for odd in ("999999", "-10", "x", "10 ", "٣", "é" * 32):
            assert (await typed(api, "mild winter", offset=odd))["results"]


async def test_a_card_is_a_moment_and_so_is_what_it_posts(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        query = api.type_inline("hazel")
        card = (await api.answered(query))["results"][0]
        assert card["title"] == "The hazel"
        assert card["thumbnail_url"] == "https://i.ytimg.com/vi/Tree_000014/mqdefault.jpg"
        assert card["description"] == f"{CLAIM} · arboretum · 7:14"
        posted = api.pick(query)
        assert posted["text"] == f"{CLAIM}\narboretum · The hazel · 7:14"
        quote = next(one for one in posted["entities"] if "blockquote" in one["type"])
        assert (quote["offset"], quote["length"]) == (0, len(CLAIM))
        play, more = buttons(posted)
        pinned = posted["link_preview_options"]["url"]
        assert [pinned] == links_of(posted) == [play["url"]] == [link_of("hazel")]
        assert play["text"] == "▶ 7:14"
        opened = await ask(api, f"/start {more['url'].partition('start=')[2]}", PRIVATE)
        assert CLAIM in opened["text"]


async def test_every_way_to_ask_finds_its_moment(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        for text, tree in WAYS.items():
            assert cards(await typed(api, text))[:1] == [link_of(tree)], text
        without = await all_pages(api, "winter -hazel")
        assert set(cards({"results": without})) == {link_of(t) for t in TREES if t != "hazel"}


async def test_what_cannot_be_found_is_said_by_one_card_that_may_be_posted(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        query = api.type_inline("quince marmalade")
        assert told(await api.answered(query)) == NOTHING
        assert api.pick(query)["text"] == NOTHING
        for text in ("channel:orchard", "topic:orchard", "https://youtu.be/NoSuchVideo", "cite:x"):
            said = told(await typed(api, text))
            assert said.endswith(".")
        for text in ("the", "a", "-oak", '"', "💥", "x" * 256, "page:9999999 winter", "%_'\\;"):
            assert (await typed(api, text))["results"], text


async def test_the_button_above_leads_to_the_private_chat_with_the_question_kept(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api:
        async with running(api, notes, tmp_path):
            for text in ("quince marmalade", "", LONG):
                button = (await typed(api, text))["button"]
                if text != LONG:
                    opened = await ask(api, f"/start {button['start_parameter']}", PRIVATE)
                    assert opened["text"].startswith(NOTHING if text else "I answer from notes")
        async with running(api, notes, tmp_path):
            opened = await ask(api, f"/start {button['start_parameter']}", PRIVATE)
            assert opened["text"].startswith("No note has “trees”, “zelkova”.")
            assert set(links_of(opened)) <= set(map(link_of, TREES))
            lost = await ask(api, "/start k_AAAAAAAAAAAAAAAA", PRIVATE)
            assert lost["text"] == "I have lost the question of that link. Please type it here."


async def test_a_new_note_is_found_by_the_next_query(tmp_path: Path) -> None:
    notes = write_trees(tmp_path / "notes", ["oak"])
    async with BotApiServer() as api, running(api, notes, tmp_path / "data") as service:
        before, since = await typed(api, "hazel"), len(service.log)
        assert cards(before) == []
        text = NOTE.format(tree="hazel", number=TREES.index("hazel"))
        (notes / "arboretum" / "the_hazel.md").write_text(text, "utf-8")
        await service.wrote("1 notes added", since)
        assert cards(await typed(api, "hazel")) == [link_of("hazel")]
        assert link_of("hazel") in cards(await typed(api, ""))
        assert before["cache_time"] <= SOON


async def test_a_bot_for_a_few_answers_strangers_with_nothing(notes: Path, tmp_path: Path) -> None:
    few = {"TUBENOTES_ALLOWED_CHATS": str(ALICE["id"])}
    async with BotApiServer() as api, running(api, notes, tmp_path, **few):
        friend, stranger = await typed(api, "hazel"), await typed(api, "hazel", user=BOB)
        assert cards(friend) == [link_of("hazel")]
        assert friend["is_personal"]
        assert (stranger["results"], stranger["is_personal"]) == ([], True)
        assert "button" not in stranger
        api.mention(CLAIM, user=BOB)
        mine = api.mention(CLAIM)
        assert links_of(await said(api, mine)) == [link_of("hazel")]
        await api.polling()
        assert len(api.called("answerGuestQuery")) == 1


async def test_an_answer_that_is_lost_on_the_way_is_sent_again_and_a_late_one_is_not(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api:
        late = api.type_inline("oak")
        api.world.typed[late["id"]] -= 11
        async with running(api, notes, tmp_path):
            api.fail("answerInlineQuery", 502)
            assert cards(await typed(api, "hazel", user=BOB)) == [link_of("hazel")]
            assert api.world.inline[late["id"]] is None


async def test_where_the_bot_is_a_member_a_posted_card_is_left_alone_and_can_be_asked_about(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        query = api.type_inline("hazel", chat_type="supergroup")
        await api.answered(query)
        posted = api.pick(query, chat=SUPERGROUP)
        answer = await ask(api, "/source", SUPERGROUP, user=BOB, reply_to=posted)
        assert link_of("hazel") in links_of(answer)
        assert "The hazel" in answer["text"]
        await api.polling()
        assert len(api.called("sendMessage")) == 1


# --- mentions -------------------------------------------------------------------------------------


async def test_a_mention_in_a_reply_gets_the_moment_that_says_it(
    notes: Path, tmp_path: Path
) -> None:
    origin = {"type": "channel", "date": 1_700_000_000, "message_id": 5, "chat": ELSEWHERE}
    photo: Json = {"photo": [], "caption": CLAIM, "forward_origin": origin}
    quote = {"text": CLAIM, "position": 14, "is_manual": True}
    several = f"Lots of talk. {CLAIM} And more: the weather is bad, prices rise."
    async with BotApiServer() as api, running(api, notes, tmp_path):
        heard = [
            api.mention(reply_to=api.overheard(CLAIM)),
            api.mention(reply_to=api.overheard("", **photo)),
            api.mention(reply_to=api.overheard(several), quote=quote),
            api.mention("is that so?", reply_to=api.overheard(CLAIM, forward_origin=origin)),
            api.mention(reply_to=api.overheard("see https://youtu.be/Tree_000014?t=434")),
            api.mention(CLAIM),
            api.mention("hazel buds"),
            api.mention(CLAIM, user=ANONYMOUS_ADMIN, sender_chat=ELSEWHERE),
        ]
        for mention in heard:
            posted = await said(api, mention)
            assert posted["text"] == f"{CLAIM}\narboretum · The hazel · 7:14"
            assert links_of(posted) == [link_of("hazel")]
            assert posted["link_preview_options"]["url"] == link_of("hazel")
        assert api.called("sendMessage") == []


async def test_a_mention_that_nothing_can_be_found_for_is_told_so(
    notes: Path, tmp_path: Path
) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        cats = api.mention(reply_to=api.overheard("Cats rule the internet now."))
        none = "No source in these notes for “Cats rule the internet now.”."
        assert (await said(api, cats))["text"] == none
        how = await said(api, api.mention())
        assert how["text"].startswith("Mention me in a reply to a claim, or write the claim")
        dice = api.overheard("", dice={"emoji": "🎲", "value": 3})
        assert (await said(api, api.mention(reply_to=dice)))["text"] == how["text"]


async def test_a_mention_leads_on_to_the_private_chat(notes: Path, tmp_path: Path) -> None:
    async with BotApiServer() as api, running(api, notes, tmp_path):
        posted = await said(api, api.mention(reply_to=api.overheard(CLAIM)))
        more = buttons(posted)[1]["url"]
        opened = await ask(api, f"/start {more.partition('start=')[2]}", PRIVATE)
        assert CLAIM in opened["text"]
        assert "Share" in [button["text"] for button in buttons(opened)]
