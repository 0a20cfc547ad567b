"""How likely a reviewer would send what a source lends, as it is or with a small edit.

The search says which source is about the post. Whether what is taken from it answers the question is another matter: an
article on the topic often does not, an answer that others gave likewise nearly always does. So each candidate is
weighed by a logistic regression on verdicts of readers; numbers only, `bench/fitness.py` fits it and says from what.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cached_property

from actions.material import Material
from actions.outcome import Shape, plain, shape
from actions.overlap import share, weights, words
from actions.proposal import TurnContext, Understanding
from knowledge.confidence import logistic
from knowledge.entries import EntryKind
from knowledge.results import Hit

#: How much less a past answer counts in the agreement whose question is less like the post: exp(NEARNESS * cosine).
NEARNESS = 8.0
#: The verdicts are of a forum where much has been answered: they tell of posts that have ENOUGH past questions ALIKE.
ALIKE, ENOUGH = 0.55, 5


@dataclass(frozen=True)
class Signs:
    """What is seen of a candidate: shares and cosines from 0 to 1, yes or no as 1 or 0, a length as its logarithm."""

    agreement: float  # how much of what it says, that the post does not, other past answers near the post say too
    usage: float  # whether it comes from an article, a notice, a capability
    usage_for_goal: float  # the same where the post names a goal
    goal: float
    question_cosine: float  # of the question that the answer replied to; 0 for an article
    nearest_question: float  # of the nearest past question, whichever the candidate
    score: float
    title_meets: float  # share of the outcome's words, weighted by rarity, that the source's title holds
    length_of_post: float
    whole: float  # how much of the source is said: the rest may be what it hangs on


#: What a reader would send less likely than this is not drafted: of what is above it, half could be sent.
LEAST_FIT = 0.36
#: In the order of Signs; fitted by `python -m bench.fitness`.
WEIGHTS: tuple[float, ...] = (4.862, 0.014, -0.336, 0.287, 0.208, 1.95, 1.175, 0.013, -0.178, 0.808)
INTERCEPT = -3.271


@dataclass(frozen=True)
class Surroundings:
    """The post and everything that was found for it."""

    turn: TurnContext
    understanding: Understanding
    hits: Sequence[Hit]

    @cached_property
    def post(self) -> str:
        """What was written, as plain text."""
        return plain(f"{self.turn.title}\n{self.turn.text}")

    @property
    def answered_before(self) -> bool:
        """Whether enough people with much the same post were answered for their answers to be compared."""
        return sum((hit.question_similarity or 0.0) >= ALIKE for hit in self.hits) >= ENOUGH

    @cached_property
    def asked(self) -> Mapping[str, float]:
        """The words of the outcome, weighed by their rarity among the sources."""
        said = words(self.understanding.outcome) or words(self.post)
        return weights(said, [f"{hit.entry.title} {hit.entry.text}" for hit in self.hits])

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        """Each word of the sources by the logarithm of how few of them hold it."""
        counts: dict[str, int] = {}
        for hit in self.hits:
            for word in words(hit.entry.text):
                counts[word] = counts.get(word, 0) + 1
        return {word: math.log((len(self.hits) + 1) / count) for word, count in counts.items()}

    @cached_property
    def answers(self) -> list[tuple[str, float, frozenset[str]]]:
        """The past answers: id, nearness of the question, words."""
        return [
            (hit.entry.id, math.exp(NEARNESS * ((hit.question_similarity or 0.0) - 1)), words(hit.entry.text))
            for hit in self.hits
            if hit.entry.kind is EntryKind.ANSWER
        ]

    def agreement(self, entry_id: str, text: str) -> float:
        """See `Signs.agreement`. This is the consensus of minimum Bayes risk decoding (Kumar and Byrne 2004), with
        the rarer words shared as the gain."""
        said = words(text) - words(self.post)
        whole = sum(self.rarity.get(word, 0.0) for word in said)
        others = [(near, held) for key, near, held in self.answers if key != entry_id]
        if not whole or not others:
            return 0.0
        shared = sum(near * sum(self.rarity.get(word, 0.0) for word in said & held) for near, held in others)
        return shared / whole / sum(near for near, _ in others)


def signs(hit: Hit, lent: Material, around: Surroundings) -> Signs:
    """What is seen of a candidate."""
    said = "\n".join((lent.lead, *lent.units))
    usage = float(hit.entry.kind is not EntryKind.ANSWER)
    goal = float(shape(around.understanding.outcome) is Shape.GOAL)
    return Signs(
        agreement=around.agreement(hit.entry.id, said),
        usage=usage,
        usage_for_goal=usage * goal,
        goal=goal,
        question_cosine=(1 - usage) * (hit.question_similarity or 0.0),
        nearest_question=max((other.question_similarity or 0.0 for other in around.hits), default=0.0),
        score=hit.score,
        title_meets=share(hit.entry.title, around.asked),
        length_of_post=math.log(1 + len(around.post)),
        whole=min(1.0, len(said) / max(1, len(hit.entry.text))),
    )


def fitness(found: Signs) -> float:
    """The probability (0 to 1) that a reader would send it, as it is or with a small edit."""
    return logistic(astuple(found), (INTERCEPT, *WEIGHTS))


NAMES = tuple(field.name for field in fields(Signs))
