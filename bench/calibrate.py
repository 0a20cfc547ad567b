"""Fits the confidence in past answers and writes knowledge/calibration.py: `GOODWORD_DATA=… python -m bench.calibrate`.

What it learns from, all of it of 2024 and earlier:
- *covered*: every post of 2024 with a strict link, against all articles and the past answers of 2023 and 2024 from
  before it. An answer is right if it cites an
  article that a helper linked for this post; looked at is the best that cites any, since the others cannot be judged.
- *small*: libraries of 30 to 100 random articles and up to 500 random answers, with posts that they cover and posts
  that they do not, so that the numbers hold for a team that begins.
- *another world*: short texts of CLINC150 (`train`, `oos_train`), wrong against both sizes of library.
The last two count a fraction each (WEIGHTS), so that on covered posts the mean confidence stays near the accuracy.
"""

from __future__ import annotations

import json
import random
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench import posts
from bench.posts import Post, query_of
from knowledge import confidence
from knowledge.answer_ranking import rank_answers
from knowledge.confidence import AnswerSignals
from knowledge.encoder import Encoder
from knowledge.entries import Entry
from knowledge.index import Floats
from knowledge.passages import opening
from knowledge.pools import Pools
from knowledge.reading import read
from knowledge.results import Query
from knowledge.searching import post_text

WEIGHTS = {"covered": 1.0, "small": 0.05, "another world": 0.3}
TARGET = Path(__file__).parents[1] / "knowledge" / "calibration.py"


@dataclass(frozen=True)
class Row:
    """One search: what was seen, whether it was right, of which group, and the post's place in time."""

    group: str
    order: int
    signals: tuple[float, ...]
    right: bool


class Collector:
    """Searches and keeps the signals."""

    def __init__(self) -> None:
        self.answers: list[Row] = []

    def look(self, group: str, order: int, pools: Pools, query: Query, vector: Floats, post: Post | None) -> None:
        """One search; `post` is None where nothing can be right."""
        text = post_text(query)
        answers = rank_answers(pools.answers, query, vector, text)
        for item in answers:
            cited = set(pools.answers.entry(item.slot).cites)
            if cited & set(pools.usage.slot_of) or post is None:
                signals = confidence.answer_signals(pools, item, text)
                self.answers.append(Row(group, order, astuple(signals), bool(post and cited & post.linked)))
                return


def collect(coder: Encoder) -> Collector:
    """All searches to learn from."""
    chance = random.Random(2024)
    files = [posts.data() / name for name in ("articles.jsonl", "threads-2023.jsonl.gz", "threads-2024.jsonl.gz")]
    articles, *threads = [[item for item in read(file) if isinstance(item, Entry)] for file in files]
    answers = [entry for year in threads for entry in year]
    asked = [post for post in posts.posts(2024) if post.strict]
    queries = [query_of(post) for post in asked]
    vectors = coder.encode([opening(post_text(query)) for query in queries])
    clinc = json.loads((posts.data().parent / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    foreign = [text for text, _ in chance.sample(clinc["train"], 200) + clinc["oos_train"][:100]]
    foreign_vectors = coder.encode(foreign)

    def pools_of(entries: list[Entry]) -> Pools:
        made = Pools(coder.dimension)
        posts.fill(made, entries, coder)
        return made

    found = Collector()
    whole = pools_of(articles + answers)
    for order, (post, query, vector) in enumerate(zip(asked, queries, vectors, strict=True)):
        found.look("covered", order, whole, query, vector, post)
    small = [pools_of(_small(chance, articles, answers, asked)) for _ in range(20)]
    for pools in small:
        held = set(pools.usage.slot_of)
        inside = [row for row, post in enumerate(asked) if post.strict & held]
        outside = [row for row, post in enumerate(asked) if not post.linked & held]
        for row in chance.sample(inside, min(60, len(inside))):
            found.look("small", row, pools, _timeless(queries[row]), vectors[row], asked[row])
        for row in chance.sample(outside, min(60, len(outside))):
            found.look("small", row, pools, _timeless(queries[row]), vectors[row], None)
    for pools in [whole, *small[:4]]:
        for text, vector in zip(foreign, foreign_vectors, strict=True):
            found.look("another world", chance.randrange(len(asked)), pools, Query(text=text), vector, None)
    return found


def _small(chance: random.Random, articles: list[Entry], answers: list[Entry], asked: list[Post]) -> list[Entry]:
    own = {post.id for post in asked}
    others = [entry for entry in answers if entry.id not in own]
    count = chance.choice((30, 60, 100))
    return chance.sample(articles, count) + chance.sample(others, chance.choice((0, 50, 150, 500)))


def _timeless(query: Query) -> Query:
    return Query(**{**vars(query), "as_of": None})


def fit(rows: list[Row]) -> tuple[float, ...]:
    """Intercept and coefficients of a weighted logistic regression, for the signals as they are."""
    signals = np.array([row.signals for row in rows])
    right = np.array([row.right for row in rows])
    weights = np.array([WEIGHTS[row.group] for row in rows])
    mean, spread = signals.mean(axis=0), signals.std(axis=0)
    model = LogisticRegression(C=1.0).fit((signals - mean) / spread, right, sample_weight=weights)
    slopes = model.coef_[0] / spread
    return float(model.intercept_[0] - slopes @ mean), *(float(slope) for slope in slopes)


def report(name: str, rows: list[Row]) -> None:
    """Fit on the first six tenths of the year, print what it does on the rest."""
    border = np.quantile([row.order for row in rows], 0.6)
    weights = fit([row for row in rows if row.order < border])
    later = [row for row in rows if row.order >= border]
    sure = np.array([confidence.logistic(row.signals, weights) for row in later])
    group = np.array([row.group for row in later])
    right = np.array([row.right for row in later])
    print(f"\n{name}, the last four tenths of 2024 with coefficients of the first six")
    for label in WEIGHTS:
        here = group == label
        if not here.any():
            continue
        print(
            f"  {label:14s} n {here.sum():4d}  right {right[here].mean():.2f}  mean confidence {sure[here].mean():.2f}"
            f"  at or above .35: {np.mean(sure[here] >= 0.35):.2f}"
        )
    covered = group == "covered"
    print(f"  AUROC right or wrong, covered: {roc_auc_score(right[covered], sure[covered]):.3f}")
    for label in ("another world",):
        if not (group == label).any():
            continue
        both = covered | (group == label)
        print(f"  AUROC covered or {label}: {roc_auc_score(covered[both], sure[both]):.3f}")
    print(f"  expected calibration error, covered, five bins: {calibration_error(sure[covered], right[covered]):.3f}")


def calibration_error(sure: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = 5) -> float:
    """Mean distance of confidence and accuracy over bins of equal size (Naeini et al. 2015, with equal-mass bins)."""
    order = np.array_split(np.argsort(sure), bins)
    return float(sum(len(part) * abs(sure[part].mean() - right[part].mean()) for part in order) / len(sure))


def main() -> None:
    """Fit, report, write."""
    found = collect(posts.encoder())
    report("answers", found.answers)
    lines = [
        '"""The confidence in past answers: coefficients that `python -m bench.calibrate` makes, from what it says."""',
        "",
        "from __future__ import annotations",
    ]
    for name, model, rows in (("ANSWER", AnswerSignals, found.answers),):
        names = ", ".join(["intercept", *(item.name for item in fields(model))])
        values = ", ".join(f"{value:.2f}" for value in fit(rows))
        lines += ["", f"#: {names}", f"{name}: tuple[float, ...] = ({values})"]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n" + "\n".join(lines[3:]))


if __name__ == "__main__":
    main()
