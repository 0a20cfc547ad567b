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

#: Posts at least this like the middle one of a group belong to it (cosine). Looked at on real posts: at .6 nearly all
#: stand alone, at .45 groups of all and sundry form.
ALIKE = 0.5
_MOST_WORDS = 5
#: Rows compared at a time: all at once would take 4 bytes for each pair.
_BLOCK = 1024

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
    spoken = [set(words(subject(row))) for row in rows]
    frequency = Counter(word for said in spoken for word in said)
    groups = _groups(vectors, alike)
    grouped = {number for members in groups for number in members}
    gaps = [
        Gap(tuple(rows[number] for number in members), _telling([spoken[number] for number in members], frequency))
        for members in groups
    ]
    return gaps, [row for number, row in enumerate(rows) if number not in grouped]


def _groups(vectors: Vectors, alike: float) -> list[list[int]]:
    """The post that most others are like, with these; then the same of what is left, until no two are alike.

    Ours, because the one in sentence-transformers (`community_detection`, the same idea) takes seconds to import.
    """
    near = np.zeros((len(vectors), len(vectors)), dtype=bool)
    for start in range(0, len(vectors), _BLOCK):
        near[start : start + _BLOCK] = vectors[start : start + _BLOCK] @ vectors.T >= alike
    counts = near.sum(axis=1)
    groups = []
    while len(counts) and counts.max() > 1:
        middle = int(counts.argmax())
        members = np.flatnonzero(near[middle])
        others = [int(number) for number in members if number != middle]
        groups.append([middle, *sorted(others, key=lambda number: (-float(vectors[middle] @ vectors[number]), number))])
        counts -= near[:, members].sum(axis=1)
        near[members], near[:, members], counts[members] = False, False, 0
    return groups


def _telling(spoken: list[set[str]], frequency: Counter[str]) -> tuple[str, ...]:
    """Words of at least half of the group (and of two posts), the ones first that are rarest elsewhere."""
    here = Counter(word for said in spoken for word in said if len(word) > 2 and word.isalpha())
    common = [word for word, count in here.items() if count >= max(2, len(spoken) / 2)]
    common.sort(key=lambda word: (-(here[word] ** 2) / frequency[word], word))
    return tuple(common[:_MOST_WORDS])
