"""Asking in public, some days later, whether it worked: a proposal like any other."""

from __future__ import annotations

from actions.checks import check_courtesy
from actions.outcome import Shape, shape
from actions.proposal import Candidate, Proposal, ProposalKind, Sentence, TurnContext, Understanding
from actions.reasons import SENTENCES, Reason
from actions.voicing import voiced


def asking(turn: TurnContext, understanding: Understanding) -> Proposal:
    """The proposal to ask. It rests on no source, names nothing of the post and asks for a yes or a no."""
    goal = shape(understanding.outcome) is Shape.GOAL
    question = "Did that do the job in the end?" if goal else "Did that help in the end?"
    why = "We ask so that the next reader knows."
    text = f"{question} {why}"
    plain = Candidate(label="best", text=text, sentences=(Sentence(text=question), Sentence(text=why)))
    draft = voiced(plain, turn.voice)
    return Proposal(
        kind=ProposalKind.CLARIFY,
        reason=Reason.NOBODY_SAID,
        reason_text=SENTENCES[Reason.NOBODY_SAID],
        text=draft.text,
        candidates=(draft,),
        confidence=1.0,
        checks=check_courtesy(draft.text, turn, understanding, ()),
        understanding=understanding,
    )
