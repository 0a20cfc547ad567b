"""How well posts find the article that a helper linked: `GOODWORD_DATA=… python -m bench.retrieval`.

Posts of the first half of 2025 against all articles and the threads of 2023 to 2025, of which only what was written
before each post counts; `--report` takes the second half instead, which is looked at as rarely as possible. Compared in
one run: plain BM25, plain dense, the weighted formula (`bench.weighted`), ours as it ships (which was fitted on posts
before July 2025: the row is printed for the report half only) and ours as learned from what was written before the
first post. Prints hit@1, @3, @10 and MRR@10 for strict links and for any link, the paired difference of ours to the
formula with 95 % bootstrap intervals, what the confidence is worth, and what a search costs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench import posts
from bench.calibrate import calibration_error
from bench.posts import Post, query_of
from bench.weighted import weighted
from knowledge.confidence import usage_confidence, usage_signals
from knowledge.index import Floats
from knowledge.learning import fit
from knowledge.model import RankingModel
from knowledge.passages import opening
from knowledge.pools import Pools
from knowledge.ranking import rank_usage
from knowledge.results import Query
from knowledge.searching import post_text, search

Ranking = Callable[[Pools, Query, Floats], list[str]]
Places = np.ndarray[tuple[int], np.dtype[np.float64]]


def ours(model: RankingModel) -> Ranking:
    """The ranking by a model."""

    def rank(pools: Pools, query: Query, vector: Floats) -> list[str]:
        ranked, _ = rank_usage(pools, query, vector, post_text(query), model)
        return [pools.usage.entry(item.slot).id for item in ranked[:10]]

    return rank


def bm25(pools: Pools, query: Query, vector: Floats) -> list[str]:
    """Words alone."""
    scores = pools.usage.bm25.scores(post_text(query), len(pools.usage.entries))
    return [pools.usage.entry(int(slot)).id for slot in np.argsort(-scores, kind="stable")[:10]]


def dense(pools: Pools, query: Query, vector: Floats) -> list[str]:
    """The best passage alone."""
    numbers, _ = pools.usage.index.search(vector, 500)
    owners = dict.fromkeys(pools.usage.owners[int(number)] for number in numbers)
    return [pools.usage.entry(slot).id for slot in owners][:10]


def ranks(found: list[list[str]], wanted: list[frozenset[str]]) -> Places:
    """The rank (from 1) of the first wanted id in each list, infinity where there is none."""
    return np.array(
        [
            next((rank for rank, key in enumerate(ids, 1) if key in right), np.inf)
            for ids, right in zip(found, wanted, strict=True)
        ],
        dtype=np.float64,
    )


def figures(place: Places) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Of each post hit@1, hit@3, hit@10 and the reciprocal rank to ten: (n, 4)."""
    hits = [(place <= k).astype(np.float64) for k in (1, 3, 10)]
    return np.stack([*hits, np.where(place <= 10, 1 / place, 0.0)], axis=1)


def line(name: str, place: Places) -> str:
    """One row of the table."""
    return f"{name:10s} " + "  ".join(f"{value:.3f}" for value in figures(place).mean(axis=0))


def difference(ours_: Places, other: Places) -> str:
    """The paired differences with 95 % intervals of the percentile bootstrap."""
    gain = figures(ours_) - figures(other)
    picks = np.random.default_rng(0).integers(0, len(gain), (2_000, len(gain)))
    means = gain[picks].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return "  ".join(f"{a:+.3f} [{b:+.3f}, {c:+.3f}]" for a, b, c in zip(gain.mean(axis=0), low, high, strict=True))


def look(pools: Pools, query: Query, vector: Floats, model: RankingModel) -> tuple[float, float, list[str]]:
    """How sure of the first entries, the cosine of the nearest passage of all, and the ids, best first."""
    ranked, seen = rank_usage(pools, query, vector, post_text(query), model)
    sure = usage_confidence(usage_signals(pools, ranked, seen, post_text(query)), model)
    return sure, max(item.cosine for item in ranked), [pools.usage.entry(item.slot).id for item in ranked]


def confidence(
    pools: Pools, found: list[Post], vectors: Floats, model: RankingModel, foreign: list[tuple[str, Floats]]
) -> None:
    """Print what the confidence in the entries is worth, for all posts with any link."""
    looks, without, cosine, cosine_without = [], [], [], []
    for post, vector in zip(found, vectors, strict=True):
        query = query_of(post)
        value, nearest, ids = look(pools, query, vector, model)
        looks.append((value, bool(set(ids[:3]) & post.linked)))
        cosine.append(nearest)
        value, nearest, _ = look(pools, replace(query, exclude=query.exclude | post.linked), vector, model)
        without.append(value)
        cosine_without.append(nearest)
    far = [look(pools, Query(text=text), vector, model) for text, vector in foreign]
    other, cosine_other = [value for value, _, _ in far], [nearest for _, nearest, _ in far]
    sure, hit = np.array([value for value, _ in looks]), np.array([right for _, right in looks])
    odds = np.log(np.clip(sure, 1e-6, 1 - 1e-6) / (1 - np.clip(sure, 1e-6, 1 - 1e-6)))
    slope = LogisticRegression(C=1e6).fit(odds[:, None], hit).coef_[0, 0]
    base = hit.mean()
    print(f"\nconfidence, n = {len(hit)}: right {base:.3f}, mean {sure.mean():.3f}, slope {slope:.2f}", end="")
    print(f", ECE {calibration_error(sure, hit):.3f}", end="")
    print(f", Brier {np.mean((sure - hit) ** 2):.3f}, of the base rate {base * (1 - base):.3f}")
    print(f"AUROC right or wrong {roc_auc_score(hit, sure):.3f}, cosine {roc_auc_score(hit, cosine):.3f}")
    for name, low, plain in (("taken out", without, cosine_without), ("another domain", other, cosine_other)):
        truth = [1] * len(sure) + [0] * len(low)
        print(
            f"AUROC or {name} {roc_auc_score(truth, [*sure, *low]):.3f}, cosine "
            f"{roc_auc_score(truth, [*cosine, *plain]):.3f}"
        )
    print("threshold  drafted  right of those  drafted of taken out")
    for limit in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8):
        over = sure >= limit
        print(f"{limit:.2f}  {over.mean():.2f}  {hit[over].mean():.2f}  {np.mean(np.array(without) >= limit):.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="posts from July 2025 on: only to confirm what stands")
    parser.add_argument("--cost", action="store_true", help="what does a search cost?")
    options = parser.parse_args()
    coder = posts.encoder()
    border = datetime(2025, 7, 1, tzinfo=UTC)
    started = time.perf_counter()
    until = None if options.report else border
    pools = posts.knowledge((2023, 2024, 2025), coder, until)
    found = [post for post in posts.posts(2025) if (post.created >= border) == options.report]
    queries = [query_of(post) for post in found]
    vectors = coder.encode([opening(post_text(query)) for query in queries])
    far = posts.other_domain()[:300]
    foreign = list(zip(far, coder.encode(far), strict=True))
    print(f"{len(pools.usage)} articles, {len(pools.answers)} answers, {len(found)} posts")
    print(f"read and encoded in {time.perf_counter() - started:.0f} s (vectors from the cache where it has them)")
    started, spent = time.perf_counter(), time.process_time()
    learned = fit(pools, found[0].created, encoder_id=coder.id)
    wall, spent = time.perf_counter() - started, time.process_time() - spent
    print(f"learned from {learned.fitted_on} in {wall:.0f} s, {spent:.0f} s of CPU")
    systems: dict[str, Ranking] = {"bm25": bm25, "dense": dense, "formula": weighted}
    systems |= {"shipped": ours(RankingModel.default())} if options.report else {}
    systems |= {"no metric": ours(learned.with_metric(None, "")), "learned": ours(learned)}
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
        places = {name: ranks([ids[row] for row in rows], wanted) for name, ids in lists.items()}
        for name, place in places.items():
            print(line(name, place))
        print("learned - formula", difference(places["learned"], places["formula"]))
    confidence(pools, found, vectors, learned, foreign)
    if options.cost:
        for name, model in (("shipped", RankingModel.default()), ("learned", learned)):
            spent = time.process_time()
            for query, vector in zip(queries[:300], vectors, strict=False):
                search(pools, query, vector, model)
            print(f"a search without encoding, {name}: {1000 * (time.process_time() - spent) / 300:.1f} ms of CPU")


if __name__ == "__main__":
    main()
