"""How well posts find the article that a helper linked: `GOODWORD_DATA=… python -m bench.retrieval`.

Posts of the first half of 2025 (the dev half of that year) against all articles and the threads of 2023 and 2024
(`--past 2023 2024 2025`: also those of 2025), of which only what was written before each post counts. Prints hit@1, @3,
@10 and MRR@10 for plain BM25, plain dense and ours, for strict links and for any link, and what a search costs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from bench import posts
from bench.posts import Post
from knowledge.index import Floats
from knowledge.passages import opening
from knowledge.pools import Pools
from knowledge.ranking import rank_usage
from knowledge.results import Query
from knowledge.searching import post_text, search

Ranking = Callable[[Pools, Query, Floats], list[str]]


def query_of(post: Post) -> Query:
    """The post as retrieval may see it: as of its own time, without its own thread."""
    return Query(text=post.text, title=post.title, as_of=post.created, exclude=frozenset({post.id}), limit=10)


def ours(pools: Pools, query: Query, vector: Floats) -> list[str]:
    """The fused ranking."""
    ranked, _ = rank_usage(pools, query, vector, post_text(query))
    return [pools.usage.entry(item.slot).id for item in ranked[:10]]


def bm25(pools: Pools, query: Query, vector: Floats) -> list[str]:
    """Words alone."""
    scores = pools.usage.bm25.scores(post_text(query), len(pools.usage.entries))
    return [pools.usage.entry(int(slot)).id for slot in np.argsort(-scores, kind="stable")[:10]]


def dense(pools: Pools, query: Query, vector: Floats) -> list[str]:
    """The best passage alone."""
    numbers, _ = pools.usage.index.search(vector, 500)
    owners = dict.fromkeys(pools.usage.owners[int(number)] for number in numbers)
    return [pools.usage.entry(slot).id for slot in owners][:10]


def ranks(found: list[list[str]], wanted: list[frozenset[str]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The rank (from 1) of the first wanted id in each list, infinity where there is none."""
    return np.array(
        [
            next((rank for rank, key in enumerate(ids, 1) if key in right), np.inf)
            for ids, right in zip(found, wanted, strict=True)
        ],
        dtype=np.float64,
    )


def line(name: str, place: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """One row of the table."""
    hits = "  ".join(f"{np.mean(place <= k):.3f}" for k in (1, 3, 10))
    return f"{name:10s} {hits}  {np.mean(np.where(place <= 10, 1 / place, 0)):.3f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--past", type=int, nargs="*", default=[2023, 2024])
    options = parser.parse_args()
    coder = posts.encoder()
    started = time.perf_counter()
    until = datetime(2025, 7, 1, tzinfo=UTC)  # from then on is the report half: not looked at here
    pools = posts.knowledge(options.past, coder, until)
    found = posts.posts(options.year, until)
    queries = [query_of(post) for post in found]
    vectors = coder.encode([opening(post_text(query)) for query in queries])
    print(f"{len(pools.usage)} articles, {len(pools.answers)} answers, {len(found)} posts of {options.year}")
    print(f"read and encoded in {time.perf_counter() - started:.0f} s (vectors from the cache where it has them)")
    systems: dict[str, Ranking] = {"bm25": bm25, "dense": dense, "goodword": ours}
    lists = {
        name: [rank(pools, query, vector) for query, vector in zip(queries, vectors, strict=True)]
        for name, rank in systems.items()
    }
    strict = [row for row, post in enumerate(found) if post.strict]
    for title, rows, wanted in (
        ("strict", strict, [found[row].strict for row in strict]),
        ("any link", list(range(len(found))), [post.linked for post in found]),
    ):
        print(f"\n{title}, n = {len(rows)}\n           hit@1  hit@3  hit@10 MRR@10")
        for name, ids in lists.items():
            print(line(name, ranks([ids[row] for row in rows], wanted)))
    started, spent = time.perf_counter(), time.process_time()
    results = [search(pools, query, vector) for query, vector in zip(queries, vectors, strict=True)]
    wall, spent = time.perf_counter() - started, time.process_time() - spent
    print(f"\na search without encoding: {1000 * wall / len(found):.1f} ms, {1000 * spent / len(found):.1f} ms of CPU")
    sure = np.array([result.confidence for result in results])
    print(f"confidence: mean {sure.mean():.2f}, {np.mean(sure >= 0.35):.0%} at or above 0.35")


if __name__ == "__main__":
    main()
