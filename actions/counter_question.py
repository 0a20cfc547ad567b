"""The question that a friend would ask before answering, learned from what people with the same need were asked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import regex

from actions.clarify import asked_already
from actions.outcome import plain, tells_trouble
from actions.overlap import jaccard, words
from actions.proposal import Candidate, Sentence, TurnContext, Understanding
from knowledge.confidence import logistic
from knowledge.results import AskedBack

#: Two questions ask for the same if their words are so alike (the Jaccard index).
SAME = 0.35
#: A question that fewer people with similar posts were asked is about their own case.
LEAST_ASKED = 3
#: … and one that less than this part of all that is near (by nearness) was asked is the exception.
LEAST_SHARE = 0.01
#: A question that a reader would ask less likely than this is not asked: of what is above it, half could be.
LEAST_CHANCE = 0.33
#: Words of every question back; they do not tell what it asks for.
_FRAME = words(
    "account accounts email emails mail using use computer currently exactly type set happen happens following mean "
    "kind"
)
_LEAD = "So that we can point you the right way: "
_MESSAGE = words("error message")
#: Whoever quotes a message need not be asked for it.
_QUOTED = regex.compile(
    r"[\"“”][^\"“”]{12,}[\"“”]|\berror\b|\bsay(?:s|ing)?:|\bmessage:|\btim(?:e|es|ed|ing)[- ]?out\b|\bnot responding\b",
    regex.I,
)
#: … and whoever names a place on the web, or an account by its name, has said where.
_PLACE = words("provider server domain host company service website")
_NAMES_A_PLACE = regex.compile(
    r"\b[\w-]+\.(?:com|net|org|edu|info|eu|[a-z]{2})\b|\b\p{Lu}\p{L}+ (?:e-?mail|mail|account)\b"
)


@dataclass(frozen=True)
class QuestionSigns:
    """What is seen of a question: shares and cosines from 0 to 1, yes or no as 1 or 0, a length as its logarithm."""

    asked: float  # the part of all that is near (by nearness) in which this was asked
    of_questions: float  # the part of all questions there which ask for this
    asked_at_all: float  # the part of all that is near in which anything was asked back
    similarity: float  # of the post most like this one whose writer was asked this
    trouble: float
    quotes_a_message: float
    length_of_post: float


NAMES = tuple(field.name for field in fields(QuestionSigns))
#: In the order of QuestionSigns; fitted by `python -m bench.fitness`.
WEIGHTS: tuple[float, ...] = (12.722, 1.444, 4.428, 2.671, 0.514, -0.239, -0.267)
INTERCEPT = -2.398


@dataclass(frozen=True)
class CounterQuestion:
    """A question, the entries in whose threads it or one like it was asked, and what is seen of it."""

    text: str
    sources: tuple[str, ...]
    signs: QuestionSigns

    @property
    def chance(self) -> float:
        """The probability (0 to 1) that a reader would ask it, as it is or with a small edit."""
        return logistic(astuple(self.signs), (INTERCEPT, *WEIGHTS))

    @property
    def candidate(self) -> Candidate:
        """The reply that asks it."""
        text = f"{_LEAD}{self.text[:1].lower()}{self.text[1:]}"
        return Candidate(label="ask", text=text, sentences=(Sentence(text=text),), fitness=round(self.chance, 3))


def counter_question(
    turn: TurnContext, understanding: Understanding, asked: Sequence[AskedBack]
) -> CounterQuestion | None:
    """The one question to ask, or None: nothing that the thread has told already, and never a second one."""
    if asked_already(turn, understanding):
        return None
    found = [
        one
        for one in counter_questions(turn, asked)
        if len(one.sources) >= LEAST_ASKED and one.signs.asked >= LEAST_SHARE
    ]
    best = max(found, key=lambda one: one.chance, default=None)
    return best if best is not None and best.chance >= LEAST_CHANCE else None


def counter_questions(turn: TurnContext, asked: Sequence[AskedBack]) -> list[CounterQuestion]:
    """What could be asked, what was asked most first."""
    thread = plain("\n".join([turn.title, turn.text, *(post.text for post in turn.thread)]))
    said = _subjects(thread) | _told(thread)
    subjects = [_subjects(one.question) for one in asked]
    at_all = sum({one.entry_id: one.weight for one in asked}.values())
    frame = _seen_of(thread)
    found: dict[tuple[str, ...], CounterQuestion] = {}
    for subject in dict.fromkeys(subjects):
        if not subject or subject & said:
            continue
        alike = [other for other, named in zip(asked, subjects, strict=True) if jaccard(subject, named) >= SAME]
        share = sum({other.entry_id: other.weight for other in alike}.values())
        signs = QuestionSigns(
            share, share / at_all if at_all else 0.0, at_all, max(other.similarity for other in alike), *frame
        )
        sources = tuple(dict.fromkeys(other.entry_id for other in alike))
        found.setdefault(sources, CounterQuestion(_commonest(alike), sources, signs))
    return sorted(found.values(), key=lambda question: -question.signs.asked)


def _told(thread: str) -> frozenset[str]:
    """What a thread has told without naming it."""
    message = _MESSAGE if _QUOTED.search(thread) else frozenset()
    return message | (_PLACE if _NAMES_A_PLACE.search(thread) else frozenset())


def _seen_of(thread: str) -> tuple[float, ...]:
    return float(tells_trouble(thread)), float(bool(_QUOTED.search(thread))), math.log(1 + len(thread))


def _commonest(alike: Sequence[AskedBack]) -> str:
    """Of several wordings the one that was used most; it is seldom the one with the slip of the pen."""
    used = Counter(one.question.lower() for one in alike)
    return min(alike, key=lambda one: (-used[one.question.lower()], len(one.question))).question


def _subjects(text: str) -> frozenset[str]:
    """What a text speaks of, without the number behind a name: who wrote POP3 has told that it is POP."""
    return frozenset(word.rstrip("0123456789") or word for word in words(text)) - _FRAME
