"""The words of a source that a reviewer reads first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from knowledge.bm25 import BM25, words
from knowledge.passages import plain, sentences

#: The longest quote, in characters.
LONGEST = 280


def quote(text: str, post: str, weights: BM25) -> str:
    """The sentence of a passage that shares most with a post, and those behind it while they fit in LONGEST.

    Words count by their idf, so that what is rare in the library decides; with nothing in common it is the beginning.
    """
    found = sentences(plain(text))
    if not found:
        return ""
    asked = set(words(post))
    best = max(range(len(found)), key=lambda n: (_shared(found[n], asked, weights), -n))
    return _extend(found, best)


def _shared(sentence: str, asked: set[str], weights: BM25) -> float:
    """The idf of the words in common, less for long sentences."""
    held = words(sentence)
    return sum(weights.idf(word) for word in set(held) & asked) / math.sqrt(len(held) + 8)


def _extend(found: Sequence[str], start: int) -> str:
    text = shorten(found[start])
    for sentence in found[start + 1 :]:
        if len(text) + 1 + len(sentence) > LONGEST:
            break
        text = f"{text} {sentence}"
    return text


def shorten(text: str, limit: int = LONGEST) -> str:
    """A text cut at a word, with an ellipsis; a single word longer than that is cut within."""
    if len(text) <= limit:
        return text
    head = text[: limit - 2].rpartition(" ")[0] or text[: limit - 2]
    return head.rstrip(",;:") + " …"
