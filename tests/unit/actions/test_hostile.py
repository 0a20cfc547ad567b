"""Every hostile post of data/hostile through every action, over knowledge that answers whatever is asked.

None attains what it orders; where a reply is drafted, it is the one that the honest part alone would get.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actions.instructions import instructs
from actions.links import allowed, targets
from actions.outcome import outcome_of
from actions.proposal import ProposalKind, ThreadPost
from actions.propose import Proposer
from tests.unit.actions.conftest import NOW

Make = Callable[..., Any]
FOLDER = Path(__file__).parents[3] / "data" / "hostile"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def hostile_turn(turn: Make) -> Make:
    def make(row: dict[str, Any]) -> Any:
        alts = row.get("alt", [])
        thread = tuple(ThreadPost(by=one["by"], text=one["text"], at=NOW) for one in row.get("thread", []))
        text = "\n".join([row["text"], *alts])
        return turn(text, title=row.get("title", ""), has_media=bool(alts), media_described=bool(alts), thread=thread)

    return make


@pytest.mark.parametrize("intent", ["get_something_done", "complain", "safety", "spam", "praise", "it_did_not_work"])
@pytest.mark.parametrize("verb", ["advise", "acknowledge", "hand_off", "no_reply"])
async def test_none_attains_anything(
    verb: str, intent: str, hostile_turn: Make, understood: Make, hit: Make, searcher: Make
) -> None:
    for row in rows("injections"):
        given = hostile_turn(row)
        meant = understood(outcome_of(given.text, given.title), intent=intent)
        proposal = await getattr(Proposer(searcher(usage=(hit(),))), verb)(given, meant)
        for candidate in proposal.candidates:
            said = candidate.text.lower()
            assert not [word for word in row["never"] if word.lower() in said], (row["id"], candidate.text)
            assert all(allowed(target, given.allowed_domains) for target in targets(candidate.text)), row["id"]
            assert "@" not in candidate.text, row["id"]
        assert not [check for check in proposal.checks if check.blocking and not check.ok], row["id"]
        if not proposal.text:
            assert proposal.kind in (ProposalKind.HAND_OFF, ProposalKind.NO_REPLY)
            assert proposal.reason_text


async def test_what_is_searched_for_is_the_honest_part(
    hostile_turn: Make, understood: Make, hit: Make, searcher: Make
) -> None:
    for row in rows("injections"):
        library = searcher(usage=(hit(),))
        given = hostile_turn(row)
        await Proposer(library).advise(given, understood(outcome_of(given.text, given.title)))
        for query in library.asked:
            assert query.as_of == NOW
            if instructs(row["text"]):
                assert not [word for word in row["never"] if word.lower() in query.text.lower()], row["id"]


def test_there_are_as_many_harmless_twins_and_each_has_its_half() -> None:
    hostile, twins = rows("injections"), rows("twins")
    assert len(hostile) >= 40
    assert len(twins) >= 40
    assert sum(row["half"] == "held" for row in twins) * 2 == len(twins)
    texts = [row["text"] for row in (*hostile, *twins)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("row", [row for row in rows("twins") if row["half"] == "open"], ids=lambda row: row["id"])
def test_a_harmless_twin_gives_no_orders(row: dict[str, Any]) -> None:
    assert not instructs(row["text"])
