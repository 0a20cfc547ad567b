"""How well the pipeline understands texts it never saw: `python -m goodword_rasa.judging CONFIG PLACE`.

Runs in Rasa's environment. Reads `PLACE/examples.json` (`train` and `test`, lists of [text, intent]), trains the
pipeline of CONFIG on `train` and writes `PLACE/understood.json`. The threshold of the fallback is chosen by
cross-validation within `train`; `test` is only reported.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import skops.io  # noqa: F401 (before Rasa, whose thousands of modules it would look through)

# isort: split
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.model_training import train_nlu
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from sklearn.model_selection import StratifiedKFold

from .encoder import encoder
from .featurizer import VARIABLE
from .figures import OUT_OF_SCOPE, Example, Understood, choose, figures

FOLDS = 3
_FALLBACK = "goodword_rasa.fallback.SureEnough"
_AT_ONCE = 100


def understand(pipeline: list[dict[str, Any]], train: Sequence[Example], texts: Sequence[str]) -> Understood:
    """What the pipeline, trained on some examples, makes of other texts."""
    with tempfile.TemporaryDirectory(prefix="judging-", dir=".") as folder:
        place = Path(folder)
        (place / "config.yml").write_text(
            yaml.safe_dump({"recipe": "default.v1", "language": "en", "pipeline": pipeline})
        )
        (place / "nlu.yml").write_text(_as_nlu(train), encoding="utf-8")
        model = train_nlu(str(place / "config.yml"), str(place / "nlu.yml"), str(place))
        processor = Agent.load(model).processor
    target = processor.model_metadata.nlu_target
    found: Understood = []
    for start in range(0, len(texts), _AT_ONCE):
        messages = [UserMessage(text) for text in texts[start : start + _AT_ONCE]]
        inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: None}
        for parsed in processor.graph_runner.run(inputs=inputs, targets=[target])[target]:
            intent = parsed.get(INTENT)
            found.append((intent[INTENT_NAME_KEY], float(intent[PREDICTED_CONFIDENCE_KEY])))
    return found


def _as_nlu(examples: Sequence[Example]) -> str:
    """Rasa's training format; brackets would be read as annotations of entities."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in examples:
        by_intent.setdefault(intent, []).append(" ".join(text.replace("[", "(").replace("]", ")").split()))
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10_000)


def unseen(pipeline: list[dict[str, Any]], train: Sequence[Example]) -> Understood:
    """What the pipeline makes of each example when it was trained on the other folds."""
    intents = [intent for _, intent in train]
    found: Understood = [("", 0.0)] * len(train)
    for rows, left_out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(intents, intents):
        guesses = understand(pipeline, [train[row] for row in rows], [train[row][0] for row in left_out])
        for row, guess in zip(left_out, guesses, strict=True):
            found[row] = guess
        say(f"{len(left_out)} of {len(train)} examples understood without having been seen")
    return found


def judge(pipeline: list[dict[str, Any]], train: Sequence[Example], test: Sequence[Example]) -> dict[str, Any]:
    """The figures on `test`, with the pipeline as it is: its fallback decides, at the threshold that was chosen."""
    plain = [part for part in pipeline if part["name"] != _FALLBACK]
    guesses = unseen(plain, train)
    threshold = choose(train, guesses)
    say(f"threshold {threshold}")
    whole = [*plain, {"name": _FALLBACK, "threshold": threshold, "ambiguity_threshold": 0.0}]
    intents = {intent for _, intent in train}
    tested = [
        (guess, 1.0) if guess in intents else (OUT_OF_SCOPE, 1.0)
        for guess, _ in understand(whole, train, [text for text, _ in test])
    ]
    return {
        **figures(test, tested, 0.0),
        "threshold": threshold,
        "intents": len(intents - {OUT_OF_SCOPE}),
        "cross_validation": {**figures(train, guesses, threshold), "folds": FOLDS},
    }


def say(words: str) -> None:
    """One line about the progress, for whoever started this."""
    print(f"judging: {words}", flush=True)


def _pairs(rows: list[list[str]]) -> Iterator[Example]:
    return ((text, intent) for text, intent in rows)


def main(config: str, place: str) -> None:
    """Run it."""
    os.chdir(place)
    given = json.loads(Path("examples.json").read_text(encoding="utf-8"))
    encoder(os.environ[VARIABLE]).remember()  # the same texts are trained on again and again
    found = judge(
        yaml.safe_load(Path(config).read_text())["pipeline"], list(_pairs(given["train"])), list(_pairs(given["test"]))
    )
    Path("understood.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
