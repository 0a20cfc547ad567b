"""Figures on what was understood, and the threshold below which nothing is believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: The intent of texts that are like none of the others.
OUT_OF_SCOPE = "oos"
#: What the threshold may cost: the share of texts in scope that would be understood without it.
MAY_COST = 0.015

#: A text and its intent.
Example = tuple[str, str]
#: The intent of each text, and how sure the pipeline is of it.
Understood = list[tuple[str, float]]


def choose(examples: Sequence[Example], understood: Understood) -> float:
    """The highest threshold, in hundredths, that costs no more than MAY_COST of the texts in scope."""
    sure = [
        confidence
        for (_, intent), (guess, confidence) in zip(examples, understood, strict=True)
        if guess == intent != OUT_OF_SCOPE
    ]
    in_scope = sum(intent != OUT_OF_SCOPE for _, intent in examples)
    steps = [step / 100 for step in range(100)]
    return max(step for step in steps if sum(one < step for one in sure) <= MAY_COST * in_scope)


def figures(examples: Sequence[Example], understood: Understood, threshold: float) -> dict[str, Any]:
    """Accuracy in scope (below the threshold is wrong) and recall of what is out of scope (below it is right)."""
    pairs = [
        (intent, guess if confidence >= threshold else OUT_OF_SCOPE)
        for (_, intent), (guess, confidence) in zip(examples, understood, strict=True)
    ]
    right = [guess == intent for intent, guess in pairs if intent != OUT_OF_SCOPE]
    kept = [guess == OUT_OF_SCOPE for intent, guess in pairs if intent == OUT_OF_SCOPE]
    return {
        "in_scope_accuracy": round(sum(right) / len(right), 4) if right else None,
        "oos_recall": round(sum(kept) / len(kept), 4) if kept else None,
        "in_scope": len(right),
        "oos": len(kept),
    }
