"""Candidates for a reply, extracted from the sources: the outcome first, the steps, the link, the closing question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.counting import length
from actions.fitness import LEAST_FIT, Surroundings, fitness, signs
from actions.links import links
from actions.material import Material, material
from actions.opening import closing, opening
from actions.overlap import likeness, share, words
from actions.parts import longest
from actions.proposal import Candidate, Sentence, TurnContext, Understanding
from actions.sentences import split
from knowledge.entries import EntryKind
from knowledge.results import Hit

#: An article whose nearest passage is less like the post than this (cosine), and that is not very sure, is drafted from
#: only if what it lends holds so much of the outcome's words, weighted by rarity, or so many of the post's.
VERY_SURE = 0.65
NEAR_IN_MEANING, LEAST_MET, MANY_MET = 0.55, 0.25, 6
#: Another source is offered only if its score is at least this part of the best one's.
NEARLY_AS_GOOD = 0.6
#: A friend says a few sentences, not an article.
MOST_SENTENCES = 4
#: Two candidates whose words are more alike than this are one.
ALIKE = 0.6
#: Steps may be cut short of the end only where at least this part of them stands in the reply.
LEAST_PART = 1 / 3


@dataclass(frozen=True)
class _Page:
    """The room a reply has: what mention and signature leave of the channel's limit, in each part that is allowed."""

    turn: TurnContext

    def fits(self, lines: Sequence[str]) -> bool:
        room = self.turn.channel.limit - self.turn.reserved
        return longest("\n".join(lines), self.turn) <= room


def compose(
    turn: TurnContext, understanding: Understanding, hits: Sequence[Hit], first_line: str = ""
) -> tuple[Candidate, ...]:
    """Up to three candidates that differ: the best source's, another source's, a shorter one. Best first.

    `first_line` stands in place of the line that names the outcome.

    Each fits `turn.channel.limit - turn.reserved` in the channel's count and is cut only between sentences. Empty where
    no source can be turned into a reply that stands by itself.
    """
    found = _weighed(turn, understanding, hits)
    candidates: list[Candidate] = []
    best: Material | None = None
    for fit, lent in found:
        first = first_line or _opening(understanding, lent)
        candidate = _draft("other source" if candidates else "best", lent, turn, understanding, first, fit)
        if candidate and all(likeness(candidate.text, other.text) < ALIKE for other in candidates):
            candidates.append(candidate)
            best = best or lent
        if len(candidates) == 2:
            break
    if best is not None:
        shorter = _shorter(candidates[0], best, turn)
        candidates += [shorter] if shorter is not None else []
    return tuple(candidates)


def _weighed(
    turn: TurnContext, understanding: Understanding, hits: Sequence[Hit]
) -> list[tuple[float | None, Material]]:
    """What the sources lend, the fittest first, without what does not fit; the fitness is None where nothing tells.

    Where people with much the same post were answered before, that shows what fits. Elsewhere a source has to be about
    the post by its own words, and a draft from afar is worse than none.
    """
    around = Surroundings(turn, understanding, hits)
    wanted = " ".join((understanding.outcome, turn.title, turn.text))
    lends = [(hit, lent) for hit in hits if (lent := material(hit, wanted, turn.allowed_domains)) is not None]
    if around.answered_before:
        fit = sorted(((fitness(signs(hit, lent, around)), lent) for hit, lent in lends), key=lambda item: -item[0])
        return [(value, lent) for value, lent in fit if value >= LEAST_FIT]
    near = [
        (hit, lent)
        for hit, lent in lends
        if (hit.score >= NEARLY_AS_GOOD * hits[0].score or hits[0].entry.id in hit.entry.cites)
        and (hit.cosine >= NEAR_IN_MEANING or hit.score >= VERY_SURE or _meets(lent, around.asked, wanted))
    ]
    return [(None, lent) for hit, lent in sorted(near, key=lambda item: -item[0].score * item[1].worth)]


def _meets(lent: Material, asked: Mapping[str, float], wanted: str) -> bool:
    """Whether what an article lends speaks of the need: it may have been found for the topic alone. A past answer need
    not repeat the words of the question that it replied to."""
    if lent.entry.kind is not EntryKind.USAGE or not asked:
        return True
    said = " ".join((lent.entry.title, lent.lead, *lent.units))
    return share(said, asked) >= LEAST_MET or len(words(said) & words(wanted)) >= MANY_MET


def _opening(understanding: Understanding, lent: Material) -> str:
    if lent.entry.kind is EntryKind.CAPABILITY:  # it begins with the yes or no that was asked for
        return ""
    # what somebody else asked in another thread, or linked there, is no title for what is said here
    title = lent.entry.title if lent.entry.kind is not EntryKind.ANSWER else ""
    return opening(understanding, title, lent.entry.text)


def _draft(
    label: str, found: Material, turn: TurnContext, understanding: Understanding, first: str, fit: float | None
) -> Candidate | None:
    page = _Page(turn)
    for head in dict.fromkeys(((first,) if first else (), ())):
        for units in _shortenings(found):
            lines = [*head, *_body(units, found), *_link_line(found, len(units))]
            if page.fits(lines) and _enough(units, found):
                last = closing(understanding)
                ask = (last,) if page.fits([*lines, last]) else ()
                return _candidate(label, head, _body(units, found), _link_line(found, len(units)), ask, found, fit)
    return None


def _shortenings(found: Material) -> list[tuple[str, ...]]:
    """The units to try, longest first: all; each step's first sentence only; then fewer and fewer from the end."""
    if not found.ordered:
        most = found.units[:MOST_SENTENCES]
        return [most[:count] for count in range(len(most), 0, -1)]
    brief = tuple(split(unit)[0] for unit in found.units)
    return [found.units, *(brief[:count] for count in range(len(brief), 0, -1))]


def _enough(units: tuple[str, ...], found: Material) -> bool:
    """Whether what is left can be sent: cut steps need the link to the rest, and must be a good part of the whole."""
    if not found.ordered or len(units) == len(found.units):
        return True
    return bool(found.link) and len(units) >= max(1, LEAST_PART * len(found.units))


def _body(units: tuple[str, ...], found: Material) -> list[str]:
    lead = [found.lead] if found.lead else []
    if found.ordered:
        return [*lead, *(f"{number}. {unit}" for number, unit in enumerate(units, start=1))]
    return [*lead, " ".join(units)]


def _link_line(found: Material, said: int) -> list[str]:
    if not found.link or any(found.link in unit for unit in found.units[:said]):
        return []
    missing = len(found.units) - said
    if found.ordered and missing:
        steps = f"Step {said + 1} is" if missing == 1 else f"Steps {said + 1} to {len(found.units)} are"
        return [f"{steps} here: {found.link}"]
    return [f"More: {found.link}"]


def _candidate(
    label: str,
    head: tuple[str, ...],
    body: list[str],
    link: list[str],
    ask: tuple[str, ...],
    found: Material,
    fit: float | None,
) -> Candidate:
    source = (found.entry.id,)
    sentences = [
        *(Sentence(text=line) for line in head),
        *(Sentence(text=sentence, sources=source) for line in body for sentence in _sentences(line, found)),
        *(Sentence(text=line, sources=source) for line in link),
        *(Sentence(text=line) for line in ask),
    ]
    text = "\n".join((*head, *body, *link, *ask))
    return Candidate(label=label, text=text, sentences=tuple(sentences), fitness=fit if fit is None else round(fit, 3))


def _sentences(line: str, found: Material) -> list[str]:
    return [line] if found.ordered else split(line)


def _shorter(best: Candidate, found: Material, turn: TurnContext) -> Candidate | None:
    """The same source in fewer words: the first steps or the best sentence, and the link to the rest."""
    if not found.link:
        return None
    if found.ordered:
        brief = tuple(split(unit)[0] for unit in found.units[: max(2, len(found.units) // 2)])
    else:
        brief = found.units[:1]
    body, link = _body(brief, found), _link_line(found, len(brief))
    head = tuple(sentence.text for sentence in best.sentences[:1] if not sentence.sources)
    lines = [*head, *body, *link]
    much_shorter = length("\n".join(lines), turn.channel) <= 0.75 * length(best.text, turn.channel)
    if not much_shorter or not _Page(turn).fits(lines) or not (links(best.text) or len(words(best.text)) > 20):
        return None
    return _candidate("shorter", head, body, link, (), found, best.fitness)
