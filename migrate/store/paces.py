"""What runs have learned about how fast a tenant may be asked, and which runs are asking it now.

A small file of its own in the state folder, apart from the engagement's: several runs write it at the same
time, and losing it costs nothing but a few refusals. So nothing in here fails: a file that cannot be used is
told of once, and the run goes on without it.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from migrate.store.process import is_alive

FILE_NAME = "pace.db"
ALIVE_SECONDS = 30.0
"""A run that gave no sign for so long is gone: runs give one about every five seconds. One that was killed on
this machine is seen to be gone at once, so that it takes no part of the pace from the run that goes on."""
_KEPT_SECONDS = 90 * 86_400.0
"""What nobody confirmed for a quarter of a year is forgotten."""
_PATIENCE = 0.25
"""Seconds that a statement waits for another run: reading goes on meanwhile no faster than before."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS limits (tenant_id TEXT NOT NULL, lane TEXT NOT NULL,"
    " per_second REAL NOT NULL, at REAL NOT NULL, PRIMARY KEY (tenant_id, lane))",
    "CREATE TABLE IF NOT EXISTS reached (tenant_id TEXT NOT NULL, lane TEXT NOT NULL,"
    " per_second REAL NOT NULL, at REAL NOT NULL, PRIMARY KEY (tenant_id, lane))",
    "CREATE TABLE IF NOT EXISTS at_work (tenant_id TEXT NOT NULL, run_id TEXT NOT NULL, host TEXT NOT NULL,"
    " pid INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (tenant_id, run_id))",
)


class PaceBook:
    """The file, opened when it is first needed; a folder that does not exist yet is not made for it.

    ``clock`` is seconds since 1970 (all runs of one engagement share it), ``tell`` gets one line for people,
    ``pid`` is the process of the run, this one unless told otherwise.
    """

    def __init__(
        self,
        path: Path,
        *,
        run_id: str,
        clock: Callable[[], float],
        tell: Callable[[str], object],
        pid: int | None = None,
    ) -> None:
        self._path = path
        self._run_id = run_id
        self._host, self._pid = socket.gethostname(), os.getpid() if pid is None else pid
        self._clock = clock
        self._tell = tell
        self._connection: sqlite3.Connection | None = None
        self._broken = False

    def of(self, tenant_id: str) -> TenantPaces:
        return TenantPaces(self, tenant_id.lower())

    def now(self) -> float:
        return self._clock()

    def count(self, tenant_id: str) -> int:
        """Says that this run is alive, and how many use the tenant, this one included."""
        now = self.now()
        self.ask("DELETE FROM at_work WHERE at < ? OR at > ?", now - ALIVE_SECONDS, now + ALIVE_SECONDS)
        self.ask(
            "INSERT OR REPLACE INTO at_work (tenant_id, run_id, host, pid, at) VALUES (?, ?, ?, ?, ?)",
            tenant_id,
            self._run_id,
            self._host,
            self._pid,
            now,
        )
        others = self.ask(
            "SELECT host, pid FROM at_work WHERE tenant_id = ? AND run_id <> ?", tenant_id, self._run_id
        )
        return 1 + sum(host != self._host or (isinstance(pid, int) and is_alive(pid)) for host, pid in others)

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a statement; none where the file cannot be used."""
        try:
            connection = self._opened()
            return [] if connection is None else connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                self._give_up(error)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
        return []

    def close(self) -> None:
        """Says that this run has ended."""
        self.ask("DELETE FROM at_work WHERE run_id = ?", self._run_id)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> sqlite3.Connection | None:
        if self._connection is None and not self._broken and self._path.parent.is_dir():
            connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
            self._connection = connection
            # A lost write costs nothing here, and waiting for the disk would hold up the reading.
            connection.execute("PRAGMA synchronous = OFF")
            for table in _TABLES:
                connection.execute(table)
            for table in ("limits", "reached"):
                connection.execute(f"DELETE FROM {table} WHERE at < ?", (self._clock() - _KEPT_SECONDS,))
        return self._connection

    def _give_up(self, error: Exception) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if not self._broken:
            self._broken = True
            self._tell(f"what was learned about the pace is not kept: {self._path} cannot be used ({error})")


class TenantPaces:
    """One tenant's part of the book."""

    def __init__(self, book: PaceBook, tenant_id: str) -> None:
        self._book = book
        self._tenant_id = tenant_id

    def limits(self) -> dict[str, float]:
        """Units a second by lane, as any run has last learned them."""
        return self._rates("limits")

    def learn(self, lane: str, limit: float) -> None:
        self._keep("limits", lane, limit)

    def reached(self) -> dict[str, float]:
        """Units a second by lane that a run came to without meeting a limit."""
        return self._rates("reached")

    def reach(self, lane: str, rate: float) -> None:
        self._keep("reached", lane, rate)

    def runs(self) -> int:
        """Says that this run is alive, and how many are, this one included."""
        return self._book.count(self._tenant_id)

    def _rates(self, table: str) -> dict[str, float]:
        found = self._book.ask(f"SELECT lane, per_second FROM {table} WHERE tenant_id = ?", self._tenant_id)
        return {str(lane): rate for lane, rate in found if isinstance(rate, float) and rate > 0}

    def _keep(self, table: str, lane: str, rate: float) -> None:
        self._book.ask(
            f"INSERT OR REPLACE INTO {table} (tenant_id, lane, per_second, at) VALUES (?, ?, ?, ?)",
            self._tenant_id,
            lane,
            rate,
            self._book.now(),
        )
