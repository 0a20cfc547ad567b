"""The measures, each query for itself by ir-measures, and their bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import AP, RR, Success, nDCG

from knowledge.evaluation.judgements import Grades

Values = npt.NDArray[np.float64]

#: Names as they are printed, in their order. MAP and nDCG know the grades and all that is right for a query; hit@k asks
#: whether anything right is among the first k, and MRR@10 counts 1/rank of the first that is, 0 beyond the tenth.
MEASURES = ("hit@1", "hit@3", "hit@10", "MRR@10", "nDCG@10", "MAP")
_OVER_ALL = {Success @ 1: "hit@1", Success @ 3: "hit@3", Success @ 10: "hit@10", nDCG @ 10: "nDCG@10", AP: "MAP"}

#: Resamples of the bootstrap; with 2,000 the ends of an interval move by less than a tenth of its width.
RESAMPLES = 2_000
_CHUNK = 256


@dataclass(frozen=True)
class Interval:
    """A mean over queries with the ends of its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """For programs."""
        return {"value": self.value, "low": self.low, "high": self.high}


def by_query(runs: Mapping[str, Sequence[str]], grades: Grades) -> dict[str, Values]:
    """Each measure of each judged query, in the order of `grades`; 0 where a run holds nothing for a query.

    `runs` holds ids, best first: their order alone counts, so there are no ties to be broken by anybody else.
    """
    queries = list(grades)
    row = {query: number for number, query in enumerate(queries)}
    scored = {
        query: {entry: -float(rank) for rank, entry in enumerate(dict.fromkeys(runs.get(query, ())))}
        for query in queries
    }
    values = {name: np.zeros(len(queries), dtype=np.float64) for name in MEASURES}
    for metric in ir_measures.pytrec_eval.iter_calc(list(_OVER_ALL), grades, scored):
        values[_OVER_ALL[metric.measure]][row[metric.query_id]] = metric.value
    first_ten = {query: dict(list(ids.items())[:10]) for query, ids in scored.items()}
    for metric in ir_measures.pytrec_eval.iter_calc([RR], grades, first_ten):
        values["MRR@10"][row[metric.query_id]] = metric.value
    return values


def intervals(values: Mapping[str, Values], seed: int = 0) -> dict[str, Interval]:
    """The mean of each row of values (all of one length) with its 95 % percentile bootstrap interval (Efron 1979).

    Queries are drawn with replacement, the same ones for every row; equal seeds give equal intervals.
    """
    names = list(values)
    table = np.stack([values[name] for name in names], axis=1)
    count = len(table)
    chance = np.random.default_rng(seed)
    means: list[Values] = []
    for start in range(0, RESAMPLES, _CHUNK):
        drawn = chance.integers(count, size=(min(_CHUNK, RESAMPLES - start), count))
        means.extend(table[rows].mean(axis=0) for rows in drawn)
    low, high = np.quantile(np.stack(means), (0.025, 0.975), axis=0)
    return {
        name: Interval(float(table[:, column].mean()), float(low[column]), float(high[column]))
        for column, name in enumerate(names)
    }


def differences(ours: Mapping[str, Values], other: Mapping[str, Values], seed: int = 0) -> dict[str, Interval]:
    """Ours less the other, query by query (paired), with the interval of the mean difference."""
    return intervals({name: ours[name] - other[name] for name in ours}, seed)
