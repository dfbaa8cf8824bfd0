"""The Bot API server reads Telegram's HTML and forgives nothing in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.botapi import (
    PRIVATE,
    BotApiServer,
    fixtures,
)
from tests.botapi.fixtures import HERE, Client, expect
from tests.botapi.markup import parse_html, utf16

Json = dict[str, Any]

api, bot, client, table = fixtures.api, fixtures.bot, fixtures.client, fixtures.table


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a < b", "Unclosed start tag"),
        ("a < b > c", "Unclosed start tag"),
        ("Q&A", 'unescaped "&"'),
        ("&nbsp;", 'unescaped "&"'),
        ("&#0;", "stands for no character"),
        ("<p>x</p>", 'Unsupported start tag "p"'),
        ("x<br/>y", "Unsupported start tag"),
        ("<b>x", "Can't find end tag"),
        ("x</b>", "Unexpected end tag"),
        ("<b><i>x</b></i>", "Unmatched end tag"),
        ("<b>x</b", "Unclosed end tag"),
        ("<b", "Unclosed start tag"),
        ("<span>x</span>", "must have class"),
        ('<a href="https://youtu.be/a>x</a>', "Unclosed start tag"),
        ('<a href="https://youtu.be/a?b&c">x</a>', 'unescaped "&"'),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "can't be nested"),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji"),
    ],
)
async def test_broken_markup_is_refused(
    api: BotApiServer, client: Client, source: str, words: str
) -> None:
    answer = await client.send(source)
    assert answer["error_code"] == 400
    assert "can't parse entities" in answer["description"]
    expect(api, words)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot; &#39;&#x27;", "a <b> & \"c\" ''", []),
        ("<b>x</b>", "x", [("bold", 0, 1)]),
        ("😀<i>é</i>", "😀é", [("italic", 2, 1)]),
        ("<B>x</B  >", "x", [("bold", 0, 1)]),
        ("<u><s>x</s></u>", "x", [("strikethrough", 0, 1), ("underline", 0, 1)]),
        ("<b></b>x", "x", []),
        ("\n <b> x</b>\n", "x", [("bold", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<span class='tg-spoiler'>x</span>", "x", [("spoiler", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ('<a href="https://e.org/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
    ],
)
def test_good_markup_reads_as_people_see_it(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    found = parse_html(source)
    assert found.text == text
    assert not found.faults
    read = [(one["type"], one["offset"], one["length"]) for one in found.entities]
    assert sorted(read) == sorted(entities)


def test_the_details_of_entities_are_kept() -> None:
    assert parse_html('<a href="https://e.org/?a=1&amp;b=2">x</a>').entities[0]["url"] == (
        "https://e.org/?a=1&b=2"
    )
    assert parse_html('<pre><code class="language-py">x</code></pre>').entities[0]["language"] == (
        "py"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<a href="javascript:x">x</a>', "is dropped"),
        ('<a href="https://localhost/">x</a>', "wrong host"),
        ('<a href="https://e.org/a b">x</a>', "white space"),
        ("<a>word</a>", "is dropped"),
        ("<b><code>x</code></b>", "code stands alone"),
        ('<b class="x">x</b>', 'attribute "class" means nothing'),
        ("<i>x</i> " * 101, "only the first 100 show"),
    ],
)
async def test_what_telegram_drops_in_silence_is_told(
    api: BotApiServer, client: Client, source: str, words: str
) -> None:
    assert (await client.send(source))["ok"]
    expect(api, words)


async def test_text_has_1_to_4096_utf16_units_after_parsing(
    api: BotApiServer, client: Client
) -> None:
    assert (await client.send("<b>" + "😀" * 2048 + "</b>"))["ok"]
    assert utf16((await api.next_message(PRIVATE))["text"]) == 4096
    assert "too long" in (await client.send("😀" * 2048 + "x"))["description"]
    expect(api, "message is too long")
    for empty in ("", "  \n", "<b> </b>"):
        assert "empty" in (await client.send(empty))["description"]
        expect(api, "empty")


async def test_entities_may_stand_in_for_markup(api: BotApiServer, client: Client) -> None:
    said = {"chat_id": HERE, "text": " bold"}
    bold = {"type": "bold", "offset": 1, "length": 4}
    assert (await client.call("sendMessage", **said, entities=[bold]))["ok"]
    assert (await api.next_message(PRIVATE))["entities"] == [bold | {"offset": 0}]
    for entities, mode, words in (
        ([bold | {"length": 5}], {}, "outside of the text"),
        ([bold | {"length": 0}], {}, "outside of the text"),
        ([bold | {"type": "text_link", "url": "x"}], {}, "URL is invalid"),
        ([bold], {"parse_mode": "HTML"}, "exclude each other"),
    ):
        await client.call("sendMessage", **said, **mode, entities=entities)
        expect(api, words)


async def test_only_html_is_read(api: BotApiServer, client: Client) -> None:
    await client.call("sendMessage", chat_id=HERE, text="*x*", parse_mode="MarkdownV2")
    expect(api, "parse_mode")
