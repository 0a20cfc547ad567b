"""The one fact that decides between the best sources, when the post does not name it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from actions.opening import closing
from actions.outcome import plain, tells_trouble
from actions.overlap import likeness, words
from actions.proposal import TurnContext, Understanding
from actions.understanding import Intent
from knowledge.results import Hit

#: A source this much weaker than the best one does not make the answer uncertain.
CLOSE = 0.85
#: Two sources are about the same thing if their titles share this much, the differing names left out.
SAME_SUBJECT = 0.4
#: More choices than these make a questionnaire.
MOST_CHOICES = 4


#: A post with no more words than these that carry meaning may be too vague to answer …
FEW_WORDS = 2
#: … unless the confidence is at least this.
CLEAR_ENOUGH = 0.6


#: Trouble told in no more words than these leaves open what is wrong.
TROUBLE_WORDS = 5

_NEEDS = (Intent.FIX_A_PROBLEM, Intent.GET_SOMETHING_DONE, Intent.IT_DID_NOT_WORK, Intent.FALLBACK)


def missing_outcome(turn: TurnContext, understanding: Understanding, confidence: float) -> str | None:
    """The question that asks what the person wants to get done, where a first post says next to nothing of it.

    "Which drill should I get?" depends on the holes; "it won't hold" on what should hold where.
    """
    said = words(plain(f"{turn.title}\n{turn.text}"))
    if turn.thread or turn.earlier or confidence >= CLEAR_ENOUGH:
        return None
    if len(said) > FEW_WORDS:
        return _what_happens(turn, understanding, len(said))
    if understanding.intent == Intent.DECIDE_BEFORE_BUYING:
        return "Happy to help you choose. What do you want to get done with it?"
    if understanding.intent in _NEEDS:
        return "Happy to help. What are you trying to do, and what happens instead?"
    return None


def _what_happens(turn: TurnContext, understanding: Understanding, said: int) -> str | None:
    """The question for trouble that is only named: what one sees decides between all that could be wrong."""
    named = understanding.intent in (Intent.FIX_A_PROBLEM, Intent.IT_DID_NOT_WORK) and said <= TROUBLE_WORDS
    if named and tells_trouble(f"{turn.title}\n{turn.text}") and not turn.has_media:
        return "Sorry that it does not work. What happens when you try: is there a message, and what does it say?"
    return None


def missing_fact(turn: TurnContext, understanding: Understanding, hits: Sequence[Hit]) -> str | None:
    """The question that names the fact the answer depends on, or None where nothing has to be asked.

    It is asked once: never where a post of ours in the thread already asked something.
    """
    if not hits or asked_already(turn, understanding):
        return None
    close = [hit for hit in hits if hit.score >= CLOSE * hits[0].score]
    if understanding.platform is None:
        choices = _choices([hit.entry.platform for hit in close])
        if _decides(turn, close, choices):
            return f"Which one are you using: {_either(choices)}? The steps differ."
    if understanding.product is None:
        choices = _choices([hit.entry.product for hit in close])
        if _decides(turn, close, choices):
            return f"Which one do you have: {_either(choices)}? The steps differ."
    return None


def asked_already(turn: TurnContext, understanding: Understanding) -> bool:
    """Whether we have asked for something in this thread (whether it worked does not count)."""
    ours = " ".join(post.text for post in turn.thread if post.by == "ours")
    for question in ("Did that do the job?", "Did that help?", closing(understanding)):
        ours = ours.replace(question, "")
    return "?" in ours


def _choices(names: Sequence[str | None]) -> list[str]:
    # an entry that names none holds for all of them: then the answer does not depend on the fact
    return [] if None in names[:1] else list(dict.fromkeys(name for name in names if name))


def _decides(turn: TurnContext, close: Sequence[Hit], choices: Sequence[str]) -> bool:
    if not 2 <= len(choices) <= MOST_CHOICES:
        return False
    said = words(" ".join([turn.title, turn.text, *(post.text for post in turn.thread if post.by == "asker")]))
    if any(words(choice) <= said for choice in choices):
        return False
    named = [hit for hit in close if (hit.entry.platform or hit.entry.product)]
    titles = [_without(hit.entry.title, choices) for hit in named]
    return all(likeness(titles[0], title) >= SAME_SUBJECT for title in titles[1:])


def _without(title: str, names: Sequence[str]) -> str:
    for name in names:
        title = regex.sub(rf"\b{regex.escape(name)}\b", " ", title, flags=regex.IGNORECASE)
    return title


def _either(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
