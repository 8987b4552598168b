"""The engagement database as a file: opened, checked, migrated and closed in one place.

It wraps ``sqlite_utils.Database``. Two settings matter for what the journal promises: ``synchronous`` stays
at FULL under the write-ahead log, so that a commit is on disk when it returns; and foreign keys, which SQLite
leaves off, are on.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlite_utils

from migrate.errors import NoState, StateError
from migrate.store.canonical import parsed
from migrate.store.migrations import applied_number, bring_up_to_date, latest_number
from migrate.store.schema import TABLES
from migrate.store.trouble import damaged, translated, translated_files

DATABASE_NAME = "engagement.db"
BUSY_SECONDS = 5.0
"""How long a statement waits for another program that holds the file, for example a database browser."""

Parameters = Sequence[Any] | Mapping[str, Any]

_open_here: dict[int, Path] = {}
"""The files that this process has open, by the ``id`` of the Database."""


class Database:
    """An open engagement database; use it as a context manager, or close it.

    It belongs to the thread that opened it. Each statement commits by itself, unless it stands inside
    ``transaction()``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with translated(path):
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
            try:
                self._inner = sqlite_utils.Database(connection)
                self._inner.execute("PRAGMA foreign_keys = ON")
                self._inner.execute("PRAGMA synchronous = FULL")
            except BaseException:
                connection.close()
                raise
        _open_here[id(self)] = path.resolve()

    @property
    def folder(self) -> Path:
        """The state folder of the engagement, where the database lies."""
        return self.path.parent

    @property
    def in_transaction(self) -> bool:
        return self._inner.conn.in_transaction

    def enable_wal(self) -> None:
        """Lets people read while a run writes; the setting stays with the file."""
        with translated(self.path):
            self._inner.enable_wal()

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Runs one statement and says how many rows it changed."""
        with translated(self.path):
            return int(self._inner.execute(sql, self._bound(parameters)).rowcount)

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> int:
        """Runs one statement for each row and says how many rows changed; rows are taken as they come.

        It is one transaction, or part of the one that it stands in.
        """
        if self.in_transaction:
            with translated(self.path):
                return int(self._inner.conn.executemany(sql, rows).rowcount)
        with self.transaction():
            return self.execute_many(sql, rows)

    def query(self, sql: str, parameters: Parameters = ()) -> Iterator[dict[str, Any]]:
        """The rows of a SELECT as dicts, one by one: a large result never stands in memory whole."""
        with translated(self.path):
            cursor = self._inner.execute(sql, self._bound(parameters))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def tuples(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT as they come from SQLite, one by one, for those who read very many."""
        with translated(self.path):
            # No `yield from`: left half-way it would close the cursor, and fail where the database is closed.
            for row in self._inner.execute(sql, self._bound(parameters)):  # noqa: UP028
                yield row

    def one(self, sql: str, parameters: Parameters = ()) -> dict[str, Any] | None:
        """The first row of a SELECT, or None."""
        with translated(self.path):
            cursor = self._inner.execute(sql, self._bound(parameters))
            names = [column[0] for column in cursor.description]
            row = cursor.fetchone()
            cursor.close()
        return None if row is None else dict(zip(names, row, strict=True))

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or None."""
        with translated(self.path):
            cursor = self._inner.execute(sql, self._bound(parameters))
            row = cursor.fetchone()
            cursor.close()
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what the block writes is committed at its end, or was never there.

        A block inside another joins it as a savepoint. The outer block takes the write lock at once, because
        a transaction that first reads and then writes may be refused half-way when somebody wrote in between.
        """
        if self.in_transaction:
            with translated(self.path), self._inner.atomic():
                yield
            return
        with translated(self.path):
            self._inner.execute("BEGIN IMMEDIATE")
        try:
            yield
            with translated(self.path):
                self._inner.execute("COMMIT")
        except BaseException:
            with translated(self.path):
                self._inner.rollback()
            raise

    @contextmanager
    def steady(self) -> Iterator[None]:
        """What the block reads is of one moment, whatever another process writes meanwhile."""
        if self.in_transaction:
            yield
            return
        with translated(self.path):
            self._inner.execute("BEGIN")
        try:
            yield
        finally:
            with translated(self.path):
                self._inner.rollback()

    def quick_check(self) -> None:
        """Raises StateError ``state_damaged`` where the pages of the file contradict each other."""
        found = self.value("PRAGMA quick_check(1)")
        if found != "ok":
            raise damaged(self.path, str(found).replace("\n", " "))

    def parsed(self, text: str, what: str) -> Any:
        """The JSON value of a column; raises StateError ``state_damaged`` naming ``what`` if it is none."""
        try:
            return parsed(text)
        except ValueError as error:
            raise damaged(self.path, f"{what} holds no valid JSON") from error

    def close(self) -> None:
        """Closes the file; the database cannot be used afterwards."""
        with translated(self.path):
            self._inner.close()
        _open_here.pop(id(self), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @staticmethod
    def _bound(parameters: Parameters) -> Sequence[Any] | dict[str, Any]:
        return dict(parameters) if isinstance(parameters, Mapping) else parameters


def open_state(path: Path, *, create: bool) -> Database:
    """Opens the engagement database at ``path``, bringing its schema up to date.

    Raises NoState when the file is absent and ``create`` is not set; StateError ``state_newer`` when a later
    version of this program wrote it, ``state_damaged`` when it is not a database or not one of ours,
    ``state_full``, ``state_readonly`` and their like when it cannot be used. With ``create`` the caller must
    hold the lock of the engagement: two runs must not create one file.
    """
    if not _exists(path):
        if not create:
            raise NoState(
                "there is no engagement database yet",
                where=str(path),
                hint="run `pim-migrate snapshot` first",
                code="no_state",
            )
        _create(path)
    return _open_checked(path)


def prepare_folder(folder: Path) -> None:
    """Makes the state folder, readable by its owner only where the system has modes."""
    with translated_files(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)


def _exists(path: Path) -> bool:
    with translated_files(path):
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True


def _create(path: Path) -> None:
    """Builds the database beside its place and moves it there whole.

    An empty or half-made file at ``path`` therefore always means damage, never a run that was killed here.
    """
    prepare_folder(path.parent)
    with translated_files(path):
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.new-", dir=path.parent)  # mode 0600 by itself
        os.close(handle)
        draft = Path(name)
        try:
            with Database(draft) as database:
                database.enable_wal()
                bring_up_to_date(database)
            draft.replace(path)
        except BaseException:
            for leftover in path.parent.glob(f"{draft.name}*"):
                with suppress(OSError):
                    leftover.unlink()
            raise


def _open_checked(path: Path) -> Database:
    with translated_files(path):
        if path.stat().st_size == 0:
            raise damaged(path, "the file is empty")
        _read_through(path)
    database = Database(path)
    try:
        database.quick_check()
        _check_version(database)
        bring_up_to_date(database)
        _check_tables(database)
    except BaseException:
        database.close()
        raise
    return database


def _read_through(path: Path) -> None:
    """Has the system read the file from one end to the other, which it then has in memory.

    The check that follows asks for its pages here and there, and waits for each: of a file of 470 MB that was
    not in memory 51 seconds, after this 0.4, and this takes one.
    """
    if path.resolve() in list(_open_here.values()):
        # Once the file is closed here, POSIX would let go of the locks that SQLite holds on it.
        return
    buffer = bytearray(1 << 20)
    # Where this fails SQLite reads the same at once, and what it then says is told; on Windows it may also be
    # that another program holds a part of the file for a moment.
    with suppress(OSError), path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def _check_version(database: Database) -> None:
    number = applied_number(database)
    if number == 0:
        raise damaged(database.path, "it has no table schema_migrations")
    if number > latest_number():
        raise StateError(
            f"the engagement database was written by a newer version of pim-migrate "
            f"(schema {number}, this version knows {latest_number()})",
            where=str(database.path),
            hint="update pim-migrate, then run the same command again; nothing was changed",
            code="state_newer",
        )


def _check_tables(database: Database) -> None:
    present = {row["name"] for row in database.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in TABLES:
        if table not in present:
            raise damaged(database.path, f"table {table} is missing")
