"""What a search is asked and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge.entries import Entry


@dataclass(frozen=True)
class Query:
    """A post as retrieval sees it: masked title and text, and what is known of it.

    `as_of`: only answers created before this moment count (None: all). Undated entries always count.
    `product`, `platform`, `language`, `audience`: filters where the entry names one too; entries that name none always
    pass. Letter case does not matter, and of a language only what it is, not where: `en` finds `en-GB`.
    `exclude`: entry ids that must not be found (a source reported wrong, the post's own thread).
    """

    text: str
    title: str = ""
    product: str | None = None
    platform: str | None = None
    as_of: datetime | None = None
    exclude: frozenset[str] = frozenset()
    limit: int = 5
    language: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Hit:
    """One entry that was found.

    `score` is the fused score, comparable only within one search. `quote` is the passage that matched best, cut at a
    sentence. `votes` are the ids of past answers that cite this entry and whose question is like the post.
    `question_similarity` (answers only) is the cosine between the post and the question the answer replied to.
    `passages` (usage entries only) are the entry's passages nearest to the post, nearest first, three at most.
    """

    entry: Entry
    score: float
    quote: str
    cosine: float
    votes: tuple[str, ...] = ()
    question_similarity: float | None = None
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedBack:
    """What somebody was asked who had written a post like this one: `similarity` is the cosine of the two posts,
    `weight` the part (0 to 1) of all that is near, asked back or not, which this past post is."""

    question: str
    entry_id: str
    similarity: float
    weight: float


@dataclass(frozen=True)
class SearchResult:
    """The two pools, best first, and how likely the top source answers the post (calibrated, 0 to 1).

    `asked_back` are questions that people with similar posts were asked before they could be answered, nearest first.
    """

    usage: tuple[Hit, ...]
    answers: tuple[Hit, ...]
    confidence: float
    why: str
    asked_back: tuple[AskedBack, ...] = ()

    @property
    def top(self) -> Hit | None:
        """The best source over both pools, or None where nothing was found."""
        best = [hits[0] for hits in (self.usage, self.answers) if hits]
        return max(best, key=lambda hit: hit.score, default=None)


class Searcher(Protocol):
    """Whatever can search: the library on a database, a rehearsal's, a test's."""

    async def search(self, query: Query) -> SearchResult:
        """The best of both pools for a post. An empty library gives empty pools and confidence 0."""
