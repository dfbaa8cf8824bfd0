"""state.db: what cannot be rebuilt. So far the requests of buttons too long for Telegram."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from storage.database import open_database, open_reader, transaction, translated
from storage.errors import CorruptError, FullError

APPLICATION_ID = 0x7475_6273  # "tubs"
VERSION = 1
migrations = Migrations("tubenotes")


@migrations()
def requests(database: Database) -> None:
    """Requests of buttons that do not fit into Telegram's 64 bytes, by content hash."""
    database.table("requests").create({"key": str, "request": str}, pk="key")


class State:
    """The precious database. One thread at a time; every write is on disk when it returns."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self.database = database

    @classmethod
    def open(cls, path: Path) -> State:
        """Open or create. Raises CorruptError, the file untouched, if it is damaged or newer."""
        _refuse_foreign(path)
        database = open_database(path, full_sync=True, cache_kb=2_048)
        try:
            with translated(path):
                version = _number(database, "user_version")
            if version < VERSION:
                with transaction(database, path):
                    migrations.apply(database)
                    database.conn.execute(f"pragma application_id = {APPLICATION_ID}")
                    database.conn.execute(f"pragma user_version = {VERSION}")
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


def _refuse_foreign(path: Path) -> None:
    """Look at the file through a connection that cannot write, before one may that can."""
    version, foreign = 0, False
    try:
        if not path.exists() or not path.stat().st_size:
            return
        reader = open_reader(path)
        with closing(reader), translated(path):
            owner, version = _number(reader, "application_id"), _number(reader, "user_version")
            foreign = owner != APPLICATION_ID and bool(owner or version or reader.table_names())
            whole = reader.execute("pragma integrity_check(1)").fetchone()[0] == "ok"
    except CorruptError:
        whole = False
    except OSError as error:
        raise FullError(f"{path} cannot be read: {error.strerror}") from error
    if foreign or not whole:
        raise CorruptError(
            f"{path} is {'not ours' if foreign else 'damaged or not ours'}; it is left untouched."
            " Move it away or restore a backup"
        )
    if version > VERSION:
        raise CorruptError(
            f"{path} was written by a newer Tubenotes (version {version}, this one knows"
            f" {VERSION}); it is left untouched. Install the newer Tubenotes"
        )


def _number(database: Database, pragma: str) -> int:
    return int(database.execute(f"pragma {pragma}").fetchone()[0])
