"""A draft as a reviewer wished it: shorter, from another source, a question instead, or any at all.

A person has looked at the post already, so what only keeps unsure drafts from being made (the threshold of confidence,
the chance that a question would be asked) does not hold here; whatever checks a draft does.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.acknowledge import acknowledgement
from actions.clarify import asked_already, missing_fact, missing_outcome
from actions.compose import compose
from actions.counter_question import counter_questions
from actions.counting import length
from actions.links import links
from actions.proposal import Candidate, Sentence, TurnContext, Understanding, Wish
from actions.reasons import Reason
from actions.understanding import Intent
from knowledge.entries import EntryKind
from knowledge.results import AskedBack, Hit

#: What is called shorter is at most this part of what stood there.
MUCH_SHORTER = 0.85
_COURTESY = {Intent.PRAISE: Reason.PRAISE, Intent.THANK: Reason.THANKS, Intent.IT_WORKED: Reason.WORKED}


def drafts(turn: TurnContext, understanding: Understanding, hits: Sequence[Hit]) -> list[Candidate]:
    """The advice that the sources lend, most like the wish first; empty where there is none that is like it."""
    usable = [hit for hit in hits if hit.entry.kind is not EntryKind.NOTICE] or list(hits)
    found = list(compose(turn, understanding, usable)) if usable else []
    if turn.wish is Wish.SHORTER:
        return _shorter(turn, found)
    if not found and turn.wish is Wish.ANY and understanding.intent in _COURTESY:
        return [acknowledgement(_COURTESY[understanding.intent])]  # type: ignore[index]
    return found


def question(
    turn: TurnContext, understanding: Understanding, hits: Sequence[Hit], asked: Sequence[AskedBack]
) -> Candidate | None:
    """The best question there is to ask: the one fact that decides, what others with such posts were asked, or what
    the person wants to get done, where they have hardly said it. None where there is none, or where this thread was
    asked something already: one question is enough."""
    if asked_already(turn, understanding):
        return None
    fact = missing_fact(turn, understanding, hits)
    if fact:
        return _ask(fact)
    others = max(counter_questions(turn, asked), key=lambda one: one.chance, default=None)
    if others is not None:
        return others.candidate
    vague = missing_outcome(turn.model_copy(update={"earlier": None}), understanding, 0.0)
    return _ask(vague) if vague else None


def _ask(text: str) -> Candidate:
    return Candidate(label="ask", text=text, sentences=(Sentence(text=text),))


def _shorter(turn: TurnContext, found: Sequence[Candidate]) -> list[Candidate]:
    """What is much shorter than the draft that stood there, the longest of it first: it says most."""
    most = MUCH_SHORTER * length(turn.instead_of, turn.channel)
    offered = [*found, *(cut for one in found for cut in cuts(one))]
    fit = [one for one in offered if length(one.text, turn.channel) <= most and (links(one.text) or _advises(one))]
    ordered = sorted(fit, key=lambda one: -length(one.text, turn.channel))
    return list({one.text: one for one in ordered}.values())[:3]


def _advises(candidate: Candidate) -> bool:
    return any(sentence.sources for sentence in candidate.sentences)


def cuts(candidate: Candidate) -> list[Candidate]:
    """The same draft without its last sentences, one after the other; the line that opens it and the link stay.

    Numbered steps stay as they are: half a procedure is no shorter answer.
    """
    if any(sentence.text.startswith("1. ") for sentence in candidate.sentences):
        return []
    kept, made = list(candidate.sentences), []
    for sentence in reversed(candidate.sentences[1:]):
        if links(sentence.text):
            continue
        kept.remove(sentence)
        text = candidate.text
        for gone in (one for one in candidate.sentences if one not in kept):
            text = text.replace(gone.text, "", 1)
        lines = (" ".join(line.split()) for line in text.splitlines())
        said = "\n".join(line for line in lines if line)
        made.append(candidate.model_copy(update={"label": "shorter", "text": said, "sentences": tuple(kept)}))
    return [one for one in made if _advises(one)]
