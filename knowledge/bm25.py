"""BM25 over texts that come and go: an inverted index in memory, exact after every change."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import regex

#: The usual constants (Robertson and Zaragoza 2009, section 3.5: k1 from 1.2 to 2, b from 0.5 to 0.8).
K1, B = 1.5, 0.75
#: No more different words of one query are scored; nobody asks with more.
MOST_TERMS = 256

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int32]
Arrays = dict[str, npt.NDArray[Any]]

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
        self._numbers: dict[str, int] = {}  # of words
        self._words: list[str] = []
        self._slots: list[array[int]] = []  # by word: the documents that hold it, and how often
        self._counts: list[array[int]] = []
        self._frequency: list[int] = []  # by word: live documents that hold it
        self._lengths = np.zeros(0, dtype=np.float32)  # by slot; 0 where there is none (any more)
        self._terms: dict[int, array[int]] = {}  # by slot: the words it holds
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
        terms = array("i")
        for word, count in counted.items():
            number = self._numbers.get(word)
            if number is None:
                number = self._know(word)
            terms.append(number)
            self._frequency[number] += 1
            self._slots[number].append(slot)
            self._counts[number].append(count)
        self._terms[slot] = terms

    def _know(self, word: str) -> int:
        number = self._numbers[word] = len(self._words)
        self._words.append(word)
        self._slots.append(array("i"))
        self._counts.append(array("i"))
        self._frequency.append(0)
        return number

    def remove(self, slot: int) -> None:
        """Take a document out; what is left is scored as if it had never been there."""
        for number in self._terms.pop(slot):
            self._frequency[number] -= 1
            if not self._frequency[number]:
                self._slots[number], self._counts[number] = array("i"), array("i")
        self._total -= float(self._lengths[slot])
        self._lengths[slot] = 0.0

    def idf(self, word: str) -> float:
        """How much a word says, by how few documents hold it (the form of Lucene, never negative)."""
        number = self._numbers.get(word)
        count = 0 if number is None else self._frequency[number]
        return math.log(1 + (len(self._terms) - count + 0.5) / (count + 0.5))

    def terms(self, slot: int) -> tuple[str, ...]:
        """The different words of a document."""
        return tuple(self._words[number] for number in self._terms[slot])

    def term_numbers(self, slot: int) -> array[int]:
        """The different words of a document, as numbers: equal numbers mean equal words, as long as this lives."""
        return self._terms[slot]

    def scores(self, query: str, size: int) -> Scores:
        """The score of every slot below `size`; 0 where there is no document or no word in common."""
        result = np.zeros(size, dtype=np.float32)
        if not self._terms:
            return result
        norm = K1 * (1 - B + B * self._lengths / (self._total / len(self._terms)))
        for word in list(dict.fromkeys(words(query)))[:MOST_TERMS]:
            number = self._numbers.get(word)
            if number is None or not self._frequency[number]:
                continue
            slots = np.array(self._slots[number], dtype=np.int64)
            counts = np.array(self._counts[number], dtype=np.float32)
            # A word is listed at most once a document, so plain indexing adds up.
            result[slots] += self.idf(word) * counts * (K1 + 1) / (counts + norm[slots])
        result[self._lengths[:size] == 0] = 0
        return result

    def export(self, slots: npt.NDArray[np.int64]) -> Arrays:
        """All that is known of these documents, as arrays, numbered anew from 0 in this order; for `restore`."""
        fresh = np.full(len(self._lengths), -1, dtype=np.int32)
        fresh[slots] = np.arange(len(slots), dtype=np.int32)
        held = np.repeat(np.arange(len(self._words), dtype=np.int32), [len(found) for found in self._slots])
        documents = fresh[_joined(self._slots)]
        live = documents >= 0
        used, places = np.unique(held[live], return_inverse=True)
        return {
            "words": np.frombuffer("\n".join(self._words[number] for number in used).encode(), dtype=np.uint8),
            "held": np.bincount(places, minlength=len(used)).astype(np.int32),
            "documents": documents[live],
            "counts": _joined(self._counts)[live],
            "lengths": self._lengths[slots],
        }

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray[Any]]) -> BM25:
        """An index from what `export` gave."""
        made = cls()
        if not len(state["lengths"]):
            return made
        made._words = [word for word in state["words"].tobytes().decode().split("\n") if word]
        made._numbers = {word: number for number, word in enumerate(made._words)}
        made._frequency = state["held"].tolist()
        ends = np.cumsum(state["held"])
        made._slots = [array("i", part.tobytes()) for part in np.split(state["documents"], ends)[:-1]]
        made._counts = [array("i", part.tobytes()) for part in np.split(state["counts"], ends)[:-1]]
        made._lengths = np.array(state["lengths"], dtype=np.float32)
        made._total = float(made._lengths.sum(dtype=np.float64))
        order = np.argsort(state["documents"], kind="stable")
        terms = np.repeat(np.arange(len(made._words), dtype=np.int32), state["held"])[order]
        sizes = np.bincount(state["documents"], minlength=len(made._lengths))
        parts = np.split(terms, np.cumsum(sizes))[:-1]
        made._terms = {slot: array("i", part.tobytes()) for slot, part in enumerate(parts)}
        return made


def _joined(arrays: list[array[int]]) -> Numbers:
    joined: Numbers = np.frombuffer(b"".join(part.tobytes() for part in arrays), dtype=np.int32)
    return joined
