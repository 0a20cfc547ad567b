"""Past answers, best first: by the question they replied to, by question and answer together, and by words."""

from __future__ import annotations

import numpy as np

from knowledge.index import Floats, highest
from knowledge.pools import AnswerPool
from knowledge.ranking import DEPTH, Ranked
from knowledge.results import Query

ANSWER_DENSE, ANSWER_LEXICAL = 0.8, 0.2
#: A published draft of ours counts this much of a human-written answer until its outcome is known.
ASSISTANT_WEIGHT = 0.8


def rank_answers(pool: AnswerPool, query: Query, vector: Floats, words: str) -> list[Ranked]:
    """Past answers, best first: the mean of the cosines to the question and to question-with-answer, and BM25.

    An answer that we drafted weighs ASSISTANT_WEIGHT. Only the DEPTH nearest and the DEPTH best by words are ranked.
    """
    allowed = pool.allowed(query)
    if not allowed.any():
        return []
    ids, cosines = pool.means.search(vector, DEPTH, allowed)
    cosine = dict(zip(ids.tolist(), cosines.tolist(), strict=True))
    lexical = np.where(allowed, pool.bm25.scores(words, len(pool.entries)), 0.0)
    candidates = sorted({*cosine, *(slot for slot in highest(lexical, 20).tolist() if allowed[slot])})
    dense = scale(np.array([cosine.get(slot, np.nan) for slot in candidates], dtype=np.float32))
    fused = ANSWER_DENSE * dense + ANSWER_LEXICAL * scale(lexical[candidates])
    found = []
    for row, slot in enumerate(candidates):
        weight = ASSISTANT_WEIGHT if pool.entry(slot).written_by == "assistant" else 1.0
        found.append(Ranked(slot, float(fused[row]) * weight, cosine.get(slot, 0.0), float(lexical[slot])))
    found.sort(key=lambda item: (-item.fused, item.slot))
    only = np.zeros(len(pool.entries), dtype=bool)
    only[candidates] = True
    questions = dict(zip(*(part.tolist() for part in pool.questions.search(vector, len(found), only)), strict=True))
    for item in found:
        item.question_cosine = questions[item.slot]
    return found


def scale(values: Floats) -> Floats:
    """Min-max over the candidates; what is missing counts as the least, and where all are equal all are 0."""
    if not len(values) or np.isnan(values).all():
        return np.zeros_like(values)
    low, high = np.nanmin(values), np.nanmax(values)
    if high <= low:
        return np.zeros_like(values) if high <= 0 else np.ones_like(values)
    scaled: Floats = (np.where(np.isnan(values), low, values) - low) / (high - low)
    return scaled
