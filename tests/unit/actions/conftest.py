"""Small makers of turns, entries and hits, and a searcher over fixed ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from actions.proposal import ChannelRules, TurnContext, Understanding
from knowledge.entries import Entry, EntryKind
from knowledge.results import AskedBack, Hit, Query, SearchResult

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
MASTODON = ChannelRules(name="square", limit=500, counted="mastodon", link_length=23)

SHELF = """A shelf stays up on brick when every plug sits tight in a clean hole.

1. Mark the holes with a level and a pencil.
2. Drill 50 mm deep with a 6 mm masonry bit. Let the bit do the work.
3. Blow the dust out of every hole.
4. Push a red plug in until it is flush.
5. Drive the screws by hand until the bracket sits tight.

## When to stop

Stop if the wall crumbles. A crumbling wall needs resin anchors instead.
"""


@dataclass
class FixedSearcher:
    """Finds what it was given, and remembers what it was asked."""

    usage: tuple[Hit, ...] = ()
    answers: tuple[Hit, ...] = ()
    confidence: float = 0.8
    asked_back: tuple[AskedBack, ...] = ()
    asked: list[Query] = field(default_factory=list)

    async def search(self, query: Query) -> SearchResult:
        self.asked.append(query)
        keep = [hit for hit in (*self.usage, *self.answers) if hit.entry.id not in query.exclude]
        usage = tuple(hit for hit in keep if hit.entry.kind is not EntryKind.ANSWER)
        answers = tuple(hit for hit in keep if hit.entry.kind is EntryKind.ANSWER)
        return SearchResult(usage, answers, self.confidence if keep else 0.0, "fixed", self.asked_back)


@pytest.fixture
def turn() -> Callable[..., TurnContext]:
    def make(text: str = "How do I hang a shelf on brick?", **changes: Any) -> TurnContext:
        given: dict[str, Any] = {
            "turn_id": "1",
            "as_of": NOW,
            "channel": MASTODON,
            "reserved": 30,
            "allowed_domains": ("holloway.example",),
        }
        return TurnContext(text=text, **(given | changes))

    return make


@pytest.fixture
def understood() -> Callable[..., Understanding]:
    def make(
        outcome: str = "hang a shelf on brick", intent: str = "get_something_done", **changes: Any
    ) -> Understanding:
        return Understanding(outcome=outcome, intent=intent, **({"intent_confidence": 0.9} | changes))

    return make


@pytest.fixture
def entry() -> Callable[..., Entry]:
    def make(id: str = "shelf-brick", **changes: Any) -> Entry:
        given: dict[str, Any] = {
            "kind": EntryKind.USAGE,
            "title": "Hang a shelf on a brick wall",
            "text": SHELF,
            "url": f"https://holloway.example/help/{id}",
            "created_at": NOW,
        }
        return Entry(id=id, **(given | changes))

    return make


@pytest.fixture
def hit(entry: Callable[..., Entry]) -> Callable[..., Hit]:
    def make(found: Entry | None = None, score: float = 0.9, quote: str = "", cosine: float = 0.7) -> Hit:
        return Hit(entry=found or entry(), score=score, quote=quote, cosine=cosine)

    return make


@pytest.fixture
def searcher() -> type[FixedSearcher]:
    return FixedSearcher
