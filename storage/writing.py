"""One update of index.db, within a transaction: files out of every table and into it.

Passages of one video within two seconds of each other are one moment; all its words are indexed
together. FTS5 forgets words only when given the same ones again, so a video's moments are taken
out while its passages are still as indexed, and put back when all files are taken in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from storage.errors import NoteError
from storage.folder import SCAN_KINDS
from storage.intake import ParsedFile
from storage.model import IndexPage, Note, Passage, Problem, Trust
from storage.moments import cluster, documents
from storage.names import short_hash, topic_name


@dataclass(slots=True)
class Changes:
    """What an update did, in notes; `rejected` counts files that could not be notes."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    rejected: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rejected)

    def add(self, other: Changes) -> None:
        """Count another update's changes in."""
        self.added += other.added
        self.changed += other.changed
        self.removed += other.removed
        self.rejected += other.rejected


class Update:
    """The state of one transaction: what was counted, which videos must be indexed again."""

    def __init__(self, database: Database) -> None:
        self.run = database.conn.execute
        self.run_many = database.conn.executemany
        self.changes = Changes()
        self.touched = False
        self.passages = self.moments = 0
        self._videos: dict[str, None] = {}

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
        if isinstance(file.content, Note):
            self._add_note(file.content)
            self.changes.changed += was_note
            self.changes.added += not was_note
            return
        self.changes.removed += was_note
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
        self.changes.removed += self._forget(key)

    def finish(self, complete: bool, problems: Sequence[Problem] | None) -> None:
        """Index the touched videos again and mark the new generation."""
        for video_id in self._videos:
            self._index_video(video_id)
        if problems is not None:
            self.run(f"delete from problems where kind in {SCAN_KINDS}")
            self._problems(problems)
        self.run("update meta set value = max(value, ?) where name = 'complete'", (complete,))
        sums = {"passages": self.passages, "moments": self.moments, "generation": self.touched}
        for name, more in sums.items():
            self.run("update meta set value = value + ? where name = ?", (more, name))

    def _forget(self, key: str) -> bool:
        """Take a file out of every table; true where it was a note."""
        self.touched = True
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
            " values ('delete', ?, ?, ?, ?)",
            (note_id, *words),
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
        rows = self.run(
            "select p.moment_id, p.text, p.before, p.after, p.context from notes n"
            " join passages p on p.note_id = n.id where n.video_id = ? order by n.key, p.id",
            (video_id,),
        )
        self.run_many(
            "insert into moment_words(moment_words, rowid, words, context)"
            " values ('delete', ?, ?, ?)",
            documents((moment, parts) for moment, *parts in rows),
        )
        self.moments -= self.run("delete from moments where video_id = ?", (video_id,)).rowcount

    def _add_note(self, note: Note) -> None:
        self._touch(note.video_id)
        stem = note.key.rpartition("/")[2].rpartition(".")[0]
        tally = note.tally
        headings = "\n".join(note.headings)
        note_id = self.run(
            "insert into notes(key, ref, title, name, channel, video_id, headings, rest,"
            " found, exact, near, start, lost) values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(note.key, short_hash(note.key), note.title, topic_name(stem), note.channel),
                *(note.video_id, headings, note.rest),
                *(tally.found, tally.exact, tally.near, tally.start, tally.lost),
            ),
        ).lastrowid
        self.run(
            "insert into note_words(rowid, title, headings, rest) values (?, ?, ?, ?)",
            (note_id, note.title, headings, note.rest),
        )
        self.run_many(
            "insert into passages(note_id, start, trust, line, text, before, after, context,"
            " heading, more) values (?,?,?,?,?,?,?,?,?,?)",
            ((note_id, *_passage_row(passage)) for passage in note.passages),
        )
        self.passages += len(note.passages)
        links = ((note_id, topic_name(link.target), link.target, link.alias) for link in note.links)
        self.run_many("insert into links values (?, ?, ?, ?)", links)
        self._problems([p for p in note.problems if p.lost])

    def _problems(self, problems: Iterable[Problem]) -> None:
        rows = ((p.path, p.line, p.kind, p.message, p.lost) for p in problems)
        self.run_many("insert into problems values (?, ?, ?, ?, ?)", rows)

    def _index_video(self, video_id: str) -> None:
        """Cluster the passages of a video into moments and index the words of each."""
        rows = self.run(
            "select p.id, p.start, p.trust, p.text, p.before, p.after, p.context from notes n"
            " join passages p on p.note_id = n.id where n.video_id = ? order by n.key, p.id",
            (video_id,),
        ).fetchall()
        clusters = cluster([(row[0], row[1], Trust(row[2])) for row in rows])
        moment_of: dict[int, int] = {}
        for start, members in clusters:
            moment = self.run(
                "insert into moments(video_id, start) values (?, ?) returning id", (video_id, start)
            ).fetchone()[0]
            moment_of.update(dict.fromkeys(members, moment))
            self.moments += 1
        self.run_many(
            "update passages set moment_id = ? where id = ?",
            ((moment, passage) for passage, moment in moment_of.items()),
        )
        self.run_many(
            "insert into moment_words(rowid, words, context) values (?, ?, ?)",
            documents((moment_of[row[0]], row[3:]) for row in rows),
        )


def _kind(content: Note | IndexPage | NoteError | None) -> str:
    names: dict[type, str] = {Note: "note", IndexPage: "page", NoteError: "rejected"}
    return names.get(type(content), "other")


def _passage_row(passage: Passage) -> tuple[object, ...]:
    first, *more = passage.moments
    return (
        first.start,
        int(first.trust),
        passage.line,
        passage.text,
        passage.before,
        passage.after,
        passage.context,
        "\n".join(passage.heading),
        json.dumps([[m.start, int(m.trust)] for m in more]) if more else None,
    )
