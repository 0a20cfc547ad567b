"""Libraries of questions with answers (an FAQ): there the title is what people ask, and says more than any passage.

Of an article the best passage tells whether it helps; its title names a subject. Where most titles ask, the mean of the
cosines to the title and to the title with the beginning of its text ranks better, with a little for the words in common
(bench/RESULTS.md). It needs no judgements and no past answers.
"""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from knowledge.index import Floats, Ids
from knowledge.pools import UsagePool

Numbers = npt.NDArray[np.float64]

#: From this share of titles that ask on, a library is one of questions.
MOST = 0.5
#: What a point of BM25, and all words of a title, count beside a cosine.
WORDS, TITLE_WORDS = 0.002, 0.025

_ASKS = re.compile(
    r"(?:how|what|when|where|which|who|whom|whose|why|can|could|is|are|am|was|were|do|does|did|will|would|should|may|"
    r"might|must|has|have|had)\b",
    re.IGNORECASE,
)
#: Of each pool: how many slots and live entries it had when it was last looked at, and what was seen.
_seen: WeakKeyDictionary[UsagePool, tuple[tuple[int, int], bool]] = WeakKeyDictionary()


def asks(title: str) -> bool:
    """Whether a title is a question: by its mark, in any script, or by its first English word."""
    title = title.strip()
    return title.endswith(("?", "？", "؟")) or _ASKS.match(title) is not None


def are_questions(usage: UsagePool) -> bool:
    """Whether most titles of a library ask, and their vectors are there."""
    state = len(usage.entries), len(usage)
    known = _seen.get(usage)
    if known is None or known[0] != state:
        titles = [entry.title for entry in usage.entries if entry is not None]
        found = 0 < len(titles) == len(usage.faces) and sum(map(asks, titles)) >= MOST * len(titles)
        _seen[usage] = known = state, found
    return known[1]


def likeness(usage: UsagePool, slots: Ids, vector: Floats, lexical: Numbers, title_words: Numbers) -> Numbers:
    """How like a post the questions in these slots are, about -1 to 1.

    `lexical` holds their BM25 scores, `title_words` the part of their title's words that the post holds.
    """
    faces: Numbers = (usage.faces.vectors(slots) @ vector).astype(np.float64)
    return faces + WORDS * lexical + TITLE_WORDS * title_words
