"""state.db: what cannot be rebuilt. Opened with care, migrated forward, never touched in doubt."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from storage.data_folder import backups
from storage.database import (
    BUSY_SECONDS,
    copied,
    open_database,
    open_reader,
    owner_of,
    transaction,
    translated,
    version_of,
)
from storage.errors import BusyError, CorruptError, FullError
from storage.lock import alone

APPLICATION_ID = 0x7475_6273  # "tubs"
VERSION = 4
migrations = Migrations("tubenotes")
_SMALL, _LARGE = 8_000_000, 256_000_000
"""Bytes. Up to the one a file is checked against its indexes too, up to the other page by page."""
_DEAREST = ("chats", "subscriptions", "searches", "blocked", "meta")
"""The tables that are checked in a large file too."""
_AGAIN = 0.1
"""Seconds until a lock that another process holds is tried again."""
_SUBSCRIPTIONS = """
create table chats(
    id integer primary key,
    kind text not null,                      -- private, group, channel
    title text not null,
    zone text not null default 'UTC',
    quiet_from integer, quiet_to integer,    -- hours of the zone, null for none
    silent integer not null default 0,
    suspended text not null default '',      -- why we may not write there, '' where we may
    ready real,                              -- when its next delivery may go, null: none is owed
    held_at real not null default 0,         -- what the clock said when `ready` was set
    recent text not null default '[]'        -- when its last deliveries went out, newest last
);
create index chats_ready on chats(ready) where suspended = '' and ready is not null;
create table subscriptions(
    id integer primary key autoincrement,
    chat_id integer not null, thread_id integer not null,
    kind text not null, key text not null, value text not null,
    often text not null, hour integer not null, weekday integer not null,
    created real not null,
    by integer not null,                     -- the user who asked for it
    paused real,                             -- since when, null where it is served
    reason text not null default '',         -- why we paused it, '' where people did
    unique(chat_id, thread_id, kind, key)
);
create index subscriptions_key on subscriptions(kind, key);
create table searches(                       -- each saved search, under one stem that it needs
    term text not null, key text not null, primary key(term, key)
) without rowid;
create table seen(mark blob primary key) without rowid;
create table told(mark blob primary key) without rowid;
create table news(                           -- notes that were new, while somebody is owed them
    id integer primary key autoincrement,
    key text not null, ref text not null, title text not null, channel text not null,
    video_id text not null, at real not null
);
create table deliveries(
    id integer primary key autoincrement,
    chat_id integer not null, thread_id integer not null,
    news_id integer, text text not null default '',   -- a note, or else a notice of ours
    subscription_id integer,                 -- the one that it waits for, if it waits
    digest integer not null default 0,       -- by a subscription that is served daily or weekly
    due real,                                -- null: waits until a subscription is resumed
    attempts integer not null default 0, unsure integer not null default 0,
    plain integer not null default 0,        -- to be sent without any markup
    aside integer not null default 0,        -- given up, kept to be looked at
    error text not null default '',
    at real not null
);
create unique index deliveries_once on deliveries(chat_id, thread_id, news_id)
    where news_id is not null;
create index deliveries_order on deliveries(chat_id, id) where aside = 0 and due is not null;
create table digests(ref text primary key, notes text not null, at real not null) without rowid;
create table meta(name text primary key, value) without rowid
"""


@migrations()
def requests(database: Database) -> None:
    """Requests of buttons that do not fit into Telegram's 64 bytes, by content hash."""
    database.table("requests").create({"key": str, "request": str}, pk="key")


@migrations()
def subscriptions(database: Database) -> None:
    """Who asked for what, what was announced, what is owed."""
    for statement in _SUBSCRIPTIONS.split(";"):
        database.conn.execute(statement)


@migrations()
def cooldowns(database: Database) -> None:
    """Seconds that a person waits between questions: 0 for none, null for the usual cooldown."""
    database.conn.execute("alter table chats add column cooldown integer")


@migrations()
def blocking(database: Database) -> None:
    """People and chats that an admin blocked; `name` is '' where nobody told it."""
    database.conn.execute(
        "create table blocked(id integer primary key, name text not null, by integer not null,"
        " at real not null)"
    )


class State:
    """The precious database. One thread at a time; every write is on disk when it returns."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self.database = database

    @classmethod
    def open(cls, path: Path, *, migrate: bool = True) -> State:
        """Open or create, and bring to this version, with a backup of the older one beside it.

        Raises CorruptError, the file untouched, if it is damaged or newer; BusyError if a running
        bot of an older version needs it as it is. Without `migrate` it stays of its version: for
        whoever uses only what all versions have. With 1,000,000 deliveries (68 MB) the check takes
        0.25 s, all else 2 ms.
        """
        _refuse_foreign(path)
        database = open_database(path, full_sync=True, cache_kb=2_048)
        try:
            version = _version(database, path)
            if not version:
                _bring_forward(database, path)
            elif version < VERSION and migrate:
                _migrate(database, path)
        except BaseException:
            database.close()
            raise
        return cls(path, database)

    def close(self) -> None:
        """Close the connection."""
        self.database.close()

    def keep_request(self, key: str, request: str) -> None:
        """Remember what a button means; the same key always has the same request."""
        with transaction(self.database, self.path) as database:
            database.execute("insert or ignore into requests values (?, ?)", (key, request))

    def kept_request(self, key: str) -> str | None:
        """What a button means, None where it is not known."""
        with translated(self.path):
            row = self.database.execute("select request from requests where key = ?", (key,))
            found = row.fetchone()
        return None if found is None else str(found[0])


def backup_path(path: Path, version: int) -> Path:
    """Where the file is kept as it was before it was brought forward from that version."""
    return path.with_name(f"{path.name}.v{version}.backup")


def _migrate(database: Database, path: Path) -> None:
    """Not under a running bot, which could not start again.

    Whoever has the lock may also have the same in mind: it is waited for, and all is found done.
    """
    until = time.monotonic() + BUSY_SECONDS
    while _version(database, path) < VERSION:
        with alone(path.parent) as ours:
            if ours:
                _bring_forward(database, path)
                return
        if time.monotonic() >= until:
            raise BusyError(
                f"{path} is in use by a running bot of an older Tubenotes; stop that one first"
            )
        time.sleep(_AGAIN)


def _bring_forward(database: Database, path: Path) -> None:
    """All or nothing; another process that has the same in mind waits, and finds it done."""
    with transaction(database, path):
        version = version_of(database)
        if 0 < version < VERSION:
            with copied(path, backup_path(path, version)):
                pass
        migrations.apply(database)
        database.conn.execute(f"pragma application_id = {APPLICATION_ID}")
        database.conn.execute(f"pragma user_version = {VERSION}")


def _refuse_foreign(path: Path) -> None:
    """Look at the file through a connection that cannot write, before one may that can."""
    version, foreign = 0, False
    try:
        if not path.exists() or not path.stat().st_size:
            return
        reader = open_reader(path)
        with closing(reader), translated(path):
            owner, version = owner_of(reader), version_of(reader)
            foreign = owner != APPLICATION_ID and bool(owner or version or reader.table_names())
            whole = version > VERSION or _is_whole(reader, path.stat().st_size)
    except CorruptError:
        whole = False
    except OSError as error:
        raise FullError(f"{path} cannot be read: {error.strerror}") from error
    if foreign or not whole:
        what = "not ours" if foreign else "damaged or not ours"
        raise CorruptError(f"{path} is {what}; it is left untouched. {_advice(path)}")
    if version > VERSION:
        raise CorruptError(
            f"{path} was written by a newer Tubenotes (version {version}, this one knows"
            f" {VERSION}); it is left untouched. Install the newer Tubenotes. Or go back to how"
            f" things were before it: {_advice(path)}"
        )


def _is_whole(reader: Database, size: int) -> bool:
    """Whether the file is undamaged, as far as can be told in about a second.

    Measured: 0.2 s for 8 MB with all indexes compared, 1 s for 256 MB page by page. In a larger
    file the tables of deliveries, seen notes and buttons are left out: damage there is a
    CorruptError when it is read.
    """
    checks = ["integrity_check(1)" if size <= _SMALL else "quick_check(1)"]
    if size > _LARGE:
        tables = set(reader.table_names())
        checks = [f"quick_check({table})" for table in _DEAREST if table in tables]
    return all(reader.execute(f"pragma {check}").fetchone()[0] == "ok" for check in checks)


def _advice(path: Path) -> str:
    """How to restore, or begin anew."""
    found = backups(path.parent)[-1:]
    found += sorted(path.parent.glob(f"{path.name}.v*.backup"))
    named = ", ".join(str(one.absolute()) for one in found)
    example = f" ({named} is one)" if named else ""
    return (
        f"To restore: stop the bot, and bring a backup{example} back with `tubenotes restore FILE`."
        f" Without a backup, move {path.name}, {path.name}-wal and {path.name}-shm away: the bot"
        " begins anew, and people have to subscribe again"
    )


def _version(database: Database, path: Path) -> int:
    with translated(path):
        return version_of(database)
