"""What the knowledge lacks: posts that nothing answers, grouped by what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.reasons import Reason
from bot.rehearsal.rows import Row
from knowledge.bm25 import words

#: Posts at least this like the middle one of a group belong to it (cosine; below, groups of all and sundry form).
ALIKE = 0.6
_MOST_WORDS = 5

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Gap:
    """Posts that ask for something alike. `rows` begins with the post in the middle; `words` tell the group from the
    other posts."""

    rows: tuple[Row, ...]
    words: tuple[str, ...]


def unanswered(rows: Sequence[Row]) -> list[Row]:
    """The rows for which the knowledge held no source that is good enough."""
    return [row for row in rows if row.reason == Reason.NO_SOURCE]


def subject(row: Row) -> str:
    """What a post is compared by: title and text."""
    return f"{row.post.title}\n{row.post.text}".strip()


def group(rows: Sequence[Row], vectors: Vectors, alike: float = ALIKE) -> tuple[list[Gap], list[Row]]:
    """Gaps of two posts and more, the most frequent first, and the posts that stand alone. `vectors` are the posts'
    (unit length, one row each)."""
    from sentence_transformers.util import community_detection  # loads torch

    if len(rows) < 2:
        return [], list(rows)
    spoken = [set(words(subject(row))) for row in rows]
    frequency = Counter(word for said in spoken for word in said)
    gaps, grouped = [], set()
    for members in community_detection(vectors, threshold=alike, min_community_size=2):
        grouped.update(members)
        gaps.append(Gap(tuple(rows[n] for n in members), _telling([spoken[n] for n in members], frequency)))
    gaps.sort(key=lambda gap: (-len(gap.rows), gap.rows[0].post.id))
    return gaps, [row for number, row in enumerate(rows) if number not in grouped]


def _telling(spoken: list[set[str]], frequency: Counter[str]) -> tuple[str, ...]:
    """Words of at least half of the group, the ones first that are rarest elsewhere."""
    here = Counter(word for said in spoken for word in said)
    common = [word for word, count in here.items() if 2 * count >= len(spoken) and len(word) > 2]
    common.sort(key=lambda word: (-(here[word] ** 2) / frequency[word], word))
    return tuple(common[:_MOST_WORDS])
