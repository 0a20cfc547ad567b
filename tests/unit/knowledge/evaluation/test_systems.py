"""Systems over generated worlds: nothing from the query's time on is ever ranked, votes or is pointed from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries import Entry, EntryKind
from knowledge.evaluation.asking import Asked
from knowledge.evaluation.systems import as_query, usage_systems
from knowledge.evaluation.threads import as_query as as_thread_query
from knowledge.evaluation.threads import thread_systems
from knowledge.index import Floats
from knowledge.passages import PassageKind
from knowledge.pools import AnswerPool, Pools, Vector

START = datetime(2025, 1, 1, tzinfo=UTC)
WORDS = ["lamp", "shelf", "drill", "paint", "wall", "glue", "rope", "sink", "pipe", "tap", "door", "lock"]


def unit(seed: int) -> Floats:
    vector = np.random.default_rng(seed).normal(size=8).astype(np.float32)
    normed: Floats = vector / np.linalg.norm(vector)
    return normed


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def text(seed: int) -> str:
    return " ".join(np.random.default_rng(seed).choice(WORDS, size=6))


def article(number: int) -> tuple[Entry, list[Vector]]:
    entry = Entry(f"u{number}", EntryKind.USAGE, f"About {WORDS[number]}", text(number))
    return entry, [Vector(PassageKind.PASSAGE, entry.title, entry.text, unit(number))]


def answered(number: int, created: int, linked: int, since: int) -> tuple[Entry, list[Vector]]:
    """A past answer that links an article, from a day of its own on, and points at another thread from then on too."""
    when = day(created + since).isoformat()
    entry = Entry(
        f"t{number}",
        EntryKind.ANSWER,
        WORDS[number],
        "",
        question=text(100 + number),
        created_at=day(created),
        cites=(f"u{linked}",),
        meta={f"cited:u{linked}": when, f"linked:t{linked}": when},
    )
    vectors = [
        Vector(kind, "", entry.question, unit(100 + number)) for kind in (PassageKind.QUESTION, PassageKind.PAIR)
    ]
    return entry, vectors


def known_at(now: int, thread: tuple[Entry, list[Vector]]) -> tuple[Entry, list[Vector]]:
    """The thread without the links that were written on that day or later."""
    entry, vectors = thread
    meta = {key: when for key, when in entry.meta.items() if when < day(now).isoformat()}
    return replace(entry, meta=meta, cites=entry.cites if meta else ()), vectors


#: Of each past thread: the day it was created, the number that it links, and how many days later.
PAST = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 6)), min_size=1, max_size=8)


@given(past=PAST, now=st.integers(0, 10))
def test_the_future_may_as_well_not_be_there(past: list[tuple[int, int, int]], now: int) -> None:
    asked = Asked("q", "", text(50), created=day(now))
    threads = [answered(number, *values) for number, values in enumerate(past)]
    rankings = []
    for known in (threads, [known_at(now, threads[n]) for n, values in enumerate(past) if values[0] < now]):
        pools = Pools(8)
        pools.usage.put([article(number) for number in range(6)])
        pools.answers.put(known)
        systems = usage_systems(pools)
        rankings.append({name: rank(as_query(asked, pools), unit(50)) for name, rank in systems.items()})
    assert rankings[0] == rankings[1]


@given(past=PAST, now=st.integers(0, 10))
def test_pointers_of_the_future_move_no_thread(past: list[tuple[int, int, int]], now: int) -> None:
    asked = Asked("q", "", text(50), created=day(now))
    threads = [answered(number, *values) for number, values in enumerate(past)]
    rankings = []
    for known in (threads, [known_at(now, thread) for thread in threads]):
        pool = AnswerPool(8)
        pool.put(known)
        rankings.append(thread_systems(pool)["goodword"](as_thread_query(asked), unit(50)))
    assert rankings[0] == rankings[1]


@given(past=PAST, now=st.integers(0, 10))
def test_no_system_ranks_a_thread_from_the_querys_time_on_or_the_querys_own(
    past: list[tuple[int, int, int]], now: int
) -> None:
    pool = AnswerPool(8)
    pool.put([answered(number, *values) for number, values in enumerate(past)])
    created = {f"t{number}": values[0] for number, values in enumerate(past)}
    query = as_thread_query(Asked("t0", "", text(50), created=day(now)))
    wanted = {key for key, when in created.items() if when < now and key != "t0"}
    for name, rank in thread_systems(pool).items():
        found = rank(query, unit(50))
        assert set(found) <= wanted, name
        if name != "bm25":  # which leaves out what has no word in common
            assert set(found) == wanted, name


def test_a_pointer_that_was_written_before_lifts_its_thread() -> None:
    asked = Asked("q", "", text(50), created=day(9))
    threads = [answered(number, 1, 2, 1) for number in range(6)]
    rankings = []
    for known in (threads, [known_at(0, thread) for thread in threads]):
        pool = AnswerPool(8)
        pool.put(known)
        rankings.append(thread_systems(pool)["goodword"](as_thread_query(asked), unit(50)))
    assert rankings[0].index("t2") == 0 < rankings[1].index("t2")


def test_systems_on_nothing() -> None:
    pools = Pools(8)
    query = as_query(Asked("q", "", "lamp"), pools)
    assert [rank(query, unit(1)) for rank in usage_systems(pools).values()] == [[], [], []]
    assert [rank(query, unit(1)) for rank in thread_systems(pools.answers).values()] == [[], [], []]


def test_without_a_past_the_corpus_alone_is_ranked_by_each_system() -> None:
    pools = Pools(8)
    pools.usage.put([article(number) for number in range(6)])
    query = as_query(Asked("q", "", "lamp drill"), pools)
    for name, rank in usage_systems(pools).items():
        found = rank(query, unit(3))
        assert len(set(found)) == len(found), name
        assert set(found) <= {f"u{number}" for number in range(6)}
    assert usage_systems(pools)["dense"](query, unit(3))[0] == "u3"


def test_an_article_and_a_thread_may_share_an_id() -> None:
    pools = Pools(8)
    pools.usage.put([article(0)])
    entry, vectors = answered(1, 1, 0, 0)
    pools.answers.put([(replace(entry, id="u0"), vectors)])
    assert len(pools) == 2
