"""Systems compared on the same queries: means with intervals, and paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.evaluation.judgements import Grades
from knowledge.evaluation.measures import Interval, by_query, differences, intervals

#: So many ids of a query's ranking are written to the JSON.
SHOWN = 10


@dataclass(frozen=True)
class Comparison:
    """`systems`: measures by name; `paired`: ours less each of the others; `runs`: the first ids of ours by query."""

    n: int
    systems: dict[str, dict[str, Interval]]
    paired: dict[str, dict[str, Interval]]
    runs: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        """`{"n", "systems": {name: {measure: {"value", "low", "high"}}}, "differences", "runs"}`."""
        return {
            "n": self.n,
            "systems": {name: _as_json(row) for name, row in self.systems.items()},
            "differences": {name: _as_json(row) for name, row in self.paired.items()},
            "runs": self.runs,
        }


def compare(runs: Mapping[str, Mapping[str, Sequence[str]]], grades: Grades, seed: int = 0) -> Comparison:
    """Measure rankings by system and query. The first system is ours.

    Raises:
        ValueError: there is no system, or no judged query.
    """
    if not runs or not grades:
        raise ValueError("nothing to compare")
    values = {name: by_query(run, grades) for name, run in runs.items()}
    ours, *others = values
    return Comparison(
        n=len(grades),
        systems={name: intervals(rows, seed) for name, rows in values.items()},
        paired={other: differences(values[ours], values[other], seed) for other in others},
        runs={query: list(runs[ours].get(query, ())[:SHOWN]) for query in grades},
    )


def _as_json(row: dict[str, Interval]) -> dict[str, dict[str, float]]:
    return {name: interval.as_json() for name, interval in row.items()}
