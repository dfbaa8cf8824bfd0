"""What a reload has to do: the difference between the index and the folder. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.folder import Signature


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys to read (new, or with another signature) and keys to forget, each in order."""

    read: tuple[str, ...]
    remove: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.read or self.remove)


def plan_reload(
    indexed: Mapping[str, Signature], scanned: Mapping[str, Signature], unread: Sequence[str] = ()
) -> Plan:
    """The keys to read and to remove; what could not be looked at is left as it was.

    `unread` names files, and folders with "/" at their end.
    """
    read = tuple(key for key, signature in scanned.items() if indexed.get(key) != signature)
    folders = tuple(key for key in unread if key.endswith("/"))
    kept = {*scanned, *unread}
    remove = (key for key in indexed if key not in kept and not key.startswith(folders))
    return Plan(read, tuple(sorted(remove)))
