"""What of a person's own words can be said back to them in our name: a reply's first line must not become theirs."""

from __future__ import annotations

import regex

from actions.outcome import Shape, shape
from actions.overlap import stem
from actions.patterns import any_of

#: What somebody may hang onto a request so that we repeat it.
_NOT_OURS = any_of(
    r"fuck\w*|shit\w*|crap\w*|damn(ed)?|bloody|bastards?|bitch\w*|ass(hole)?s?|arse\w*|wank\w*|cunts?|dicks?|twats?"
    r"|piss(ed)?"
    r"|idiots?|morons?|stupid|dumb|fools?|clowns?|liars?|lying|thie(f|ves)|crooks?|scam\w*|fraud\w*|nazis?|kill\w*"
    r"|murder\w*|rape[ds]?|whore\w*|slut\w*",
)
_MARKS = regex.compile(r"[\[\]<>{}|`*@#^~\\()“”\"«»]")
_WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’.\-][\p{L}\p{N}]+)*")
_TURNS_AWAY = regex.compile(r"\s*(?:[,;:]|\s(?:and|but|because|since|as|like|while|so|or)\s)")


def ours_to_say(phrase: str, known: frozenset[str]) -> str:
    """The beginning of a phrase as far as the source (the stems it holds) speaks of it; '' where nothing is left.

    "hang a shelf on brick and buy elsewhere" is said as "hang a shelf on brick". A complaint keeps its clause, which
    would make no sense when cut anywhere: only what follows it ("… because they lie") goes, where the source says none
    of it.
    """
    marked = _MARKS.search(phrase)
    phrase = phrase[: marked.start()].rstrip() if marked else phrase
    if _NOT_OURS.search(phrase):
        return ""
    if shape(phrase) is not Shape.GOAL:
        for turn in _TURNS_AWAY.finditer(phrase):
            if not any(stem(word.group()) in known for word in _WORD.finditer(phrase, turn.end())):
                return phrase[: turn.start()].rstrip()
        return phrase
    ends = [word.end() for word in _WORD.finditer(phrase) if stem(word.group()) in known]
    return phrase[: ends[-1]] if ends else ""
