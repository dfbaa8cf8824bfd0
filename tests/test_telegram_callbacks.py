"""What buttons carry: always within 64 bytes, and the same request again when pressed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.callbacks import asks_anew, decode, encode
from tests.telegram_fakes import Oracle


@given(st.text(max_size=200), st.booleans())
async def test_any_request_fits_and_comes_back(words: str, anew: bool) -> None:
    kept, request = Oracle(), f"/search {words}"
    try:
        request.encode()
    except UnicodeEncodeError:
        return  # a half character cannot come from Telegram
    data = await encode(request, kept, anew=anew)
    assert 1 <= len(data.encode()) <= 64
    assert await decode(data, kept) == request
    assert asks_anew(data) == anew


async def test_a_short_request_is_its_own_data_and_needs_no_keeping() -> None:
    kept = Oracle()
    request = "/search " + "x" * 56
    assert await encode(request, kept) == request
    assert kept.kept == {}
    assert await encode(request + "x", kept) != request
    assert len(kept.kept) == 1


async def test_words_without_a_command_come_back_as_well() -> None:
    kept = Oracle()
    for words in ("cats", "+cats", "~cats", ""):
        data = await encode(words, kept)
        assert (await decode(data, kept), asks_anew(data)) == (words, False)


async def test_bytes_count_not_characters() -> None:
    data = await encode("/search " + "ж" * 30, Oracle())
    assert data.startswith("~")


async def test_a_long_request_has_the_same_data_in_every_process() -> None:
    request = "/search " + "long " * 30
    assert await encode(request, Oracle()) == await encode(request, Oracle())
    assert await encode(request + "!", Oracle()) != await encode(request, Oracle())


async def test_data_that_is_not_ours_is_nothing() -> None:
    for data in ("", "+", "~", "+~", "~AAAAAAAAAAAAAAAA", "vote:1", "+page=2"):
        assert await decode(data, Oracle()) is None
