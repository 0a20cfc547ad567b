"""Past threads as what is ranked: each by its question, answered or not, and plain systems beside our ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoder import Encoder
from knowledge.entries import Entry
from knowledge.errors import BadInput
from knowledge.evaluation.asking import Asked
from knowledge.evaluation.holdings import Advance, Entries, gathered
from knowledge.evaluation.systems import DEPTH, System
from knowledge.index import Floats
from knowledge.passages import PassageKind, opening
from knowledge.pools import AnswerPool, Vector
from knowledge.reading import forms, threads
from knowledge.reading.fields import BadField
from knowledge.reading.lines import parsed, records
from knowledge.results import Query
from knowledge.searching import post_text
from knowledge.thread_ranking import rank_threads


def read_threads(paths: Sequence[Path], advance: Advance | None = None) -> Entries:
    """The threads of exports, also those that nobody answered, and past answers, by their questions.

    Raises:
        BadInput: a file does not exist, or none holds a thread.
    """
    found = gathered(_all(paths), advance)
    if not found.by_id:
        names = ", ".join(str(path) for path in paths)
        raise BadInput(f"there is no thread in {names or '--past'}", hint=found.errors[0] if found.errors else "")
    return found


def _all(paths: Sequence[Path]) -> Iterator[Entry | BadInput]:
    for path in paths:
        if not path.is_file():
            raise BadInput(f"there is no file {path}", hint="check the spelling; paths are relative to here")
        yield from parsed(path, records(path), partial(_thread, source=path.name))


def thread_pool(entries: Sequence[Entry], encoder: Encoder, advance: Advance | None = None) -> AnswerPool:
    """The threads in memory. Answers are left out: one may have been written after a query that came between."""
    vectors = encoder.encode([opening(entry.question) for entry in entries], advance)
    pool = AnswerPool(encoder.dimension)
    pool.put(
        [
            (entry, [Vector(kind, "", entry.question, row) for kind in (PassageKind.QUESTION, PassageKind.PAIR)])
            for entry, row in zip(entries, vectors, strict=True)
        ]
    )
    return pool


def as_query(asked: Asked) -> Query:
    """The query as retrieval sees it; its own thread is never found. The product is no filter: helpers point across."""
    return Query(text=asked.text, title=asked.title, as_of=asked.created, exclude=frozenset({asked.id}), limit=DEPTH)


def thread_systems(pool: AnswerPool) -> Mapping[str, System]:
    """Rankings of the ids of past threads."""

    def goodword(query: Query, vector: Floats) -> list[str]:
        return [pool.entry(item.slot).id for item in rank_threads(pool, query, vector, post_text(query))[:DEPTH]]

    def bm25(query: Query, vector: Floats) -> list[str]:
        allowed = pool.allowed(query)
        scores = np.where(allowed, pool.bm25.scores(post_text(query), len(allowed)), -1.0)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [pool.entry(int(slot)).id for slot in best if scores[slot] > 0]

    def dense(query: Query, vector: Floats) -> list[str]:
        slots, _ = pool.questions.search(vector, DEPTH, pool.allowed(query))
        return [pool.entry(int(slot)).id for slot in slots]

    return {"goodword": goodword, "bm25": bm25, "dense": dense}


def _thread(record: dict[str, Any], source: str) -> Entry:
    if "answers" in record:
        return threads.question(record, source)
    if "question" in record:
        return replace(forms.answer(record, source), text="")
    raise BadField("neither a thread (`answers`) nor a past answer (`question`)")
