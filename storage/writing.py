"""One update of index.db, within a transaction: files out of every table and into it.

Passages of one video within two seconds of each other are one moment; all its words are indexed
together. A video that was touched is indexed again as a whole when all files are taken in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from storage.errors import NoteError
from storage.folder import SCAN_KINDS
from storage.intake import ParsedFile
from storage.lexicon import Lexicon
from storage.model import IndexPage, Note, Problem
from storage.names import fold, words_of
from storage.postings import tidy
from storage.record import NOTE_COLUMNS, NoteRecord, problem_row, record_of
from storage.videos import NewPassage, index_videos, keep_for_later

MOST_HELD = 50_000
"""New passages held until their videos are indexed; more are written first and read again."""


@dataclass(slots=True)
class Changes:
    """What an update did, in notes; `rejected` counts files that could not be notes.

    `keys` are those of the notes taken in, `gone` those of notes that are no more. Files that
    were written to just then are `waiting` for the next time. With `problems`, those that a scan
    finds are others than before. `more` was changed than `keys` and `gone` tell: by another
    process, or by an update that failed after a part of it was written.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    rejected: int = 0
    keys: set[str] = field(default_factory=set, compare=False, repr=False)
    gone: set[str] = field(default_factory=set, compare=False, repr=False)
    waiting: set[str] = field(default_factory=set, compare=False, repr=False)
    problems: bool = field(default=False, compare=False, repr=False)
    more: bool = field(default=False, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rejected)

    def add(self, other: Changes) -> None:
        """Count another update's changes in."""
        self.added += other.added
        self.changed += other.changed
        self.removed += other.removed
        self.rejected += other.rejected
        self.keys = (self.keys - other.gone) | other.keys
        self.gone = (self.gone - other.keys) | other.gone
        self.waiting = other.waiting
        self.problems |= other.problems
        self.more |= other.more


class Update:
    """The state of one transaction: what was counted, which videos must be indexed again."""

    def __init__(self, database: Database) -> None:
        database.conn.create_function("folded", 1, fold, deterministic=True)
        self.run = database.conn.execute
        self.run_many = database.conn.executemany
        self.changes = Changes()
        self.touched = False
        self.passages = self.moments = 0
        self._database = database
        self._videos: dict[str, None] = {}
        self._new: dict[str, list[NewPassage]] = {}
        self._held = 0
        self._lexicon = Lexicon(database)

    def run_all(
        self,
        files: Iterable[ParsedFile],
        remove: Iterable[str],
        complete: bool,
        problems: Sequence[Problem] | None,
    ) -> None:
        """Forget, take in, and finish. `problems` replaces those of the folder."""
        for key in remove:
            self.remove(key)
        for file in files:
            self.take(file)
        self.finish(complete, problems)

    def take(self, file: ParsedFile) -> None:
        """One file that is new or was touched."""
        if file.same:
            values = (file.signature.size, file.signature.mtime_ns, file.signature.inode, file.key)
            self.run("update files set size = ?, mtime_ns = ?, inode = ? where key = ?", values)
            return
        if not file.hash and self._is_unread(file.key):
            return
        was_note = self._forget(file.key)
        kind = _kind(file.content)
        self.run(
            "insert into files values (?, ?, ?, ?, ?, ?)",
            (
                file.key,
                file.signature.size,
                file.signature.mtime_ns,
                file.signature.inode,
                file.hash,
                kind,
            ),
        )
        note = record_of(file.content) if isinstance(file.content, Note) else file.content
        if isinstance(note, NoteRecord):
            self._add_note(note)
            self.changes.changed += was_note
            self.changes.added += not was_note
            self.changes.keys.add(file.key)
            self.changes.gone.discard(file.key)
            return
        self._count_gone(file.key, was_note)
        if isinstance(file.content, IndexPage):
            self._problems([p for p in file.content.problems if p.lost])
            rows = ((file.key, *title) for title in file.content.titles)
            self.run_many("insert into titles values (?, ?, ?)", rows)
        elif isinstance(file.content, NoteError):
            self.changes.rejected += 1
            error = file.content
            self._problems([Problem(error.path, error.line, "rejected", error.reason, lost=True)])

    def _is_unread(self, key: str) -> bool:
        """Whether a file could not be read last time either: nothing new about it."""
        row = self.run("select hash from files where key = ?", (key,)).fetchone()
        return row is not None and not row[0]

    def remove(self, key: str) -> None:
        """One file that is gone."""
        self._count_gone(key, self._forget(key))

    def _count_gone(self, key: str, was_note: bool) -> None:
        self.changes.removed += was_note
        if was_note:
            self.changes.gone.add(key)

    def finish(self, complete: bool, problems: Sequence[Problem] | None) -> None:
        """Index the touched videos again and mark the new generation."""
        self.moments += index_videos(self._database, self._videos, self._new, self._lexicon)
        if problems is not None:
            self.run(f"delete from problems where kind in {SCAN_KINDS}")
            self._problems(problems)
        self.run("update meta set value = max(value, ?) where name = 'complete'", (complete,))
        sums = {"passages": self.passages, "moments": self.moments, "generation": self.touched}
        for name, more in sums.items():
            self.run("update meta set value = value + ? where name = ?", (more, name))
        tidy(self._database)

    def _forget(self, key: str) -> bool:
        """Take a file out of every table; true where it was a note."""
        self.touched = True
        if self.run("select 1 from files where key = ?", (key,)).fetchone() is None:
            return False
        self.run("delete from files where key = ?", (key,))
        self.run("delete from titles where page = ?", (key,))
        self.run("delete from problems where key = ?", (key,))
        row = self.run(
            "select id, video_id, title, headings, rest from notes where key = ?", (key,)
        ).fetchone()
        if row is None:
            return False
        note_id, video_id, *words = row
        self._touch(video_id)
        self.run(
            "insert into note_words(note_words, rowid, title, headings, rest)"
            " values ('delete', ?, folded(?), folded(?), folded(?))",
            (note_id, *words),
        )
        self.run(
            "insert into title_grams(title_grams, rowid, title) values ('delete', ?, ?)",
            (note_id, spaced(words[0])),
        )
        self.run(
            "insert into link_words(link_words, rowid, alias)"
            " select 'delete', rowid, folded(alias) from links where note_id = ?",
            (note_id,),
        )
        self.run("delete from links where note_id = ?", (note_id,))
        self.passages -= self.run("delete from passages where note_id = ?", (note_id,)).rowcount
        self.run("delete from notes where id = ?", (note_id,))
        return True

    def _touch(self, video_id: str) -> None:
        """Take a video's moments out of the index, once, its passages being still as indexed."""
        if video_id in self._videos:
            return
        self._videos[video_id] = None
        self._lexicon.forget(video_id)
        first, last = self.run(
            "select min(id), max(id) from moments where video_id = ?", (video_id,)
        ).fetchone()
        if first is not None:
            self.run("insert into dead(first, last) values (?, ?)", (first, last))
        self.moments -= self.run("delete from moments where video_id = ?", (video_id,)).rowcount

    def _add_note(self, note: NoteRecord) -> None:
        self._touch(note.video_id)
        columns = note[: note._fields.index("passages")]
        marks = ",".join("?" * len(columns))
        note_id = self.run(
            f"insert into notes({NOTE_COLUMNS}) values ({marks}) returning id", columns
        ).fetchone()[0]
        self.run(
            "insert into note_words(rowid, title, headings, rest)"
            " values (?, folded(?), folded(?), folded(?))",
            (note_id, note.title, note.headings, note.rest),
        )
        self.run(
            "insert into title_grams(rowid, title) values (?, ?)", (note_id, spaced(note.title))
        )
        self.run_many("insert into links values (?, ?, ?, ?)", ((note_id, *k) for k in note.links))
        self.run(
            "insert into link_words(rowid, alias)"
            " select rowid, folded(alias) from links where note_id = ?",
            (note_id,),
        )
        self.run_many("insert into problems values (?, ?, ?, ?, ?)", note.problems)
        new = self._new.setdefault(note.video_id, [])
        new += (NewPassage(note.key, note_id, note.clean, passage) for passage in note.passages)
        self.passages += len(note.passages)
        self._held += len(note.passages)
        if self._held > MOST_HELD:
            keep_for_later(self._database, self._new)
            self._held = 0

    def _problems(self, problems: Iterable[Problem]) -> None:
        self.run_many("insert into problems values (?, ?, ?, ?, ?)", map(problem_row, problems))


def spaced(title: str) -> str:
    """A title as its trigrams are taken: folded words, a blank on either side."""
    return f" {' '.join(words_of(title))} "


def _kind(content: Note | NoteRecord | IndexPage | NoteError | None) -> str:
    names: dict[type, str] = {
        Note: "note",
        NoteRecord: "note",
        IndexPage: "page",
        NoteError: "rejected",
    }
    return names.get(type(content), "other")
