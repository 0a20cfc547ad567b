"""The first line of a reply names the outcome; the last one asks whether it was attained."""

from __future__ import annotations

import regex

from actions.echo import ours_to_say
from actions.outcome import Shape, shape, to_you, uncapitalised
from actions.overlap import words
from actions.patterns import any_of
from actions.proposal import Understanding
from actions.verbs import BASE, base_of

#: A longer phrase makes a clumsy opening: then the source's own title is used.
MOST_WORDS = 11

_ASKS_HOW = regex.compile(r"^how\s+(?:(?:do|can)\s+(?:i|you|we)|to)\s+", regex.IGNORECASE)
_LACKS = regex.compile(
    r"^(?:(?P<able>cannot|can['’]t|could not)|(?P<unable>unable to|not able to)|(?P<not>not \p{L}+ing))\b\s*", regex.I
)
_CLAUSE = regex.compile(
    r"^(?!(?:why|what|where|which|when|who|how|if|after|since|can|could|is|are|does"
    r"|do)\b)(?:[\p{L}\p{N}'’/-]+\s+){1,6}?"
    r"(?:is|are|was|were|won['’]?t|will|doesn['’]?t|does|don['’]?t|do|can['’]?t|cannot|isn['’]?t|aren['’]?t"
    r"|keeps?|has|have|stopped|stops"
    r"|shows|falls|drops|loses|needs|makes|goes|comes|turns|gets|runs|takes|stays|fits"
    r"|disappeared|disappears?|slips|wobbles|crashes|freezes|fails|failed|vanished|wont|doesnt|cant)\b",
    regex.IGNORECASE,
)
_QUESTION = any_of(
    r"(will|does|do|is|are|can|could|would|should|which|what|what's|how (long|much|many|big|deep|far|often|old"
    r"|heavy|fast|wide|thick)"
    "|who|when|where|why|difference) .*"
)
_FINITE = any_of("is|are|was|were|won't|doesn't|don't|cannot|can't|has|have|keeps|slips|falls|wobbles|stalls|shows")
#: What was written in a hurry, or leans on what came before, is not said back to a person.
_CLUMSY = regex.compile(
    r"[?…]|\.\.|\s[-–—]\s|\b(?:forgot|forgotten|again and|etc|asap|please)\b|\p{Lu}{5,}|\bi\b"
    r"|\bor (?:will|do|does|is|am|are|should|can|not)\b"
    r"|^(?:this|that|it|these|those|they|there|some|for some|you (?:do not|don['’]t|have|had|noticed))\b",
)
_TROUBLE_WORDS = any_of(
    "not|no|cannot|can't|won't|doesn't|don't|isn't|failed|fails|lost|missing|error|is|are|was|has|have"
)


def opening(understanding: Understanding, source_title: str, source_text: str) -> str:
    """One line that names the outcome as the person said it, or else as the source's title says it.

    "To hang your mirror:", "If your battery won't charge:", "For signatures:". The person's own goal comes first where
    the source speaks of it too, then a goal in the title, then what the person says is wrong. '' where a question of
    fact was asked, whose answer needs no line before it.
    """
    known = words(source_title + " " + source_text)
    said = ours_to_say(to_you(understanding.outcome), known)
    titled = to_you(_ASKS_HOW.sub("", source_title).rstrip("?!. "))
    if (
        shape(said) is Shape.GOAL
        and len(said.split()) <= MOST_WORDS
        and not _CLUMSY.search(said)
        and len(words(said) & known) >= len(words(said)) / 2
    ):
        return f"To {uncapitalised(said, source_text)}:"
    goal = _as_goal(titled)
    if goal:
        return f"To {goal}:"
    for phrase in (said, "" if regex.search(r"\s[–—-]\s|:", titled) else titled):
        trouble = _as_trouble(phrase, source_text)
        if trouble and len(phrase.split()) <= MOST_WORDS and not _CLUMSY.search(trouble):
            return f"If {trouble}:"
    if _QUESTION.match(said) or not (titled or said):
        return ""
    if titled and not _QUESTION.match(titled) and len(titled.split()) <= 4 and not _TROUBLE_WORDS.search(titled):
        return f"For {uncapitalised(titled, source_text)}:"
    return ""


def _as_goal(title: str) -> str:
    first, _, rest = title.partition(" ")
    base = first.lower() if first.lower() in BASE else base_of(first)
    return f"{base} {rest}" if base and rest and not _FINITE.search(" ".join(rest.split()[:3])) else ""


def _as_trouble(phrase: str, context: str) -> str:
    if regex.search(r"[.!?]\s", phrase) or shape(phrase) is Shape.GOAL:
        return ""
    lacks = _LACKS.match(phrase)
    if lacks:
        rest = phrase[lacks.end() :]
        if lacks["not"]:
            return f"you are {phrase[:1].lower()}{phrase[1:]}"
        return f"you cannot {rest}" if lacks["able"] else f"you are unable to {rest}"
    return _with_article(uncapitalised(phrase, context)) if _CLAUSE.match(phrase) else ""


#: What a subject begins with where it needs no article: pronouns, determiners, numbers, what is being done.
_NEEDS_NONE = any_of(
    "the|an?|my|your|our|his|her|their|its|this|that|these|those|some|any|all|both|each|every|no|none|one|two|three"
    "|several|many|most|more|few|another|other|nothing|something|everything|anything|nobody|somebody|someone|anyone"
    r"|everyone|it|you|he|she|we|they|i|there|here|not|only|just|even|one[’']s|\p{L}+[’']s|\d\S*|\p{L}+ing"
)


def _with_article(clause: str) -> str:
    """ "drill bit is stuck" -> "the drill bit is stuck", as nobody drops the article in a whole sentence. A name (it
    begins with a capital letter) has none."""
    first = clause.split(" ", 1)[0]
    return clause if not first[:1].islower() or _NEEDS_NONE.fullmatch(first) else f"the {clause}"


def closing(understanding: Understanding) -> str:
    """The line that asks whether it worked."""
    return "Did that do the job?" if shape(understanding.outcome) is Shape.GOAL else "Did that help?"
