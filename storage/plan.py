"""What a reload has to do: the difference between the index and the folder. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from storage.folder import Signature

GONE_FOR = 600.0
"""Seconds until notes that vanished all at once are taken to be gone for good."""
_FEW = 5
"""Fewer notes than this may go at once, be they ever so large a part: unless they are all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys to read (new, or with another signature) and keys to forget, each in order."""

    read: tuple[str, ...]
    remove: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.read or self.remove)

    def without(self, keys: Set[str]) -> Plan:
        """The same, these files left unread."""
        return replace(self, read=tuple(key for key in self.read if key not in keys))

    def without_removals(self) -> Plan:
        """What may be done while it is not known whether the missing notes come back."""
        return replace(self, remove=())


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


@dataclass(frozen=True, slots=True)
class Missing:
    """Notes that went all at once, as when a disk is not there: `gone` of `notes`, since when.

    `since` is in seconds of a clock that only goes forward.
    """

    gone: int
    notes: int
    since: float


def missing(before: Missing | None, notes: int, gone: int, now: float) -> Missing | None:
    """Whether so many of the notes went at once that they have to be kept for now.

    Of `notes` in the index `gone` are nowhere in the folder. More than half must be gone, and
    five or all of several. What is missing (`before`) stays so until it is back, or for GONE_FOR
    seconds; notes that came meanwhile make no difference.
    """
    since = before.since if before else now
    notes = before.notes if before else notes
    if 2 * gone <= notes or not (gone >= _FEW or gone == notes > 1):
        return None
    return Missing(gone, notes, since) if now - since < GONE_FOR else None


def moved(
    plan: Plan, indexed: Mapping[str, Signature], scanned: Mapping[str, Signature]
) -> set[str]:
    """Those to be removed that are new elsewhere: by their name, or by their size and time."""
    names: Counter[object] = Counter()
    for key in plan.read:
        if key not in indexed:
            names.update(_traits(key, scanned[key]))
    found = set()
    for key in plan.remove:
        name, contents = _traits(key, indexed[key])
        if names[name] > 0 or names[contents] > 0:
            names.subtract((name, contents))
            found.add(key)
    return found


def _traits(key: str, signature: Signature) -> tuple[object, object]:
    return key.rpartition("/")[2], signature[:2]
