"""One search over the pools: rank both, say how sure we are and why, quote."""

from __future__ import annotations

import numpy as np

from knowledge import confidence
from knowledge.answer_ranking import rank_answers
from knowledge.bm25 import words
from knowledge.index import Floats, highest
from knowledge.model import RankingModel
from knowledge.pools import Pools
from knowledge.quoting import quote
from knowledge.ranking import Ranked, rank_usage
from knowledge.reading.asked_back import KEY
from knowledge.results import AskedBack, Hit, Query, SearchResult

#: So many characters of a post are read for words.
LONGEST_POST = 20_000
#: So many of an entry's passages go with a hit: a reply is made of those that meet the post.
PASSAGES = 3
#: So many of the past posts most like this one are looked at for what their writers were asked.
ASKED = 200
#: How much less a past post counts there the less it is like this one: exp(NEARNESS * cosine).
NEARNESS = 12.0
#: A past question at least this like the post is called so when the result explains itself.
ALIKE = 0.6


def post_text(query: Query) -> str:
    """What of a query is encoded and searched for: title and text."""
    return "\n".join(part for part in (query.title.strip(), query.text.strip()) if part)[:LONGEST_POST]


def has_words(query: Query) -> bool:
    """Whether there is anything to search for."""
    return bool(words(post_text(query)))


def search(pools: Pools, query: Query, vector: Floats, model: RankingModel | None = None) -> SearchResult:
    """The best of both pools. `vector` encodes the opening of `post_text(query)`.

    A hit's score is the confidence of its pool times its fused score over that of the pool's best: so scores of the
    two pools can be compared within one search, and the better of the two best is the top source.
    """
    post = post_text(query)
    usage, seen = rank_usage(pools, query, vector, post, model)
    answers = rank_answers(pools.answers, query, vector, post)
    of_usage = confidence.usage_confidence(confidence.usage_signals(pools, usage, seen, post), model)
    of_answers = confidence.answer_confidence(confidence.answer_signals(pools, answers[0], post)) if answers else 0.0
    return SearchResult(
        usage=tuple(_usage_hit(pools, item, usage[0], of_usage, post, vector) for item in usage[: query.limit]),
        answers=tuple(_answer_hit(pools, item, answers[0], of_answers, post) for item in answers[: query.limit]),
        confidence=max(of_usage, of_answers),
        why=_why(pools, usage, answers, of_usage, of_answers),
        asked_back=_asked_back(pools, answers),
    )


def nothing(why: str) -> SearchResult:
    """The result of a search that could find nothing."""
    return SearchResult(usage=(), answers=(), confidence=0.0, why=why)


def _asked_back(pools: Pools, answers: list[Ranked]) -> tuple[AskedBack, ...]:
    nearest = sorted(answers, key=lambda item: -(item.question_cosine or 0.0))[:ASKED]
    near = np.exp(NEARNESS * (np.array([item.question_cosine or 0.0 for item in nearest]) - 1))
    share = near / max(float(near.sum()), 1e-12)
    return tuple(
        AskedBack(question, entry.id, item.question_cosine or 0.0, float(weight))
        for item, weight in zip(nearest, share, strict=True)
        for entry in (pools.answers.entry(item.slot),)
        for question in entry.meta.get(KEY, "").splitlines()
    )


def _usage_hit(pools: Pools, item: Ranked, top: Ranked, sure: float, post: str, vector: Floats) -> Hit:
    entry = pools.usage.entry(item.slot)
    text = pools.usage.texts[item.passage] if item.passage is not None else entry.text
    return Hit(
        entry=entry,
        score=_score(item, top, sure),
        quote=quote(text, post, pools.usage.bm25),
        cosine=item.cosine,
        votes=item.voters,
        passages=_passages(pools, item.slot, vector),
    )


def _passages(pools: Pools, slot: int, vector: Floats) -> tuple[str, ...]:
    pool = pools.usage
    numbers = pool.passages_of(slot)
    best = highest(pool.index.vectors(numbers) @ vector, PASSAGES)
    return tuple(pool.texts[number] for number in numbers[best].tolist())


def _answer_hit(pools: Pools, item: Ranked, top: Ranked, sure: float, post: str) -> Hit:
    entry = pools.answers.entry(item.slot)
    return Hit(
        entry=entry,
        score=_score(item, top, sure),
        quote=quote(entry.text, post, pools.answers.bm25),
        cosine=item.cosine,
        question_similarity=item.question_cosine,
    )


def _score(item: Ranked, top: Ranked, sure: float) -> float:
    return sure * (item.fused / top.fused if top.fused > 0 else 1.0)


def _why(pools: Pools, usage: list[Ranked], answers: list[Ranked], of_usage: float, of_answers: float) -> str:
    """One sentence for the reviewer: what the confidence rests on."""
    if not usage and not answers:
        return "the library holds nothing that may be used here"
    if of_answers > of_usage:
        top = answers[0]
        alike = top.question_cosine if top.question_cosine is not None else top.cosine
        like = "a very similar question" if alike >= ALIKE else "the nearest past question"
        return f"an earlier answer to {like} (similarity {alike:.2f})"
    first = usage[0]
    name = pools.usage.entry(first.slot).title
    count = len(first.voters)
    if not count:
        return f"“{name}” reads most like the post (similarity {first.cosine:.2f}); no similar past answer cites it"
    answers_agree = "one similar past answer cites" if count == 1 else f"{count} similar past answers cite"
    return f"“{name}” (similarity {first.cosine:.2f}), and {answers_agree} it"
