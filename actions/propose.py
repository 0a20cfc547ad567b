"""How a proposal comes about. This file reads from top to bottom as the assistant's whole line of thought."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from actions.acknowledge import KNOWN_ISSUE_OPENING, acknowledgement
from actions.alarms import alarm
from actions.checks import check, check_courtesy
from actions.clarify import missing_fact, missing_outcome
from actions.compose import compose
from actions.composing import rejected, write
from actions.counter_question import counter_question
from actions.instructions import honest_part, instructs
from actions.language import language_of
from actions.outcome import Shape, outcome_of, plain, shape, tells_trouble
from actions.patterns import any_of
from actions.pictures import point_is_in_the_picture, points_at_it, says_nothing
from actions.proposal import (
    Candidate,
    Check,
    Proposal,
    ProposalKind,
    Sentence,
    Source,
    TurnContext,
    Understanding,
    Wish,
)
from actions.reasons import SENTENCES, Reason, lane
from actions.understanding import ABOUT_EARLIER, Intent
from actions.voicing import voiced
from actions.wished import drafts, question
from actions.writer import Writer
from knowledge.entries import EntryKind
from knowledge.results import Hit, Query, Searcher, SearchResult

#: Below this an intent is a guess: then the search decides instead, for silence and courtesy are not given on a guess.
SURE_OF_INTENT = 0.5
#: Silence is the costliest mistake: nobody looks at it soon.
SURE_OF_SILENCE = 0.7
#: Of a courtesy that is only guessed and that nothing in the knowledge answers, this much is enough.
LIKELY = 0.3
#: A complaint is advised on, and a known issue admitted, only where the knowledge very likely speaks of it.
GOOD_CONFIDENCE = 0.5
#: From this part of the threshold on, where people with posts like this were asked something first, we ask it too.
ASK_FROM = 0.5
#: At this cosine between post and notice, the notice is about what the post says.
NOTICE_MEETS = 0.45

#: A source with a score below this has next to nothing to do with the post: it is not shown as one of the nearest.
NEAR = 0.1

#: So many sources of each pool are looked at: where many past answers agree, that tells what to say.
SOURCES = 10

_COURTESY = {Intent.PRAISE: Reason.PRAISE, Intent.THANK: Reason.THANKS, Intent.IT_WORKED: Reason.WORKED}
_FOR_A_PERSON = {
    Intent.ASK_FOR_A_PERSON: Reason.ASKS_FOR_PERSON,
    Intent.ACCOUNT_MATTER: Reason.ACCOUNT_MATTER,
    Intent.SAFETY: Reason.SAFETY,
}
_SILENT = {Intent.SPAM: Reason.SPAM, Intent.NOT_FOR_US: Reason.NOT_FOR_US, Intent.SMALL_TALK: Reason.SMALL_TALK}


class Proposer:
    """Turns an understood turn into a proposal. It reads from the searcher and changes nothing anywhere.

    Reading and composing take milliseconds of computing: they run in a thread, so that the event loop stays free.
    """

    def __init__(self, searcher: Searcher, writer: Writer | None = None) -> None:
        """`writer` is the team's language model, where one is connected."""
        self._searcher = searcher
        self._writer = writer

    async def advise(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """Answer from the knowledge; ask for one missing fact; or hand over with the nearest sources."""
        if turn.wish:
            return await self._wished(turn, understanding)
        held = await self._held_back(turn, understanding)
        if held:
            return held
        turn, understanding = _honest(turn, understanding)
        result = await self._search(turn, understanding)
        return await self._answer(turn, understanding, result)

    async def acknowledge(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """Say that a person was heard; where a complaint has a known answer, give it; where more is asked, advise."""
        if turn.wish:
            return await self._wished(turn, understanding)
        held = await self._held_back(turn, understanding)
        if held:
            return held
        courtesy = _COURTESY.get(understanding.intent)  # type: ignore[call-overload]
        if not _sure(understanding) or (courtesy and _asks_too(turn)):
            advice = await self.advise(turn, understanding)
            if advice.kind is not ProposalKind.HAND_OFF or understanding.intent_confidence < LIKELY or _asks_too(turn):
                return advice
        if courtesy:
            return _proposal(
                ProposalKind.ACKNOWLEDGE, courtesy, turn, understanding, [acknowledgement(courtesy)], [], 1.0
            )
        result = await self._search(turn, understanding)
        hits = _best_first(turn, result)
        notice = next(
            (hit for hit in hits[:3] if hit.entry.kind is EntryKind.NOTICE and hit.cosine >= NOTICE_MEETS), None
        )
        if notice:
            return _known_issue(turn, understanding, notice, hits, result.confidence)
        if result.confidence >= max(turn.threshold, GOOD_CONFIDENCE):
            return await self._answer(turn, understanding, result)
        if "?" in turn.text:  # more was asked than to be heard
            return _proposal(ProposalKind.HAND_OFF, Reason.NO_SOURCE, turn, understanding, [], hits, result.confidence)
        words_of_regret = [acknowledgement(Reason.COMPLAINT)]
        kind = ProposalKind.ACKNOWLEDGE
        return _proposal(kind, Reason.COMPLAINT, turn, understanding, words_of_regret, hits, result.confidence)

    async def hand_off(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """Give the post to a person, without a draft and with the nearest sources."""
        if turn.wish:
            return await self._wished(turn, understanding)
        held = await self._held_back(turn, understanding)
        if held:
            return held
        reason = _FOR_A_PERSON.get(understanding.intent, Reason.SENSITIVE)  # type: ignore[call-overload]
        if not _sure(understanding):
            return await self.advise(turn, understanding)
        handed_over = await self._to_a_person(reason, turn, understanding)
        if reason is Reason.SAFETY and handed_over.confidence >= max(turn.threshold, GOOD_CONFIDENCE):
            # the words name no danger (the net would have caught it), and the knowledge says how to do it safely
            return await self.advise(turn, understanding)
        return handed_over

    async def no_reply(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """Stay silent, with a reason; but only where the intent is sure and the post asks for nothing we know."""
        if turn.wish:
            return await self._wished(turn, understanding)
        held = await self._held_back(turn, understanding)
        if held:
            return held
        reason = _SILENT.get(understanding.intent, Reason.NOT_FOR_US)  # type: ignore[call-overload]
        if understanding.intent_confidence < SURE_OF_SILENCE:
            if _only_thanks(turn):
                courtesy = [acknowledgement(Reason.PRAISE)]
                return _proposal(ProposalKind.ACKNOWLEDGE, Reason.PRAISE, turn, understanding, courtesy, [], 1.0)
            return await self.advise(turn, understanding)
        return _proposal(ProposalKind.NO_REPLY, reason, turn, understanding, [], [], understanding.intent_confidence)

    async def _wished(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """What a reviewer asked for: a draft is made as well as it can be, or it is a person's to write."""
        held = await self._held_back(turn, understanding)
        if held:
            return held.model_copy(update={"kind": ProposalKind.HAND_OFF})
        turn, understanding = _honest(turn, understanding)
        result = await self._search(turn, understanding)
        proposal = await asyncio.to_thread(_as_wished, turn, understanding, result)
        if turn.wish in (Wish.ASK, Wish.SHORTER):  # a question is ours, and a model seldom keeps to a length
            return proposal
        return await self._written(proposal, turn, understanding, result)

    async def _held_back(self, turn: TurnContext, understanding: Understanding) -> Proposal | None:
        """What no intent can overrule: danger and other alarms, a post without words, another language, mere orders."""
        post = f"{turn.title}\n{turn.text}"
        reason = await asyncio.to_thread(alarm, post)
        if reason:
            return await self._to_a_person(reason, turn, understanding)
        if says_nothing(turn) or point_is_in_the_picture(turn):
            return _proposal(ProposalKind.HAND_OFF, Reason.MEDIA, turn, understanding, [], [], 0.0)
        if await asyncio.to_thread(language_of, post) != "en":
            return _proposal(ProposalKind.HAND_OFF, Reason.LANGUAGE, turn, understanding, [], [], 0.0)
        if instructs(post) and not honest_part(post):
            return _proposal(ProposalKind.NO_REPLY, Reason.NOT_A_NEED, turn, understanding, [], [], 0.0)
        return None

    async def _answer(self, turn: TurnContext, understanding: Understanding, result: SearchResult) -> Proposal:
        """The proposal from the sources. If the team's model writes a draft that passes every check, that is first."""
        proposal = await asyncio.to_thread(self._from_sources, turn, understanding, result)
        return await self._written(proposal, turn, understanding, result)

    async def _written(
        self, proposal: Proposal, turn: TurnContext, understanding: Understanding, result: SearchResult
    ) -> Proposal:
        """The same with the model's draft before the extracts, where there is a model and its draft is fit."""
        if self._writer is None or proposal.kind is not ProposalKind.ADVISE:
            return proposal
        extracts, shown = proposal.candidates, {source.entry_id for source in proposal.sources}
        hits = [hit for hit in _best_first(turn, result) if hit.entry.id in shown]
        written = await write(self._writer, turn, understanding, hits, extracts[0])
        if written.candidate is None:
            return proposal.model_copy(update={"writing": written.writing})
        drafts = [written.candidate, *extracts[:2]]
        reason, confidence = Reason(proposal.reason), proposal.confidence
        better = _proposal(ProposalKind.ADVISE, reason, turn, understanding, drafts, hits, confidence)
        if all(check.ok for check in better.checks):
            return better.model_copy(update={"writing": written.writing})
        return proposal.model_copy(update={"writing": rejected(written, better.checks)})

    def _from_sources(self, turn: TurnContext, understanding: Understanding, result: SearchResult) -> Proposal:
        """The heart: is there a good enough source, does it need a fact, what does it lend to a reply?"""
        hits, confidence = _best_first(turn, result), result.confidence
        again = understanding.intent == Intent.IT_DID_NOT_WORK and any(post.by == "ours" for post in turn.thread)
        question = missing_outcome(turn, understanding, confidence)
        if question:
            return _proposal(
                ProposalKind.CLARIFY, Reason.TOO_VAGUE, turn, understanding, [_ask(question)], hits, confidence
            )
        asked = counter_question(turn, understanding, result.asked_back)
        if not hits or confidence < turn.threshold:
            if asked and confidence >= ASK_FROM * turn.threshold:
                first = [asked.candidate]
                return _proposal(
                    ProposalKind.CLARIFY, Reason.ASKED_BEFORE, turn, understanding, first, hits, confidence
                )
            seen_only = turn.has_media and not turn.media_described and points_at_it(turn.text)
            reason = Reason.DID_NOT_WORK if again else Reason.MEDIA if seen_only else Reason.NO_SOURCE
            return _proposal(ProposalKind.HAND_OFF, reason, turn, understanding, [], hits, confidence)
        if hits[0].entry.kind is EntryKind.NOTICE:
            if confidence >= GOOD_CONFIDENCE and hits[0].cosine >= NOTICE_MEETS:
                return _known_issue(turn, understanding, hits[0], hits, confidence)
            hits = [hit for hit in hits if hit.entry.kind is not EntryKind.NOTICE] or hits
        candidates = list(compose(turn, understanding, hits))
        question = missing_fact(turn, understanding, hits)
        if question:
            both = [_ask(question), *candidates[:1]]
            return _proposal(ProposalKind.CLARIFY, Reason.MISSING_FACT, turn, understanding, both, hits, confidence)
        if asked and (not candidates or (candidates[0].fitness or 1.0) < asked.chance):
            both = [asked.candidate, *candidates[:2]]
            return _proposal(ProposalKind.CLARIFY, Reason.ASKED_BEFORE, turn, understanding, both, hits, confidence)
        if not candidates:
            return _proposal(ProposalKind.HAND_OFF, Reason.NOTHING_FITS, turn, understanding, [], hits, confidence)
        reason = Reason.TRIED_ANOTHER if again else Reason.ANSWERED
        offered = [*candidates[:2], asked.candidate] if asked else candidates
        return _proposal(ProposalKind.ADVISE, reason, turn, understanding, offered, hits, confidence)

    async def _to_a_person(self, reason: Reason, turn: TurnContext, understanding: Understanding) -> Proposal:
        result = await self._search(turn, understanding)
        hits = _best_first(turn, result)
        return _proposal(ProposalKind.HAND_OFF, reason, turn, understanding, [], hits, result.confidence)

    async def _search(self, turn: TurnContext, understanding: Understanding) -> SearchResult:
        return await self._searcher.search(query_for(turn, understanding))


def _as_wished(turn: TurnContext, understanding: Understanding, result: SearchResult) -> Proposal:
    hits, confidence = _best_first(turn, result), result.confidence
    if turn.wish is Wish.ASK:
        asked = question(turn, understanding, hits, result.asked_back)
        kind, found = ProposalKind.CLARIFY, [asked] if asked else []
    else:
        kind, found = ProposalKind.ADVISE, drafts(turn, understanding, hits)
    if not found:
        return _proposal(ProposalKind.HAND_OFF, Reason.NOTHING_FITS, turn, understanding, [], hits, confidence)
    return _proposal(kind, Reason.WISHED, turn, understanding, found, hits, confidence)


def query_for(turn: TurnContext, understanding: Understanding) -> Query:
    """The turn as retrieval sees it. A turn that speaks of an earlier one is searched with what was asked there."""
    text = plain(turn.text)
    if understanding.intent in ABOUT_EARLIER:
        asked = [plain(post.text) for post in turn.thread if post.by == "asker"]
        text = "\n".join(dict.fromkeys([*asked, understanding.outcome, text]))
    return Query(
        text=text,
        title=plain(turn.title),
        product=understanding.product,
        platform=understanding.platform,
        as_of=turn.as_of,
        exclude=frozenset(turn.exclude),
        limit=SOURCES,
    )


def _best_first(turn: TurnContext, result: SearchResult) -> list[Hit]:
    """Both pools as one list, best first, without what a reply of ours in this thread has already linked to."""
    ours = " ".join(post.text for post in turn.thread if post.by == "ours")
    hits = sorted((*result.usage, *result.answers), key=lambda hit: hit.score, reverse=True)
    return [hit for hit in hits if not (hit.entry.url and hit.entry.url in ours)]


def _sure(understanding: Understanding) -> bool:
    return understanding.intent_confidence >= SURE_OF_INTENT


def _asks_too(turn: TurnContext) -> bool:
    """Whether a kind word comes with a question: "Thanks! How do I store it over winter?"."""
    return "?" in turn.text and shape(outcome_of(turn.text)) is Shape.GOAL


_KIND_WORDS = any_of("thanks|thank you|thx|cheers|well done|kudos|love (it|this|my|your)")


def _only_thanks(turn: TurnContext) -> bool:
    """Whether a post holds kind words, and neither a question nor a trouble."""
    said = f"{turn.title}\n{turn.text}"
    return bool(_KIND_WORDS.search(said)) and "?" not in said and not tells_trouble(said) and not turn.thread


def _ask(question: str) -> Candidate:
    return Candidate(label="ask", text=question, sentences=(Sentence(text=question),))


def _honest(turn: TurnContext, understanding: Understanding) -> tuple[TurnContext, Understanding]:
    """The turn without the orders in it, where it holds any; what is left is answered like any other post."""
    if not instructs(f"{turn.title}\n{turn.text}"):
        return turn, understanding
    title = "" if instructs(turn.title) else turn.title
    text = honest_part(turn.text)
    outcome = outcome_of(text, title)
    return turn.model_copy(update={"text": text, "title": title}), understanding.model_copy(update={"outcome": outcome})


def _known_issue(
    turn: TurnContext, understanding: Understanding, notice: Hit, hits: Sequence[Hit], confidence: float
) -> Proposal:
    candidates = compose(turn, understanding, [notice], first_line=KNOWN_ISSUE_OPENING) or [
        acknowledgement(Reason.COMPLAINT)
    ]
    ordered = [notice, *(hit for hit in hits if hit is not notice)]
    kind = ProposalKind.ACKNOWLEDGE
    return _proposal(kind, Reason.KNOWN_ISSUE, turn, understanding, candidates, ordered, confidence)


def _proposal(
    kind: ProposalKind,
    reason: Reason,
    turn: TurnContext,
    understanding: Understanding,
    candidates: Sequence[Candidate],
    hits: Sequence[Hit],
    confidence: float,
) -> Proposal:
    """The proposal with the sources its candidates rest on (or, without a draft, the nearest ones) and its checks.

    Where candidates rest on past answers alone, the article found for the post stands behind them: a reviewer wants to
    see what we wrote ourselves. No sentence rests on it, and no check counts it.
    The drafts are put into the team's own words last: what is checked against the sources are the sources' words.
    """
    used = {source for candidate in candidates for sentence in candidate.sentences for source in sentence.sources}
    cited = [hit for hit in hits if hit.entry.id in used] if used else [hit for hit in hits[:3] if hit.score >= NEAR]
    article = next((hit for hit in hits if hit.entry.kind is not EntryKind.ANSWER), None)
    beside = [article] if used and article and article not in cited and article.score >= turn.threshold else []
    said = tuple(voiced(candidate, turn.voice) for candidate in candidates)
    return Proposal(
        kind=kind,
        reason=reason,
        reason_text=SENTENCES[reason],
        lane=lane(reason),
        text=said[0].text if said else "",
        candidates=said,
        sources=tuple(_source(hit) for hit in (*cited, *beside)),
        confidence=min(1.0, max(0.0, confidence)),
        checks=_checks(kind, said[0].text, candidates[0].sentences, turn, understanding, cited) if said else (),
        understanding=understanding,
    )


def _checks(
    kind: ProposalKind,
    text: str,
    sentences: Sequence[Sentence],
    turn: TurnContext,
    understanding: Understanding,
    cited: Sequence[Hit],
) -> tuple[Check, ...]:
    sources = [hit.entry for hit in cited]
    if kind is ProposalKind.ADVISE:
        return check(text, sentences, turn, understanding, sources)
    # a question or a kind word answers nothing and needs no source
    return check_courtesy(text, turn, understanding, sources)


def _source(hit: Hit) -> Source:
    entry = hit.entry
    return Source(
        entry_id=entry.id,
        kind=entry.kind,
        title=entry.title,
        url=entry.url,
        quote=hit.quote,
        score=hit.score,
        created_at=entry.created_at,
        written_by=entry.written_by,
    )
