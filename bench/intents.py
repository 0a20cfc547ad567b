"""How well the intents are told apart: 5-fold cross-validation of data/nlu, with Rasa's own features and classifier.

    python bench/intents.py [--picture FILE.png] [--posts FILE.jsonl.gz --until DATE --limit N --show INTENT]

The two scales are chosen inside each fold's training part, so that the figure is one for examples never seen. It is
still a kind one: the same hands wrote all examples. `--picture` draws what is taken for what. With
`--posts` (threads with `title`, `text` and `created`) it also says what would become of a sample of real posts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from matplotlib.figure import Figure
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bot/nlu/rasa_side"))
from goodword_rasa import words  # noqa: E402
from goodword_rasa.encoder import Encoder  # noqa: E402

from knowledge.encoder import default_model_path  # noqa: E402

DATA = ROOT / "data"
SCALES = tuple(product((2.0, 3.0, 5.0), (2.0, 4.0)))  # of the embedding and the layers below it, of the words
ANNOTATION = re.compile(r"\[([^\]]+)\]\([a-z]+\)")


def examples() -> tuple[list[str], np.ndarray]:
    """Every example and its intent, without the annotations."""
    pairs = []
    for path in sorted((DATA / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text())["nlu"]:
            if "intent" in block:
                lines = (line.removeprefix("- ") for line in block["examples"].splitlines())
                pairs += [(ANNOTATION.sub(r"\1", line), block["intent"]) for line in lines]
    return [text for text, _ in pairs], np.array([intent for _, intent in pairs])


def actions() -> dict[str, str]:
    """The action that each intent leads to."""
    rules = yaml.safe_load((DATA / "rules.yml").read_text())["rules"]
    return {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}


def pipeline() -> list[dict[str, Any]]:
    """The parts of data/config.yml's pipeline."""
    parts: list[dict[str, Any]] = yaml.safe_load((DATA / "config.yml").read_text())["pipeline"]
    return parts


class Features:
    """The features of texts, encoded once, at any two scales."""

    def __init__(self, encoder: Encoder, texts: list[str]) -> None:
        layers = next(part["layers"] for part in pipeline() if "layers" in part)
        self._dense = csr_matrix(np.array([encoder.encode(text, layers) for text in texts]))
        self._words = words.vectors(texts)

    def at(self, scales: tuple[float, float]) -> csr_matrix:
        """One row for each text."""
        return hstack([self._dense * scales[0], self._words * scales[1]]).tocsr()


def classifier() -> LogisticRegression:
    """What data/config.yml asks Rasa for."""
    return LogisticRegression(class_weight="balanced", max_iter=200, random_state=42)


def choose(features: Features, rows: np.ndarray, intents: np.ndarray) -> tuple[float, float]:
    """The scales with the best macro F1 in a 3-fold cross-validation of these rows alone."""
    folds = StratifiedKFold(3, shuffle=True, random_state=1)

    def score(scales: tuple[float, float]) -> float:
        guesses = cross_val_predict(classifier(), features.at(scales)[rows], intents[rows], cv=folds)
        return float(f1_score(intents[rows], guesses, average="macro"))

    return max(SCALES, key=score)


def believed(names: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """The most likely intents, and the fallback where data/config.yml wants more certainty."""
    last = pipeline()[-1]
    best = names[sure.argmax(axis=1)]
    least = np.array([last["thresholds"].get(name, last["threshold"]) for name in best])
    return np.where(sure.max(axis=1) < least, "nlu_fallback", best)


def cross_validate(features: Features, intents: np.ndarray, picture: Path | None) -> None:
    """Print macro F1 over unseen examples, by intent and by action, and what is taken for what; draw it as well."""
    names = np.unique(intents)
    sure = np.empty((len(intents), len(names)))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(intents, intents):
        scales = choose(features, train, intents)
        print("scales chosen in this fold (embedding, words):", scales, flush=True)
        rows = features.at(scales)
        sure[test] = classifier().fit(rows[train], intents[train]).predict_proba(rows[test])
    guesses = names[sure.argmax(axis=1)]
    print(classification_report(intents, guesses, digits=3))
    confused = confusion_matrix(intents, guesses, labels=names)
    if picture:
        draw(confused, names, picture)
    np.fill_diagonal(confused, 0)
    for row, column in zip(*np.unravel_index(np.argsort(-confused, axis=None)[:12], confused.shape), strict=True):
        print(f"{confused[row, column]:3d}  {names[row]} taken for {names[column]}")
    print(f"macro F1 of intents {f1_score(intents, guesses, average='macro'):.3f}", end="")
    print(f": {len(intents)} examples, {len(names)} intents")
    weigh(intents, believed(names, sure))


def draw(confused: np.ndarray, names: np.ndarray, path: Path) -> None:
    """A picture of the confusion matrix: a row for each intent, a column for what its examples were taken for."""
    figure = Figure(figsize=(9, 8), layout="constrained")
    axes = figure.subplots()
    axes.imshow(confused / confused.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1)
    labels = [name.replace("_", " ") for name in names]
    axes.set_xticks(range(len(names)), labels, rotation=45, ha="right")
    axes.set_yticks(
        range(len(names)), [f"{label} ({n})" for label, n in zip(labels, confused.sum(axis=1), strict=True)]
    )
    axes.set_xlabel("taken for")
    axes.set_ylabel("is (number of examples)")
    for row, column in zip(*np.nonzero(confused), strict=True):
        colour = "white" if row == column else "black"
        axes.text(column, row, str(confused[row, column]), ha="center", va="center", color=colour, fontsize=8)
    axes.set_title("Intents, 5-fold cross-validation")
    figure.savefig(path, dpi=110)


def weigh(intents: np.ndarray, guesses: np.ndarray) -> None:
    """Print what the thresholds do: whose need is silenced, and how much noise is let through."""
    action = np.vectorize(actions().get)
    right, taken = action(intents), action(guesses)
    noise = right == "action_no_reply"
    print(f"with the thresholds: right action {np.mean(right == taken):.3f}", end="")
    print(f", not believed {np.mean(guesses == 'nlu_fallback'):.3f}")
    print(f"needs and feelings left without an answer {np.mean(taken[~noise] == 'action_no_reply'):.3f}", end="")
    print(f", noise kept silent {np.mean(taken[noise] == 'action_no_reply'):.3f}", end="")
    print(f", safety handed off {np.mean(taken[intents == 'safety'] == 'action_hand_off'):.3f}")


def sample(path: Path, until: str, limit: int) -> list[str]:
    """Posts written before a date, title and text together."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        posts = [post for post in map(json.loads, lines) if post["created"] < until]
    chosen = random.Random(0).sample(posts, min(limit, len(posts)))
    return [" ".join(f"{post['title']}. {post['text']}".split()) for post in chosen]


def try_on(posts: list[str], features: Features, intents: np.ndarray, given: argparse.Namespace) -> None:
    """Print how real posts are understood, with the scales and the threshold of data/config.yml."""
    dense, hashed = (part["scale"] for part in pipeline() if "scale" in part)
    model = classifier().fit(features.at((dense, hashed)), intents)
    sure = model.predict_proba(Features(given.encoder, posts).at((dense, hashed)))
    names = believed(model.classes_, sure)
    print(f"{len(posts)} real posts:", dict(Counter(names.tolist()).most_common()))
    print("actions:", dict(Counter(map(actions().get, names.tolist())).most_common()))
    for post, name, best in zip(posts, names, sure.max(axis=1), strict=True):
        if name == given.show:
            print(f"  {best:.2f} {post[:300]}")


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--posts", type=Path)
    options.add_argument("--picture", type=Path, help="where to draw the confusion matrix")
    options.add_argument("--until", default="2025-07-01")
    options.add_argument("--limit", type=int, default=300)
    options.add_argument("--show", default="", help="print the posts that were given this intent")
    options.add_argument("--quick", action="store_true", help="no cross-validation")
    given = options.parse_args()
    given.encoder = Encoder(default_model_path())
    texts, intents = examples()
    features = Features(given.encoder, texts)
    if not given.quick:
        cross_validate(features, intents, given.picture)
        print("scales chosen on all examples:", choose(features, np.arange(len(intents)), intents))
    if given.posts:
        try_on(sample(given.posts, given.until, given.limit), features, intents, given)


if __name__ == "__main__":
    main()
