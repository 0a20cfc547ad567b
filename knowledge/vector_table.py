"""Vectors of one kind in a table of the database with an HNSW index (pgvector), for libraries of hundreds of thousands.

A row is named by a hash of its numbers, so all processes share the table: whoever adds first writes, and no row ever
changes. Rows of entries that are gone stay until the encoder changes; whoever searches leaves them out.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import numpy as np
import psycopg
from psycopg import sql

from knowledge.index import Floats, Ids

Connect = Callable[[], psycopg.Connection[Any]]

_PREFIX = "nearest_"
#: Rows in one message of a COPY, and fetched from the index in one go.
_CHUNK, _FETCHED = 10_000, 500
#: pgvector reads on until enough rows are found that the filters let through; these bounds are those of a whole table.
_SEARCHING = (
    "SET enable_seqscan = off",
    "SET enable_sort = off",
    "SET hnsw.iterative_scan = relaxed_order",
    "SET hnsw.ef_search = 400",
    "SET hnsw.max_scan_tuples = 2147483647",
    "SET hnsw.scan_mem_multiplier = 100",
)
#: One process of the server builds the index: beside others it may have little shared memory for more.
_BUILDING = ("SET maintenance_work_mem = '512MB'", "SET max_parallel_maintenance_workers = 0")


def table_name(kind: str, encoder_id: str) -> str:
    """The table for vectors of a kind made by an encoder."""
    return f"{_PREFIX}{kind}_{_of_encoder(encoder_id)}"


def foreign_tables(names: Sequence[str], encoder_ids: Sequence[str]) -> list[str]:
    """Which of these tables hold vectors of other encoders."""
    ours = tuple(_of_encoder(key) for key in encoder_ids)
    return [name for name in names if name.startswith(_PREFIX) and not name.endswith(ours)]


def keys_of(vectors: Floats) -> Ids:
    """The names of vectors: 64 bits of a hash. Of a million two share one in one of some thirty million libraries."""
    rows = np.ascontiguousarray(vectors, dtype="<f4")
    return np.frombuffer(b"".join(hashlib.blake2b(row, digest_size=8).digest() for row in rows), dtype="<i8")


class VectorTable:
    """One table. `add` may run beside the other methods, in a thread of its own. All raise psycopg.Error."""

    def __init__(self, connect: Connect, name: str, dimension: int) -> None:
        self.dimension = dimension
        self._connect = connect
        self._table = sql.Identifier(name)
        self._names = {"table": self._table, "index": sql.Identifier(f"{name}_hnsw"), "side": sql.Literal(dimension)}
        self._name = name
        self._connection: psycopg.Connection[Any] | None = None
        self._taken = threading.Lock()

    def add(self, keys: Ids, vectors: Floats) -> None:
        """Write what is not there, and index it; minutes for a few hundred thousand the first time."""
        with self._connect() as connection:
            connection.autocommit = True
            for setting in _BUILDING:
                connection.execute(setting)
            # Of several processes that come here one writes and builds, the others then find it done.
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (self._name,))
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            form = "CREATE TABLE IF NOT EXISTS {table} (key bigint PRIMARY KEY, embedding vector({side}) NOT NULL)"
            connection.execute(self._sql(form))
            there = connection.execute(self._sql("SELECT key FROM {table}")).fetchall()
            known = np.array([key for (key,) in there], dtype=np.int64)
            fresh, rows = np.unique(keys, return_index=True)
            rows = rows[~np.isin(fresh, known)]
            with (
                connection.cursor() as cursor,
                cursor.copy(self._sql("COPY {table} FROM STDIN (FORMAT BINARY)")) as copy,
            ):
                for message in _copied(keys[rows], vectors[rows]):
                    copy.write(message)
            index = "CREATE INDEX IF NOT EXISTS {index} ON {table} USING hnsw"
            connection.execute(self._sql(index + " ((embedding::halfvec({side})) halfvec_ip_ops)"))
            connection.execute(self._sql("ANALYZE {table}"))

    def nearest(self, vector: Floats) -> Generator[tuple[int, float]]:
        """Names and inner products, nearly best first, as far as somebody asks. To be closed, or read to the end."""
        order = "SELECT key, -(embedding <#> %(post)s::vector) FROM {table} ORDER BY"
        query = self._sql(order + " (embedding::halfvec({side})) <#> %(post)s::halfvec({side})")
        with self._open() as connection, connection.cursor("nearest", binary=True) as cursor:
            cursor.itersize = _FETCHED
            yield from cursor.execute(query, {"post": _literal(vector)})

    def products(self, vector: Floats, keys: Ids) -> list[tuple[int, float]]:
        """Names and inner products of these rows, in any order."""
        query = self._sql("SELECT key, -(embedding <#> %s::vector) FROM {table} WHERE key = ANY(%s)")
        with self._open() as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(query, (_literal(vector), keys.tolist())).fetchall()

    def read(self, keys: Ids) -> Floats:
        """The vectors of these names, one row each; all must be there."""
        query = self._sql("SELECT key, embedding FROM {table} WHERE key = ANY(%s)")
        found = np.zeros((len(keys), self.dimension), dtype=np.float32)
        for start in range(0, len(keys), _CHUNK):
            wanted = keys[start : start + _CHUNK]
            with self._open() as connection, connection.cursor(binary=True) as cursor:
                rows = dict(cursor.execute(query, (wanted.tolist(),)).fetchall())
            # pgvector's own form: two numbers of 16 bits, then the vector, big-endian
            found[start : start + _CHUNK] = [np.frombuffer(rows[key], dtype=">f4", offset=4) for key in wanted.tolist()]
        return found

    def _sql(self, text: LiteralString) -> sql.Composed:
        return sql.SQL(text).format(**self._names)

    @contextmanager
    def _open(self) -> Iterator[psycopg.Connection[Any]]:
        """The connection that is kept for searches, in a transaction; a broken one is made anew the next time."""
        with self._taken:
            if self._connection is None or self._connection.closed:
                self._connection = self._connect()
                self._connection.autocommit = True
                for setting in _SEARCHING:
                    self._connection.execute(setting)
            try:
                with self._connection.transaction():
                    yield self._connection
            except psycopg.OperationalError:
                self._connection.close()
                raise


def _of_encoder(encoder_id: str) -> str:
    return hashlib.sha256(encoder_id.encode()).hexdigest()[:16]


def _literal(vector: Floats) -> str:
    return "[" + ",".join(map(str, vector.tolist())) + "]"


def _copied(keys: Ids, vectors: Floats) -> Iterator[bytes]:
    """Rows in the binary form of COPY, with pgvector's own form of a vector."""
    side = vectors.shape[1]
    form = np.dtype(
        [
            ("fields", ">i2"),
            ("key_size", ">i4"),
            ("key", ">i8"),
            ("size", ">i4"),
            ("side", ">i2"),
            ("unused", ">i2"),
            ("numbers", ">f4", (side,)),
        ]
    )
    yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for start in range(0, len(keys), _CHUNK):
        part = np.zeros(len(keys[start : start + _CHUNK]), dtype=form)
        part["fields"], part["key_size"], part["size"], part["side"] = 2, 8, 4 + 4 * side, side
        part["key"], part["numbers"] = keys[start : start + _CHUNK], vectors[start : start + _CHUNK]
        yield part.tobytes()
    yield b"\xff\xff"
