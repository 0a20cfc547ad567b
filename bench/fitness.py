"""Fits how likely a reader would send a draft or ask a question: `python -m bench.fitness`.

`bench/readings.jsonl` holds a line for each advice and each question that was read (by a language model) by the rubric
in bench/drafts.md, under dev posts of 2025 that are in no round there: the post's number, what was seen of it (in the
order of Signs in actions/fitness.py, of QuestionSigns in actions/counter_question.py), the verdict. Prints the weights
that stand in these files, and what they reach on posts they were not fitted on (ten folds, no post in two).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from actions import counter_question, fitness

READINGS = Path(__file__).with_name("readings.jsonl")
#: Little is known of much: strong regularisation, the same for both.
STRENGTH = 0.03


def main() -> None:
    """Print both models."""
    lines = [json.loads(line) for line in READINGS.read_text(encoding="utf-8").splitlines()]
    for what, names in (("advice", fitness.NAMES), ("question", counter_question.NAMES)):
        read = [line for line in lines if line["what"] == what]
        signs = np.array([line["signs"] for line in read], dtype=np.float64)
        usable = np.array([line["verdict"] != "no" for line in read])
        wrong = np.array([line["wrong"] for line in read])
        posts = np.array([line["post"] for line in read])
        print(f"\n{what}: {len(read)} read, {dict(Counter(line['verdict'] for line in read))}, wrong {wrong.sum()}")
        model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH))
        folds = cross_val_predict(model, signs, usable, groups=posts, cv=GroupKFold(10), method="predict_proba")
        chance = folds[:, 1]
        print(f"AUROC of usable on posts not fitted on: {roc_auc_score(usable, chance):.3f}")
        for least in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
            above = chance >= least
            if above.any():
                shares = f"usable {usable[above].mean():.2f} wrong {wrong[above].mean():.2f}"
                print(f"  from {least:.2f}: {above.sum():4} {shares}")
        model.fit(signs, usable)
        weights = model[1].coef_[0] / model[0].scale_
        print("WEIGHTS =", tuple(float(round(weight, 3)) for weight in weights))
        print("INTERCEPT =", round(float(model[1].intercept_[0] - (weights * model[0].mean_).sum()), 3))
        for name, effect in sorted(zip(names, model[1].coef_[0], strict=True), key=lambda item: -abs(item[1])):
            print(f"  {name:20} {effect:+.2f} a standard deviation")


if __name__ == "__main__":
    main()
