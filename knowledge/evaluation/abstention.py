"""Does the confidence know when there is an answer? Judged on queries that have one, and on some that have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from knowledge.evaluation.measures import Interval
from knowledge.evaluation.reliability import (
    CurvePoint,
    Reliability,
    area,
    as_json,
    reliability,
    risk_coverage,
    separation,
)
from knowledge.index import Floats
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.results import Query
from knowledge.searching import search

#: Right means: a judged id is among this many.
TOP = 3


@dataclass(frozen=True)
class Look:
    """One search: how sure of the best entry, the plain cosine beside it (of the passage that is nearest of all), and
    whether a judged id is among the first TOP."""

    query: str
    confidence: float
    cosine: float
    right: bool


@dataclass(frozen=True)
class Abstention:
    """What is told of the confidence.

    `separations`, each the AUROC of the confidence, of the plain cosine and of their paired difference: `right` from
    wrong; queries from those of `another domain`; queries from the same queries with their entry `taken out`.
    """

    looks: tuple[Look, ...]
    curve: tuple[CurvePoint, ...]
    area: float
    reliability: Reliability
    separations: dict[str, dict[str, Interval]]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "n": len(self.looks),
            "reliability": as_json(self.reliability),
            "auroc": {
                name: {score: interval.as_json() for score, interval in row.items()}
                for name, row in self.separations.items()
            },
            "area_under_risk_coverage": self.area,
            "risk_coverage": [vars(point) for point in self.curve],
            "queries": {look.query: {"confidence": look.confidence, "right": look.right} for look in self.looks},
        }


def look(
    pools: Pools, query: Query, vector: Floats, name: str, right: frozenset[str], model: RankingModel | None = None
) -> Look:
    """Search once. An empty result has confidence 0."""
    found = search(pools, replace(query, limit=TOP), vector, model)
    allowed = pools.usage.allowed(query)
    owners = pools.usage.owner_of_passages()
    _, cosines = pools.usage.index.search(vector, 1, allowed[owners] if len(owners) else None)
    return Look(
        query=name,
        # of the entries alone: a past answer may be right for a query whose article nobody judged
        confidence=found.usage[0].score if found.usage else 0.0,
        cosine=float(cosines[0]) if len(cosines) else 0.0,
        right=bool({hit.entry.id for hit in found.usage} & right),
    )


def judge(looks: Sequence[Look], others: Sequence[Look], without: Sequence[Look], seed: int = 0) -> Abstention:
    """Put the figures together; `others` are of another domain, `without` of queries whose entry was taken out.

    Raises:
        ValueError: there is no look.
    """
    confidence = np.array([one.confidence for one in looks], dtype=np.float64)
    right = np.array([one.right for one in looks], dtype=np.bool_)
    curve = risk_coverage(confidence, right)
    separations = {
        "right from wrong": _separate(
            [one for one in looks if one.right], [one for one in looks if not one.right], seed
        ),
        "from another domain": _separate(looks, others, seed),
        "from entry taken out": _separate(looks, without, seed),
    }
    return Abstention(
        looks=tuple(looks),
        curve=tuple(curve),
        area=area(curve),
        reliability=reliability(confidence, right),
        separations={name: found for name, found in separations.items() if found},
    )


def _separate(higher: Sequence[Look], lower: Sequence[Look], seed: int) -> dict[str, Interval]:
    if not higher or not lower:
        return {}
    return separation(
        {
            "confidence": (_scores(higher, "confidence"), _scores(lower, "confidence")),
            "cosine": (_scores(higher, "cosine"), _scores(lower, "cosine")),
        },
        seed,
    )


def _scores(looks: Sequence[Look], name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([getattr(one, name) for one in looks], dtype=np.float64)
