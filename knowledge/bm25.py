"""BM25 over texts that come and go: an inverted index in memory, exact after every change."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
#: What was copied in a moment and still has to be put together.
Later = Callable[[], Arrays]

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
    """Documents are named by slots: rising whole numbers that the caller hands out, each used once.

    What was restored from a snapshot stays as it came, in a few large arrays; what is added since is kept beside it.
    Both count alike, so that every score is exact after every change.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of words
        self._words: list[str] = []
        self._frequency: list[int] = []  # by word: live documents that hold it
        self._lengths = np.zeros(0, dtype=np.float32)  # by slot; 0 where there is none (any more)
        self._live = 0
        self._total = 0.0
        self._restored = _Postings.none()
        self._slots: dict[int, array[int]] = {}  # by word: the documents since that hold it, and how often
        self._counts: dict[int, array[int]] = {}
        self._terms: dict[int, array[int]] = {}  # by slot since: the words it holds

    def __len__(self) -> int:
        return self._live

    def add(self, slot: int, text: str) -> None:
        """Add a document under a slot that was never used before."""
        counted = Counter(words(text))
        if slot >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(max(1024, slot), dtype=np.float32)])
        length = float(max(1, counted.total()))
        self._lengths[slot] = length
        self._total += length
        self._live += 1
        terms = array("i")
        for word, count in counted.items():
            number = self._numbers.get(word)
            if number is None:
                number = self._numbers[word] = len(self._words)
                self._words.append(word)
                self._frequency.append(0)
            terms.append(number)
            self._frequency[number] += 1
            held = self._slots.get(number)
            if held is None:
                self._slots[number], self._counts[number] = array("i", (slot,)), array("i", (count,))
            else:
                held.append(slot)
                self._counts[number].append(count)
        self._terms[slot] = terms

    def remove(self, slot: int) -> None:
        """Take a document out; what is left is scored as if it had never been there."""
        for number in self.term_numbers(slot).tolist():
            self._frequency[number] -= 1
            if not self._frequency[number]:
                self._slots.pop(number, None)
                self._counts.pop(number, None)
        self._terms.pop(slot, None)
        self._live -= 1
        self._total -= float(self._lengths[slot])
        self._lengths[slot] = 0.0

    def idf(self, word: str) -> float:
        """How much a word says, by how few documents hold it (the form of Lucene, never negative)."""
        number = self._numbers.get(word)
        count = 0 if number is None else self._frequency[number]
        return math.log(1 + (self._live - count + 0.5) / (count + 0.5))

    def terms(self, slot: int) -> tuple[str, ...]:
        """The different words of a document."""
        return tuple(self._words[number] for number in self.term_numbers(slot).tolist())

    def term_numbers(self, slot: int) -> Numbers:
        """The different words of a document, as numbers: equal numbers mean equal words, as long as this lives."""
        since = self._terms.get(slot)
        return self._restored.terms_of(slot) if since is None else np.frombuffer(since, dtype=np.int32)

    def scores(self, query: str, size: int) -> Scores:
        """The score of every slot below `size`; 0 where there is no document or no word in common."""
        result = np.zeros(size, dtype=np.float32)
        if not self._live:
            return result
        norm = K1 * (1 - B + B * self._lengths / (self._total / self._live))
        for word in list(dict.fromkeys(words(query)))[:MOST_TERMS]:
            number = self._numbers.get(word)
            if number is None or not self._frequency[number]:
                continue
            weight = self.idf(word) * (K1 + 1)
            for slots, held in self._postings(number):
                counts = held.astype(np.float32)
                # A word is listed at most once a document, so plain indexing adds up.
                result[slots] += weight * counts / (counts + norm[slots])
        result[self._lengths[:size] == 0] = 0
        return result

    def _postings(self, number: int) -> Iterator[tuple[Numbers, Numbers]]:
        """The documents that hold a word, and how often; removed ones may be among them."""
        yield self._restored.of(number)
        if number in self._slots:
            yield np.array(self._slots[number], dtype=np.int32), np.array(self._counts[number], dtype=np.int32)

    def export(self, slots: npt.NDArray[np.int64]) -> Later:
        """Copy what is known of these documents; what is given back makes arrays of it, numbered anew from 0 in this
        order, for `restore`."""
        fresh = np.full(len(self._lengths), -1, dtype=np.int32)
        fresh[slots] = np.arange(len(slots), dtype=np.int32)
        names, lengths, restored = list(self._words), self._lengths[slots], self._restored
        since = [(np.full(len(held), number, np.int32), _numbers(held)) for number, held in self._slots.items()]
        counted = [_numbers(held) for held in self._counts.values()]

        def later() -> Arrays:
            words_ = np.concatenate([restored.words(), *(number for number, _ in since)])
            documents = fresh[np.concatenate([restored.documents, *(held for _, held in since)])]
            counts = np.concatenate([restored.counts, *counted])
            order = np.lexsort((documents, words_))
            order = order[documents[order] >= 0]
            used, sizes = np.unique(words_[order], return_counts=True)
            return {
                "words": np.frombuffer("\n".join(names[number] for number in used.tolist()).encode(), dtype=np.uint8),
                "sizes_of_words": sizes.astype(np.int32),
                "documents": documents[order],
                "counts": counts[order],
                "lengths": lengths,
            }

        return later

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray[Any]]) -> BM25:
        """An index from what `export` gave."""
        made = cls()
        made._words = [word for word in state["words"].tobytes().decode().split("\n") if word]
        made._numbers = {word: number for number, word in enumerate(made._words)}
        made._frequency = state["sizes_of_words"].tolist()
        made._lengths = np.array(state["lengths"], dtype=np.float32)
        made._live = len(made._lengths)
        made._total = float(made._lengths.sum(dtype=np.float64))
        made._restored = _Postings.made(state["sizes_of_words"], state["documents"], state["counts"], made._live)
        return made


@dataclass(frozen=True)
class _Postings:
    """Documents by word, and words by document, each one after the other; `ends` say where the next begins."""

    documents: Numbers
    counts: Numbers
    ends: npt.NDArray[np.int64]
    terms: Numbers
    term_ends: npt.NDArray[np.int64]

    @classmethod
    def none(cls) -> _Postings:
        empty, zero = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
        return cls(empty, empty, zero, empty, zero)

    @classmethod
    def made(cls, sizes: Numbers, documents: Numbers, counts: Numbers, live: int) -> _Postings:
        words_ = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        by_document = words_[np.argsort(documents, kind="stable")]
        return cls(documents, counts, _ends(sizes), by_document, _ends(np.bincount(documents, minlength=live)))

    def of(self, number: int) -> tuple[Numbers, Numbers]:
        """Documents and counts of a word."""
        if number + 1 >= len(self.ends):
            return self.documents[:0], self.counts[:0]
        here = slice(self.ends[number], self.ends[number + 1])
        return self.documents[here], self.counts[here]

    def terms_of(self, slot: int) -> Numbers:
        """The words of a document."""
        return self.terms[self.term_ends[slot] : self.term_ends[slot + 1]]

    def words(self) -> Numbers:
        """The word of each posting."""
        return np.repeat(np.arange(len(self.ends) - 1, dtype=np.int32), np.diff(self.ends))


def _ends(sizes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])


def _numbers(held: array[int]) -> Numbers:
    return np.array(held, dtype=np.int32)
