"""The desk's templates: every state has words, and nothing a stranger or an import wrote becomes more than text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from actions.proposal import ProposalKind
from bot.deciding.disputes import AT_FAULT
from bot.desk import pages, words
from bot.desk.doubts import Doubted, Post
from bot.record.disputes import Dispute
from bot.record.gaps import Gap
from bot.review import Publishing
from bot.states import State
from knowledge.entries import Entry, EntryKind
from knowledge.results import Hit, SearchResult
from tests.unit.slack.samples import card, every_shape, post


def drawn(template: str, **values: Any) -> str:
    common = {"brand": "Holloway", "here": "/desk", "title": "x"}
    return pages._templates.get_template(template).render(**common, **values)


def queue(*cards: Any, **values: Any) -> str:
    given = {
        "tiles": [],
        "sections": [("Waiting", cards, "Nothing.")],
        "publishing": Publishing(on=True),
        "not_public": [],
    }
    return drawn("queue.html", **(given | values))


def test_every_state_kind_and_sort_of_entry_has_words() -> None:
    assert set(words.STATES) == set(State)
    assert set(words.KINDS) == set(ProposalKind)
    assert set(words.ENTRIES) == set(EntryKind)
    assert set(words.DOUBTS) == AT_FAULT
    assert {state for _, states in words.TILES for state in states} == set(State)


def test_tiles_add_up_and_the_two_that_matter_always_stand_there() -> None:
    assert words.tiles({}) == [(0, "waiting for a decision"), (0, "published")]
    found = words.tiles({State.ASKED: 2, State.PROPOSED: 1, State.LEARNED: 4, State.WITHHELD: 1})
    assert found == [(3, "waiting for a decision"), (4, "published"), (1, "held back")]


@pytest.mark.parametrize("shape", every_shape())
def test_every_shape_of_a_card_can_be_drawn(shape: str) -> None:
    shown = every_shape()[shape]
    assert f'data-turn="{shown.turn_id}"' in queue(shown)


@pytest.mark.parametrize("state", State)
def test_a_turn_in_any_state_can_be_drawn(state: State) -> None:
    assert words.STATES[state][0] in queue(card(state=state))


def test_what_strangers_write_stays_text_and_only_web_addresses_become_links() -> None:
    hostile = post("<script>alert(1)</script>", author_name="<b>x", url="javascript:alert(1)")
    page = queue(card(posts=(hostile,), published=("javascript:alert(2)",)))
    assert "<script>" not in page
    assert "<b>x" not in page
    assert "javascript:" not in page


def test_it_says_when_publishing_is_paused_and_what_was_not_public() -> None:
    page = queue(
        publishing=Publishing(on=False, by="<b>Mia"),
        not_public=[("mastodon", 2, ("https://x.example/1", "javascript:x"))],
    )
    assert "Publishing is paused, by &lt;b&gt;Mia." in page
    assert "goodword resume" in page
    assert "not switched on yet" in queue(publishing=Publishing(on=False, quiet=True))
    assert "Mastodon: 2" in page
    assert "javascript:" not in page


@pytest.mark.parametrize(("confidence", "said"), [(0.8, "A reply would be drafted"), (0.1, "left to a person")])
def test_a_search_says_what_would_become_of_such_a_post(confidence: float, said: str) -> None:
    bare = Entry(id="e-1", kind=EntryKind.ANSWER, title="", text="Use a plug.")
    asked = replace(bare, id="e-2", question="How?\nNow", url="javascript:x", written_by="assistant")
    hits = tuple(Hit(entry=entry, score=1.0, quote="Use a plug.", cosine=0.5) for entry in (bare, asked))
    result = SearchResult(usage=(), answers=hits, confidence=confidence, why="")
    values = {"counts": [("usage", 1)], "query": "how", "longest": 9, "threshold": 0.35, "newest": ()}
    page = drawn("knowledge.html", result=result, **values)
    assert said in page
    assert "1</b> how-to<" in page
    assert "javascript:" not in page


def test_knowledge_shows_what_is_lacking_and_what_is_due() -> None:
    old = Entry("e-3", EntryKind.USAGE, "<i>Oil</i> a deck", "Oil it.", review_at=datetime(2026, 1, 2, tzinfo=UTC))
    gap = Gap(7, "How do I <b>bend</b> oak?", "javascript:x", datetime.now(UTC), State.HANDED_OVER)
    values = {"counts": [], "query": "", "longest": 9, "threshold": 0.35, "newest": (), "result": None}
    page = drawn(
        "knowledge.html",
        gaps=[gap, replace(gap, url="https://x.example/1")],
        due=[old],
        due_in_all=3,
        owned={"e-3": "Olga <b>S"},
        **values,
    )
    assert "Nothing answers these" in page
    assert words.STATES[State.HANDED_OVER][0] in page
    assert 'href="https://x.example/1"' in page
    assert "2 January 2026" in page
    assert "and 2 more" in page
    for hostile in ("<b>", "<i>", "javascript:"):
        assert hostile not in page
    none = drawn("knowledge.html", gaps=[], due=[], due_in_all=0, **values)
    assert "Nothing answers" not in none
    assert "Due for review" not in none


def doubted(**changed: Any) -> Doubted:
    at = datetime.now(UTC)
    said = Dispute(3, "plugs", 7, "wrong", "<b>Grey</b> ones spin.", "<i>Mia", at, None, None, None)
    entry = Entry("plugs", EntryKind.USAGE, "<u>Plugs</u>", "<s>Use", url="javascript:x")
    values = {"entry_id": "plugs", "entry": entry, "owner": "<b>Olga", "disputes": (said,)}
    return Doubted(**(values | {"post": Post("<b>How</b> do I?", "javascript:x")} | changed))


@pytest.mark.parametrize(("may_settle", "ways"), [(True, 'value="3:right"'), (False, "knowledge disputes 3 --right")])
def test_what_is_doubted_is_shown_with_the_ways_out(may_settle: bool, ways: str) -> None:
    values = {"counts": [], "query": "", "longest": 9, "threshold": 0.35, "newest": (), "result": None}
    page = drawn("knowledge.html", doubted=[doubted()], may_settle=may_settle, longest_name=60, **values)
    for shown in (ways, "&lt;i&gt;Mia", "is <b>wrong</b>", "Its owner: &lt;b&gt;Olga", "How&lt;/b&gt; do I?"):
        assert shown in page
    for hostile in ("<i>", "<u>", "<s>", "<b>Grey", "javascript:"):
        assert hostile not in page
    assert ('method="post"' in page) is may_settle
    bare = doubted(entry=None, owner="", post=None)
    assert "The entry is gone" in drawn("knowledge.html", doubted=[bare], may_settle=may_settle, **values)


def test_the_queue_says_that_something_is_doubted() -> None:
    assert "2 entries are doubted" in queue(doubted=2)
    assert "doubted" not in queue(doubted=0)


def test_health_counts_what_needs_a_look() -> None:
    page = drawn("health.html", parts=[("rasa", "Rasa has ended"), ("worker", None)], troubled=1)
    assert "1 of 2 parts needs a look" in page
    assert "Rasa has ended" in page
