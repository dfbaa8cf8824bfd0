"""The ports that this process listens on."""

from __future__ import annotations

import errno
import socket

from bot.addresses import Address
from bot.errors import PortError, SettingsError


def listen(address: Address, setting: str) -> socket.socket:
    """A socket that others can connect to from now on.

    Raises PortError where another process has the port, SettingsError where the machine has no
    such address or does not let us: both name the setting.
    """
    shown = f"[{address.host}]" if ":" in address.host else address.host
    what = f"{setting} holds {shown}:{address.port}, where the bot cannot listen"
    try:
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, place = min(found, key=lambda one: one[0] != socket.AF_INET)
        server = socket.create_server(place[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortError(
                f"{what}: another process does. Stop it, or choose another port"
            ) from error
        raise SettingsError(f"{what}: {error.strerror}.") from error
    except UnicodeError as error:  # a name with a part that is too long, or empty
        raise SettingsError(f"{what}: that is no name of a host.") from error
    server.setblocking(False)  # tornado accepts until there is nobody left
    return server
