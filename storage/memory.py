"""What the reader threads of one process share: arrays, posting lists, vocabulary, names.

All of it is read from index.db when first asked for, and belongs to one generation of it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from storage.postings import Arrays, Postings, load_arrays, load_postings
from storage.spelling import Vocabulary, load_vocabulary

MOST_BYTES = 32 << 20
"""Posting lists and masks kept: the few long ones of frequent words make a question slow."""
_ENTRY_BYTES = 1_000
"""What an entry costs beside its numbers (measured over 13,000 of them)."""
T = TypeVar("T")


class Memory:
    """Shared and thread-safe. What is kept of one generation is never seen in another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = _Kept(-1)
        self._local = threading.local()

    @contextmanager
    def at(self, generation: int) -> Iterator[None]:
        """This thread reads a snapshot of this generation; a newer one empties what is shared.

        A thread whose snapshot is older than what others have seen keeps its own things.
        """
        self.enter(generation)
        try:
            yield
        finally:
            self._local.kept = None

    def enter(self, generation: int) -> None:
        """As `at`, until this thread enters another generation."""
        with self._lock:
            if generation > self._newest.generation:
                self._newest = _Kept(generation)
            same = generation == self._newest.generation
            self._local.kept = self._newest if same else _Kept(generation)

    def _mine(self) -> _Kept:
        return getattr(self._local, "kept", None) or self._newest

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """A thing made once a generation; who asks for another thing does not wait for it."""
        return self._mine().thing(name, make)

    def arrays(self, database: Database) -> Arrays:
        """All moments by number."""
        return self.kept("arrays", lambda: load_arrays(database))

    def vocabulary(self, database: Database) -> Vocabulary:
        """All words as they are written."""
        return self.kept("vocabulary", lambda: load_vocabulary(database))

    def postings(self, database: Database, term: str) -> Postings:
        """The moments of a stem; lists that were not asked for lately are read again."""
        kept, key = self._mine(), ("term", term)
        found = kept.recent(key)
        if isinstance(found, Postings):
            return found
        made = load_postings(database, self.arrays(database), term)
        kept.remember(key, made, made.moments.nbytes + made.counts.nbytes)
        return made

    def mask(self, name: Hashable, make: Callable[[], NDArray[np.bool_]]) -> NDArray[np.bool_]:
        """Moments that a filter leaves; masks that were not asked for lately are made again."""
        kept, key = self._mine(), ("mask", name)
        found = kept.recent(key)
        if isinstance(found, np.ndarray):
            return found
        made = make()
        kept.remember(key, made, made.nbytes)
        return made


class _Kept:
    """What is kept of one generation: things made once, and lists and masks used lately."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self._lock = threading.Lock()
        self._things: dict[Hashable, object] = {}
        self._making: dict[Hashable, threading.RLock] = {}
        self._recent: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._bytes = 0

    def thing(self, name: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            making = self._making.setdefault(name, threading.RLock())
        with making:
            if name not in self._things:
                self._things[name] = make()
            return cast(T, self._things[name])

    def recent(self, key: Hashable) -> object | None:
        with self._lock:
            found = self._recent.get(key)
            if found is None:
                return None
            self._recent.move_to_end(key)
            return found[0]

    def remember(self, key: Hashable, value: object, size: int) -> None:
        with self._lock:
            if key in self._recent:
                return
            self._recent[key] = value, size + _ENTRY_BYTES
            self._bytes += size + _ENTRY_BYTES
            while self._bytes > MOST_BYTES and len(self._recent) > 1:
                self._bytes -= self._recent.popitem(last=False)[1][1]
