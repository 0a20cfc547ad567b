"""Fits the weights of knowledge/thread_ranking.py: `GOODWORD_DATA=… python -m bench.thread_weights`.

From the threads that helpers pointed at from the middle of 2023 (before, there is not much to point at) to the end of
2024, each as of its own time. Prints what a fit on the first half reaches on the second, then the weights of all.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bench import posts
from knowledge.evaluation.asking import between, read_queries
from knowledge.evaluation.judgements import read_judgements
from knowledge.evaluation.threads import as_query, read_threads, thread_pool
from knowledge.passages import opening
from knowledge.searching import post_text
from knowledge.thread_ranking import SIGNALS, thread_signals

YEARS = (2023, 2024)
SINCE = datetime(2023, 7, 1, tzinfo=UTC)

#: One query: its candidates' signals, and which of them are right.
Row = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]


def rows() -> list[Row]:
    """All searches to learn from, oldest first."""
    coder = posts.encoder()
    past = read_threads([posts.data() / f"threads-{year}.jsonl.gz" for year in YEARS])
    pool = thread_pool(list(past.by_id.values()), coder)
    found: list[Row] = []
    for year in YEARS:
        grades = read_judgements(posts.data() / f"links-threads-{year}.tsv").grades
        asked = between(read_queries(posts.data() / f"threads-{year}.jsonl.gz").found, SINCE, None)
        for one in sorted(asked, key=lambda item: (item.created or SINCE, item.id)):
            if not grades.get(one.id, {}).keys() & past.by_id.keys():
                continue
            query = as_query(one)
            vector = coder.encode([opening(post_text(query))])[0]
            slots, signals = thread_signals(pool, query, vector, post_text(query))
            found.append((signals, np.array([pool.entry(int(slot)).id in grades[one.id] for slot in slots])))
    return found


def fit(found: list[Row]) -> npt.NDArray[np.float64]:
    """Weights of the signals as they are, from a logistic regression over all candidates."""
    signals = np.concatenate([row[0] for row in found])
    right = np.concatenate([row[1] for row in found])
    spread = signals.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((signals - signals.mean(axis=0)) / spread, right)
    weights: npt.NDArray[np.float64] = model.coef_[0] / spread
    return weights


def reached(found: list[Row], weights: npt.NDArray[np.float64]) -> str:
    """hit@1, hit@3, hit@10 and MRR@10; what is no candidate is not found."""
    ranks = np.array(
        [
            1 + np.sum(signals @ weights > (signals @ weights)[right].max()) if right.any() else np.inf
            for signals, right in found
        ]
    )
    hits = "  ".join(f"{np.mean(ranks <= k):.3f}" for k in (1, 3, 10))
    return f"{hits}  {np.mean(np.where(ranks <= 10, 1 / ranks, 0)):.3f}"


def main() -> None:
    """Fit and print."""
    found = rows()
    half = len(found) // 2
    print(f"{len(found)} queries; fitted on the first half, the second: {reached(found[half:], fit(found[:half]))}")
    for name, weight in zip(SIGNALS, fit(found), strict=True):
        print(f"    {weight:.3f},  # {name}")


if __name__ == "__main__":
    main()
