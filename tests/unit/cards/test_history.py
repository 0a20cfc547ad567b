"""The lines of a turn's history read as sentences that go on after a name, whatever happened."""

from __future__ import annotations

import pytest

from actions.proposal import Proposal, ProposalKind, Understanding
from bot.cards import history
from bot.review import Decision, RejectReason, Reviewer, Verb


def decision(verb: Verb, **given: object) -> Decision:
    return Decision(1, 1, verb, Reviewer("U1", "Anna"), "click-1", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ProposalKind)
def test_a_proposal_says_what_was_done_and_why(kind: ProposalKind) -> None:
    understanding = Understanding(intent="ask", intent_confidence=0.9)
    proposal = Proposal(kind=kind, reason="x", reason_text="Because.", confidence=0.5, understanding=understanding)
    said = history.drafted(proposal)
    assert said.endswith(". Because.")
    assert "_" not in said


@pytest.mark.parametrize("verb", Verb)
def test_every_decision_has_words(verb: Verb) -> None:
    assert "_" not in history.decided(decision(verb))


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejection_gives_its_reason_and_the_reviewers_words(reason: RejectReason) -> None:
    said = history.decided(decision(Verb.REJECT, reason=reason, note=" too brisk "))
    assert said.startswith("rejected it: ")
    assert said.endswith(". “too brisk”")
    assert "_" not in said


def test_where_was_asked() -> None:
    assert history.asked(["slack"]) == "asked the reviewers in Slack"
    assert "goodword review" in history.asked([])


@pytest.mark.parametrize("attained", ["attained", "not_attained", "unknown"])
def test_an_end_says_how_it_went(attained: str) -> None:
    assert "_" not in history.closed(attained)
