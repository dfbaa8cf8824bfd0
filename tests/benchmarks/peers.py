"""The systems that we stand beside, each used as its manual says, on the same passages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process, utils

from storage.moments import telling
from storage.names import words_of
from tests.benchmarks.passages import read_passages, read_titles
from tests.benchmarks.systems import TOP, Place, System


class Fts5(System):
    """SQLite's own full-text search: porter, any of the words, its bm25."""

    def __init__(self, work: Path, *, stop_words: bool = False) -> None:
        super().__init__(work)
        self.path = work / "fts5.db"
        self.words_of: Callable[[str], list[str]] = words_of if stop_words else telling

    def build(self) -> None:
        self.path.unlink(missing_ok=True)
        with sqlite3.connect(self.path) as connection:
            connection.execute(
                "create virtual table passages using fts5("
                "video unindexed, start unindexed, text, tokenize='porter unicode61')"
            )
            rows = read_passages(self.work)
            connection.executemany("insert into passages values (?, ?, ?)", rows)
            connection.execute("insert into passages(passages) values ('optimize')")
        connection.close()

    def open(self) -> None:
        self.connection = sqlite3.connect(self.path)

    def words(self, text: str) -> list[Place]:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(self.words_of(text)))
        sql = "select video, start from passages where passages match ? order by rank limit ?"
        return self.connection.execute(sql, (asked, TOP)).fetchall() if asked else []

    def claim(self, text: str) -> list[Place]:
        return self.words(text)

    @property
    def size(self) -> int:
        return self.path.stat().st_size


class Tantivy(System):
    """tantivy with its English stemmer, any of the words, stop words left out."""

    def build(self) -> None:
        folder = self.work / "tantivy"
        folder.mkdir()
        writer = self._index(folder).writer(100_000_000, 1)
        import tantivy

        for video, start, text in read_passages(self.work):
            writer.add_document(tantivy.Document(video=video, start=start, text=text))
        writer.commit()
        writer.wait_merging_threads()

    def _index(self, folder: Path) -> Any:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("video", stored=True, tokenizer_name="raw")
        schema.add_unsigned_field("start", stored=True)
        schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
        return tantivy.Index(schema.build(), path=f"{folder}")

    def open(self) -> None:
        self.index = self._index(self.work / "tantivy")
        self.index.reload()
        self.searcher = self.index.searcher()

    def words(self, text: str) -> list[Place]:
        asked = " ".join(dict.fromkeys(telling(text)))
        if not asked:
            return []
        found = self.searcher.search(self.index.parse_query(asked, ["text"]), TOP).hits
        documents = (self.searcher.doc(address) for _, address in found)
        return [(document["video"][0], document["start"][0]) for document in documents]

    def claim(self, text: str) -> list[Place]:
        return self.words(text)

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in (self.work / "tantivy").iterdir())


class Titles(System):
    """rapidfuzz over all titles."""

    def __init__(self, work: Path, scorer: Callable[..., float]) -> None:
        super().__init__(work)
        self.scorer = scorer

    def open(self) -> None:
        self.titles = read_titles(self.work)
        self.names = [utils.default_process(title) for _, title in self.titles]

    def topic(self, text: str) -> list[str]:
        found = process.extract(
            utils.default_process(text), self.names, scorer=self.scorer, limit=TOP
        )
        return [self.titles[at][0] for _, _, at in found]


class TitleGrams(System):
    """FTS5 over the trigrams of titles."""

    def open(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(
            "create virtual table titles using fts5(key unindexed, title, tokenize='trigram')"
        )
        rows = ((key, self._spaced(title)) for key, title in read_titles(self.work))
        self.connection.executemany("insert into titles values (?, ?)", rows)

    def _spaced(self, text: str) -> str:
        return f" {' '.join(words_of(text))} "

    def topic(self, text: str) -> list[str]:
        spaced = self._spaced(text)
        grams = dict.fromkeys(spaced[at : at + 3] for at in range(len(spaced) - 2))
        rows = self.connection.execute(
            "select key from titles where titles match ? order by rank limit ?",
            (" OR ".join(f'"{gram}"' for gram in grams), TOP),
        )
        return [row[0] for row in rows]


PEERS: dict[str, Callable[[Path], System]] = {
    "fts5": Fts5,
    "fts5_all": lambda work: Fts5(work, stop_words=True),
    "tantivy": Tantivy,
    "wratio": lambda work: Titles(work, fuzz.WRatio),
    "token_sort": lambda work: Titles(work, fuzz.token_sort_ratio),
    "trigrams": TitleGrams,
}
