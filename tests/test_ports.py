"""Listening: where it works, and what is said where it does not."""

from __future__ import annotations

import socket

import pytest

from bot.addresses import Address
from bot.errors import PortError, SettingsError
from bot.ports import listen
from tests.ports import held_port


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_others_can_connect_at_once(host: str) -> None:
    with held_port() as port, listen(Address(host, port), "SETTING"):
        socket.create_connection(("127.0.0.1", port), timeout=60).close()


def test_a_port_in_use_may_be_free_later() -> None:
    with (
        held_port() as port,
        listen(Address("127.0.0.1", port), "SETTING"),
        pytest.raises(PortError, match=f"SETTING holds 127.0.0.1:{port}") as caught,
    ):
        listen(Address("127.0.0.1", port), "SETTING")
    assert caught.value.exit_code == 75


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no such name", "a..b", "a" * 64])
def test_a_place_that_is_not_ours_is_a_wrong_setting(host: str) -> None:
    with pytest.raises(SettingsError, match="SETTING holds") as caught:
        listen(Address(host, 8080), "SETTING")
    assert "None" not in str(caught.value)
