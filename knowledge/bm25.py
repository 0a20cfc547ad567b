"""BM25 over texts that come and go: an inverted index in memory, exact after every change."""

from __future__ import annotations

import math
from array import array
from collections import Counter

import numpy as np
import numpy.typing as npt
import regex

#: The usual constants (Robertson and Zaragoza 2009, section 3.5: k1 from 1.2 to 2, b from 0.5 to 0.8).
K1, B = 1.5, 0.75
#: No more different words of one query are scored; nobody asks with more.
MOST_TERMS = 256

Scores = npt.NDArray[np.float32]

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:[.'’_-][\p{L}\p{M}\p{N}]+)*")

#: Words that say nothing about what a text is about. English; words of other languages weigh little by their idf.
_STOPWORDS = """
a about after again all also am an and any anyone are aren't as at be because been before being but by can can't
cannot could did didn't do does doesn't doing don't down each else ever every for from further get gets getting go
goes going got had has have having he her here hers hi hello him his how how's i i'd i'll i'm i've if in into is
isn't it it's its itself just like me mine more most much my myself no nor not now of off on once only or other our
ours out over own please same she should so some such than thank thanks that that's the their theirs them then there
these they thing things this those though through to too tried try trying under until up us very was wasn't way we
were what what's when where which while who why will with won't would yes yet you your yours
"""
STOPWORDS = frozenset(_STOPWORDS.split())


def words(text: str) -> list[str]:
    """The content words of a text: lower case, without stop words. Versions, sizes and codes stay whole; a plural `s`
    goes. Works for any script with spaces; of others a run of letters is one word."""
    return [_stem(word) for word in _WORD.findall(text.lower().replace("’", "'")) if word not in STOPWORDS]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word.isalpha():
        return word[:-1]
    return word


class BM25:
    """Documents are named by slots: rising whole numbers that the caller hands out, each used once."""

    def __init__(self) -> None:
        self._slots: dict[str, array[int]] = {}
        self._counts: dict[str, array[int]] = {}
        self._frequency: Counter[str] = Counter()  # live documents a word is in
        self._lengths = np.zeros(0, dtype=np.float32)  # by slot; 0 where there is none (any more)
        self._terms: dict[int, tuple[str, ...]] = {}
        self._total = 0.0

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, slot: int, text: str) -> None:
        """Add a document under a slot that was never used before."""
        counted = Counter(words(text))
        if slot >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(max(1024, slot), dtype=np.float32)])
        length = float(max(1, counted.total()))
        self._lengths[slot] = length
        self._total += length
        self._terms[slot] = tuple(counted)
        self._frequency.update(counted.keys())
        for word, count in counted.items():
            self._slots.setdefault(word, array("i")).append(slot)
            self._counts.setdefault(word, array("i")).append(count)

    def remove(self, slot: int) -> None:
        """Take a document out; what is left is scored as if it had never been there."""
        for word in self._terms.pop(slot):
            self._frequency[word] -= 1
            if not self._frequency[word]:
                del self._frequency[word], self._slots[word], self._counts[word]
        self._total -= float(self._lengths[slot])
        self._lengths[slot] = 0.0

    def idf(self, word: str) -> float:
        """How much a word says, by how few documents hold it (the form of Lucene, never negative)."""
        count = self._frequency.get(word, 0)
        return math.log(1 + (len(self._terms) - count + 0.5) / (count + 0.5))

    def terms(self, slot: int) -> tuple[str, ...]:
        """The different words of a document."""
        return self._terms[slot]

    def scores(self, query: str, size: int) -> Scores:
        """The score of every slot below `size`; 0 where there is no document or no word in common."""
        result = np.zeros(size, dtype=np.float32)
        if not self._terms:
            return result
        norm = K1 * (1 - B + B * self._lengths / (self._total / len(self._terms)))
        for word in list(dict.fromkeys(words(query)))[:MOST_TERMS]:
            held = self._slots.get(word)
            if held is None:
                continue
            slots = np.array(held, dtype=np.int64)
            counts = np.array(self._counts[word], dtype=np.float32)
            # A word is listed at most once a document, so plain indexing adds up.
            result[slots] += self.idf(word) * counts * (K1 + 1) / (counts + norm[slots])
        result[self._lengths[:size] == 0] = 0
        return result
