"""Addresses in settings: what is read, and what never is."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import TELEGRAM, Address, below, checked_webhook, read_listen


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        (" localhost:1 ", "localhost", 1),
        (":9090", "0.0.0.0", 9090),
        ("[::1]:65535", "::1", 65535),
    ],
)
def test_a_place_to_listen_is_read(text: str, host: str, port: int) -> None:
    assert read_listen(text) == Address(host, port)


@given(st.text(max_size=30))
def test_a_place_to_listen_has_a_port_or_is_none(text: str) -> None:
    with suppress(ValueError):
        found = read_listen(text)
        assert 0 < found.port < 65536
        assert found.host


@given(st.text(alphabet="htps:/.?#[]@ a1()%~", max_size=40), st.sampled_from([TELEGRAM, "x"]))
def test_an_address_for_a_webhook_is_one_or_a_fault(url: str, server: str) -> None:
    with suppress(ValueError):
        checked = checked_webhook(url, server)
        parts = urlsplit(below(checked, "5:token"))
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert not parts.query


def test_what_is_below_an_address_does_not_tell_the_token() -> None:
    found = below("https://a.org", "12345:abcdefghijklmnop")
    assert found.startswith("https://a.org/")
    assert "12345" not in found
    assert "abcdef" not in found
