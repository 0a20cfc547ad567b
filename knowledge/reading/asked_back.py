"""Questions that were asked back in a past thread: what had to be known before it could be answered."""

from __future__ import annotations

import re

from knowledge.passages import sentences

#: Under this key of an entry's `meta` they stand, one a line.
KEY = "asked_back"
#: No more of a thread are kept: the first are those that mattered.
MOST = 4
_FEWEST_WORDS, _MOST_WORDS = 4, 18
_BEGINS = re.compile(
    r"^(is|are|was|were|do|does|did|have|has|can|could|would|which|what|who|when|where|how|in which|on which)\b", re.I
)
#: What somebody else cannot be asked: it speaks of the writer, of words that were quoted, or of what stands around it.
_OF_ITS_THREAD = re.compile(
    r"""https?:|www\.|["“”«»()<>\[\]#@*:;/]
    |\b(?:i|i'm|i've|me|my|we|our|us|he|she|him|her|his|they|that|those|these|there|then|either|following|links?)\b
    |\b(?:articles?|above|below|attached|mean|meant|saying|say|said|mention(?:ed)?|talking|referring|wrong|why|please)\b
    |\b(?:thanks?|maybe|perhaps|help|question|worked|working|solved?|volunteers?|could\ it)\b
    |\b(?:problem|issue)s?\ (?:go|goes|gone|changes?|persists?|disappears?|resolved|fixed)\b
    |\bthis\b(?!\ (?:an?|happen|occur|with|on|computer|account|device|machine)\b)""",
    re.I | re.X,
)


def asked_back(text: str) -> list[str]:
    """The questions of a reply that could be asked of anybody in the same trouble, in order."""
    found = (re.sub(r"\s+([?,.])", r"\1", " ".join(part.split())).strip(" -–—•") for part in sentences(text))
    return [question[:1].upper() + question[1:] for question in found if _is_askable(question)]


def _is_askable(question: str) -> bool:
    return (
        question.endswith("?")
        and question.count("?") == 1
        and _FEWEST_WORDS <= len(question.split()) <= _MOST_WORDS
        and bool(_BEGINS.match(question))
        and not _OF_ITS_THREAD.search(question)
        and not question.isupper()
    )
