"""The learned metric, with the real optimiser (whose import alone takes seconds)."""

from __future__ import annotations

import numpy as np

from knowledge.index import Floats
from knowledge.learning.metric import LEAST, learn_metric
from knowledge.model import RankingModel

KERNEL = RankingModel.default().kernel
SIDE, TOPICS, COUNT = 16, 8, 200


def cases() -> tuple[Floats, Floats, Floats]:
    """Questions (COUNT, SIDE) about topics, strongly stirred along one axis that means nothing; whose they are; and a
    passage a topic."""
    chance = np.random.default_rng(5)
    axes = np.linalg.qr(chance.normal(size=(SIDE, SIDE)))[0].astype(np.float32)
    topics = chance.integers(TOPICS, size=COUNT)
    rows = axes[topics] + 1.5 * chance.normal(size=(COUNT, 1)) * axes[-1] + 0.2 * chance.normal(size=(COUNT, SIDE))
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit, np.eye(TOPICS, dtype=np.float32)[topics], axes[:TOPICS]


def test_it_brings_posts_of_one_entry_together() -> None:
    questions, shares, passages = cases()
    matrix = learn_metric(questions, questions, shares, passages, np.arange(TOPICS), KERNEL)
    assert matrix is not None
    same = shares @ shares.T > 0

    def gap(rows: Floats) -> float:
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        cosines = unit @ unit.T
        return float(cosines[same].mean() - cosines[~same].mean())

    assert gap(questions @ matrix.T) > gap(questions)


def test_it_gives_the_same_twice_and_nothing_for_too_few() -> None:
    questions, shares, passages = cases()
    owners = np.arange(TOPICS)
    once, twice = (learn_metric(questions, questions, shares, passages, owners, KERNEL) for _ in range(2))
    assert once is not None
    np.testing.assert_array_equal(once, twice)
    few = LEAST - 1
    assert learn_metric(questions[:few], questions[:few], shares[:few], passages, owners, KERNEL) is None
