"""Fits the ranking model that ships, knowledge/default_model.json: `GOODWORD_DATA=… python -m bench.default_model`.

Posts of before July 2025 whose answers cite articles, each as of its own time, are searched for in
- *whole*: all articles and all earlier answers, whether they cite any or not;
- *taken out*: the same with the linked articles hidden: wrong, whatever is found;
- *bare*: the articles without any past answer;
- *small*: libraries of 4 to 100 random articles and up to 500 random answers, with posts that they cover and posts
  that they do not, so that the numbers hold for a team that begins.
*Another world* are short texts of CLINC150 (`train`, `oos_train`), and the posts and past questions of the sample
company, wrong in each kind of library; *near* are the NEAR of 5,000 other texts of CLINC150 (`train`) around which the
past questions lie densest: without them the border would be drawn far out, where nothing is.
The weights of the signals are fitted on those with a right article, each kind counting as WEIGHTS says; the confidence
on all, as SURE says. First everything is fitted on what was asked before 2025 and looked at on what came after;
`--write` then fits on all and writes. What ships holds numbers only.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from bench import posts
from bench.calibrate import calibration_error
from knowledge.confidence import FAMILIAR, RIGHT, UsageSignals, familiar_signals, usage_confidence
from knowledge.encoder import Encoder
from knowledge.entries import Entry
from knowledge.familiarity import NEAREST
from knowledge.index import Floats, highest
from knowledge.learning.examples import Example, PastPost, example, past_posts
from knowledge.learning.fitting import Truth, fit_logistic, fit_weights
from knowledge.learning.learner import confidence_rows, right_rows
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.reading import read

UNTIL, BORDER = datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
#: The first months only give votes.
FIRST = datetime(2023, 4, 1, tzinfo=UTC)
WEIGHTS = {"whole": 1.0, "bare": 0.3, "small": 0.3}
SURE = {
    "whole": 1.0,
    "taken out": 0.1,
    "bare": 0.3,
    "small": 0.3,
    "small, not covered": 0.15,
    "another world": 0.05,
    "near": 0.05,
}
#: What familiar posts are told from.
STRANGE = ("another world", "near")
NEAR = 300
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
TARGET = Path(__file__).parents[1] / "knowledge" / "default_model.json"


@dataclass(frozen=True)
class Seen:
    """One search: of which group, in which library, what was seen."""

    group: str
    pools: Pools
    example: Example


def collect(coder: Encoder) -> list[Seen]:
    """All searches to learn from."""
    chance = random.Random(2025)
    names = ("articles.jsonl", *(f"threads-{year}.jsonl.gz" for year in (2023, 2024, 2025)))
    articles, *threads = [[item for item in read(posts.data() / name) if isinstance(item, Entry)] for name in names]
    known = {entry.id for entry in articles}
    answers = [entry for year in threads for entry in year if entry.created_at and entry.created_at < UNTIL]
    citing = [entry for entry in answers if known & set(entry.cites)]

    def pools_of(entries: list[Entry]) -> Pools:
        made = Pools(coder.dimension)
        posts.fill(made, entries, coder)
        return made

    whole, bare = pools_of(articles + answers), pools_of(articles)
    past = [post for post in past_posts(whole, UNTIL) if post.asked >= FIRST]
    clinc = json.loads((posts.data().parent / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    texts = [text for text, _ in chance.sample(clinc["train"], 100) + clinc["oos_train"][:50]]
    texts += [_sample_text(line) for name in ("posts", "answers") for line in (SAMPLE / f"{name}.jsonl").open()]
    foreign = list(zip(texts, coder.encode(texts), strict=True))
    model = RankingModel.default()
    found: list[Seen] = []

    def look(group: str, pools: Pools, post: PastPost, *, without: bool = False) -> None:
        seen = example(pools, post, model, without=without)
        if seen is not None:
            found.append(Seen(group, pools, seen))

    for post in past:
        look("whole", whole, post)
        look("taken out", whole, post, without=True)
        if chance.random() < 0.5:
            look("bare", bare, post)
    libraries = [whole, bare]
    for number in range(20):
        size, count = (4, 10, 30, 60, 100)[number % 5], chance.choice((0, 50, 150, 500))
        small = pools_of(chance.sample(articles, size) + chance.sample((answers, citing)[number % 2], count))
        if len(libraries) < 7:
            libraries.append(small)
        for post in chance.sample(past, 120):
            right = {whole.usage.entry(slot).id for slot in post.right} & set(small.usage.slot_of)
            # as of no moment: what is random has no before and after
            held = replace(post, right=frozenset(small.usage.slot_of[key] for key in right))
            look("small" if right else "small, not covered", small, held)
    near = _near(whole, coder, [text for text, _ in clinc["train"][::3]])
    for pools in libraries:
        for group, strange in (("another world", foreign), ("near", near if pools is whole else near[::3])):
            for text, vector in strange:
                when = past[chance.randrange(len(past))].asked
                look(group, pools, PastPost("", 0, text, when, vector, frozenset()))
    return found


def _near(pools: Pools, coder: Encoder, texts: list[str]) -> list[tuple[str, Floats]]:
    """Those of the texts around which the past questions lie densest."""
    vectors = coder.encode(texts)
    density = [float(pools.answers.questions.search(vector, NEAREST)[1].mean()) for vector in vectors]
    return [(texts[row], vectors[row]) for row in highest(np.array(density), NEAR).tolist()]


def _sample_text(line: str) -> str:
    record = json.loads(line)
    return str(record.get("question") or record["text"])


def fitted(found: list[Seen], name: str) -> RankingModel:
    """A model from these searches."""
    ranked = [one for one in found if one.group in WEIGHTS]
    weights = fit_weights([one.example for one in ranked], [WEIGHTS[one.group] for one in ranked])
    model = RankingModel.default().model_copy(update={"weights": weights, "fitted_on": name, "fitted_at": "2025-07-01"})
    reads, right, groups = rows(found, model)
    values = right_rows(reads)
    importance = np.array([SURE[group] for group in groups])
    sure = fit_logistic(values, right, importance, np.zeros(values.shape[1] + 1), hold=1.0)
    names = ("intercept", *RIGHT)
    return model.model_copy(
        update={
            "confidence": {name: round(float(value), 5) for name, value in zip(names, sure, strict=True)},
            "familiar": fit_familiar(reads, groups),
        }
    )


def fit_familiar(reads: list[UsageSignals], groups: list[str]) -> dict[str, float]:
    """What tells posts that the library covers from those of another world, both counted alike."""
    here = [row for row, group in enumerate(groups) if group in WEIGHTS or group in STRANGE]
    values = np.array([familiar_signals(reads[row]) for row in here])
    known = np.array([groups[row] not in STRANGE for row in here])
    importance = np.where(known, 1.0, known.sum() / (~known).sum())
    weights = fit_logistic(values, known, importance, np.zeros(values.shape[1] + 1), hold=1.0)
    return {name: round(float(value), 5) for name, value in zip(("intercept", *FAMILIAR), weights, strict=True)}


def rows(found: list[Seen], model: RankingModel) -> tuple[list[UsageSignals], Truth, list[str]]:
    """What the confidence reads of each search, whether it was right, and the group."""
    parts = [(*confidence_rows(one.pools, model, [one.example]), one.group) for one in found]
    parts = [part for part in parts if part[0]]
    return [part[0][0] for part in parts], np.concatenate([part[1] for part in parts]), [part[2] for part in parts]


def report(found: list[Seen], model: RankingModel) -> None:
    """How sure the model is of each group, and what that is worth."""
    reads, right, names = rows(found, model)
    groups = np.array(names)
    sure = np.array([usage_confidence(read, model) for read in reads])
    cosine = np.array([read.cosine for read in reads])
    for group in SURE:
        here = groups == group
        print(
            f"{group:20s} n {here.sum():5d}  right {right[here].mean():.3f}  mean confidence {sure[here].mean():.3f}"
            + "".join(f"  >= {limit}: {np.mean(sure[here] >= limit):.2f}" for limit in (0.35, 0.5))
            + f"  ECE {calibration_error(sure[here], right[here]):.3f}"
        )
    whole = groups == "whole"
    base = right[whole].mean()
    print(f"whole: Brier {np.mean((sure[whole] - right[whole]) ** 2):.3f}, of the base rate {base * (1 - base):.3f}")
    print(f"AUROC right or wrong: {roc_auc_score(right[whole], sure[whole]):.3f}", end="")
    print(f", of the cosine {roc_auc_score(right[whole], cosine[whole]):.3f}")
    for group in ("taken out", *STRANGE):
        both = whole | (groups == group)
        print(
            f"AUROC whole or {group}: {roc_auc_score(whole[both], sure[both]):.3f}"
            f", of the cosine {roc_auc_score(whole[both], cosine[both]):.3f}"
        )
    print("threshold: drafted and right, of posts that the library covers, those it does not counted as a fifth")
    wrong = groups == "taken out"
    for limit in np.arange(0.2, 0.85, 0.05):
        drafted, astray = sure[whole] >= limit, sure[wrong] >= limit
        held = right[whole][drafted].sum()
        print(f"  {limit:.2f}: drafted {drafted.mean():.2f}, right {held / (drafted.sum() + 0.25 * astray.sum()):.2f}")


def main() -> None:
    """Fit, report, and write where told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = collect(posts.encoder())
    before = [one for one in found if one.example.post.asked < BORDER]
    model = fitted(before, "before 2025")
    print(model.model_dump_json(indent=1))
    report([one for one in found if one.example.post.asked >= BORDER], model)
    if options.write:
        name = "public support threads of April 2023 to June 2025 (bench.default_model)"
        TARGET.write_text(fitted(found, name).model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
