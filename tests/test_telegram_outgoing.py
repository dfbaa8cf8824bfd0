"""A reply as a message: within Telegram's limits, with its preview and its buttons."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Button, Reply
from bot.telegram.outgoing import outgoing
from bot.text import Span, bold, link, plain, utf16_len
from storage.errors import FullError
from tests.telegram_fakes import Oracle

SPANS = st.lists(
    st.builds(
        Span,
        st.text(st.characters(codec="utf-8"), max_size=300),
        bold=st.booleans(),
        italic=st.booleans(),
        quote=st.booleans(),
        url=st.sampled_from(["", "https://youtu.be/a?t=1&x"]),
    ),
    max_size=150,
)


@given(SPANS)
async def test_no_message_is_longer_than_telegram_takes(spans: list[Span]) -> None:
    out = await outgoing(Reply("search", tuple(spans)), Oracle())
    assert utf16_len(out.plain) <= 4096
    assert sum(out.html.count(tag) for tag in ("<b>", "<i>", "<a ", "<blockquote>")) <= 100


async def test_a_long_text_is_cut_with_its_markup_whole() -> None:
    out = await outgoing(Reply("search", (bold("word " * 2000),)), Oracle())
    assert out.html.startswith("<b>word")
    assert out.html.endswith("…</b>")


async def test_the_preview_is_pinned_to_the_replys_link() -> None:
    out = await outgoing(Reply("x", (plain("x"),), preview="https://youtu.be/a?t=5"), Oracle())
    assert out.preview.to_dict() == {"url": "https://youtu.be/a?t=5", "prefer_small_media": True}


async def test_without_a_link_to_show_there_is_no_preview_at_all() -> None:
    out = await outgoing(Reply("x", (link("a", "https://example.org"),)), Oracle())
    assert out.preview.to_dict() == {"is_disabled": True}


async def test_buttons_send_their_request_or_open_their_link() -> None:
    long = "/search " + "long " * 30
    buttons = (
        (Button("next", request="/search x"), Button("far", request=long)),
        (Button("video", url="https://youtu.be/a"),),
        (),
    )
    oracle = Oracle()
    out = await outgoing(Reply("x", (plain("x"),), buttons), oracle)
    assert out.keyboard is not None
    (near, far), (video,) = out.keyboard.inline_keyboard
    assert near.callback_data == "/search x"
    assert oracle.kept == {far.callback_data: long}
    assert (video.url, video.callback_data) == ("https://youtu.be/a", None)


async def test_a_button_may_open_the_private_chat_or_ask_for_a_message_of_its_own() -> None:
    row = (Button("mine", start="n-ab"), Button("open", request="/topic x", anew=True))
    out = await outgoing(Reply("x", (plain("x"),), (row,)), Oracle(), "our_bot")
    assert out.keyboard is not None
    ((start, anew),) = out.keyboard.inline_keyboard
    assert (start.url, start.callback_data) == ("https://t.me/our_bot?start=n-ab", None)
    assert anew.callback_data == "+/topic x"


async def test_a_button_may_copy_or_lead_to_a_chat_to_share_in() -> None:
    row = (Button("copy", copy="“x” – y"), Button("share", share="cite:abc long"))
    out = await outgoing(Reply("x", (plain("x"),), (row,)), Oracle())
    assert out.keyboard is not None
    ((copied, shared),) = out.keyboard.inline_keyboard
    assert copied.to_dict() == {"text": "copy", "copy_text": {"text": "“x” – y"}}
    chats = {"user": True, "bot": False, "group": True, "channel": True}
    allowed = {f"allow_{kind}_chats": yes for kind, yes in chats.items()}
    chosen = {"query": "cite:abc long"} | allowed
    assert shared.to_dict() == {"text": "share", "switch_inline_query_chosen_chat": chosen}


async def test_no_buttons_make_no_keyboard() -> None:
    assert (await outgoing(Reply("x", (plain("x"),)), Oracle())).keyboard is None


class FullDisk(Oracle):
    """Keeps nothing."""

    async def keep_request(self, key: str, request: str) -> None:
        raise FullError("no room")


async def test_where_nothing_can_be_kept_the_answer_goes_out_without_that_button() -> None:
    row = (Button("far", request="/search " + "long " * 30), Button("near", request="/x"))
    out = await outgoing(Reply("x", (plain("x"),), (row,)), FullDisk())
    assert out.keyboard is not None
    assert [button.text for button in out.keyboard.inline_keyboard[0]] == ["near"]
