"""How well private details are found: recall and precision on sentences whose details are marked.

The form is that of presidio-research: JSON lines with `full_text` and `spans`, each with `entity_type`,
`start_position` and `end_position`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, model_validator

from knowledge.errors import BadInput
from knowledge.private_details import Detail, Kind, find

#: The kinds that count. What is found of another kind, or marked as one, counts neither way.
COUNTED = tuple(kind for kind in Kind if kind is not Kind.ORDER)


class Marked(BaseModel):
    """A span as the file has it: characters `start_position` up to `end_position` (not included) of the text."""

    entity_type: str
    start_position: int
    end_position: int


class Sentence(BaseModel):
    """A text and what is marked in it."""

    full_text: str
    spans: list[Marked]

    @model_validator(mode="after")
    def _inside(self) -> Sentence:
        if any(not 0 <= span.start_position < span.end_position <= len(self.full_text) for span in self.spans):
            raise ValueError("a span reaches out of full_text")
        return self

    def details(self) -> list[Detail]:
        """The marked spans of the kinds that count."""
        return [
            Detail(span.start_position, span.end_position, Kind(span.entity_type))
            for span in self.spans
            if span.entity_type in COUNTED
        ]


@dataclass(frozen=True)
class Score:
    """`n` marked spans, how many of them were `hit`; `found` spans, how many of them were `right`."""

    n: int
    hit: int
    found: int
    right: int

    def as_json(self) -> dict[str, float | int | None]:
        """Recall and precision (null where there is nothing to divide by) and `n`."""
        return {
            "recall": round(self.hit / self.n, 4) if self.n else None,
            "precision": round(self.right / self.found, 4) if self.found else None,
            "n": self.n,
        }


def read(path: Path) -> list[Sentence]:
    """The sentences of a file.

    Raises:
        BadInput: the file is missing or empty, or a line has another form.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}", hint="name a file of JSON lines") from None
    sentences = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                sentences.append(Sentence.model_validate(json.loads(line)))
            except (json.JSONDecodeError, ValidationError) as error:
                why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.msg
                raise BadInput(
                    f"{path}, line {number}: {why}",
                    hint="each line has full_text and spans, each with entity_type, start_position and end_position",
                ) from None
    if not sentences:
        raise BadInput(f"{path} holds no sentence", hint="name a file of JSON lines with full_text and spans")
    return sentences


def evaluate(sentences: Iterable[Sentence]) -> dict[Kind, Score]:
    """The score of each kind that counts.

    A marked span is hit when a found one of its kind overlaps it by half or more of its characters; a found one is
    right when it hits a marked one.
    """
    marked, hit, found, right = Counter[Kind](), Counter[Kind](), Counter[Kind](), Counter[Kind]()
    for sentence in sentences:
        wanted = sentence.details()
        got = [detail for detail in find(sentence.full_text) if detail.kind in COUNTED]
        marked.update(detail.kind for detail in wanted)
        found.update(detail.kind for detail in got)
        hit.update(one.kind for one in wanted if any(hits(other, one) for other in got))
        right.update(one.kind for one in got if any(hits(one, other) for other in wanted))
    return {kind: Score(marked[kind], hit[kind], found[kind], right[kind]) for kind in COUNTED}


def hits(found: Detail, marked: Detail) -> bool:
    """Whether a found span has the kind and at least half of the characters of a marked one."""
    shared = min(found.end, marked.end) - max(found.start, marked.start)
    return found.kind is marked.kind and 2 * shared >= marked.end - marked.start


def report(scores: dict[Kind, Score]) -> dict[str, Any]:
    """Recall and precision over all kinds together, and of each kind that is marked or was found."""
    total = Score(
        sum(score.n for score in scores.values()),
        sum(score.hit for score in scores.values()),
        sum(score.found for score in scores.values()),
        sum(score.right for score in scores.values()),
    ).as_json()
    kinds = {str(kind): score.as_json() for kind, score in scores.items() if score.n or score.found}
    return {"recall": total["recall"], "precision": total["precision"], "kinds": kinds}
