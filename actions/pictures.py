"""Whether the point of a post is in a picture or video that nobody has described: we read words only."""

from __future__ import annotations

import regex

from actions.outcome import plain
from actions.overlap import words
from actions.patterns import any_of
from actions.proposal import TurnContext

#: A picture whose post says no more words than this that carry meaning ("what is this?", "why does mine do that?").
HARDLY_A_WORD = 1
FEW_WORDS = 4

_POINTS = any_of(
    "(see|look at|watch|check|as in|as you can see|shown) …(pics?|pictures?|photos?|images?|videos?|clips?"
    "|screen ?shots?"
    "|recording|attach(ed|ment)|below|above)",
    "(in|on) (the|this|my|that) (pic|picture|photo|image|video|clip|screen ?shot)|attached|pictured|screen ?shot",
    "(like|look at|looks? like|see|does|doing|do|is|was|are|of|with|about|from|for|on|in|get|got) (this|that|these"
    "|those|here)"
    r"(?=\s*([.?!,:;)]|$|\n))",
    r"(what|who|which|how|why)( the \w+)?('s| is| are| was| does| did| do) (this|that|these|those)|what (happened"
    r"|went wrong)( here)?",
)


def point_is_in_the_picture(turn: TurnContext) -> bool:
    """Whether the words only point at something that is seen: there is a picture, none is described, and the post says
    next to nothing, or little and "this" or "see the photo"."""
    if not turn.has_media or turn.media_described or turn.thread:
        return False
    said = plain(f"{turn.title}\n{turn.text}")
    carry = len(words(said))
    return carry <= HARDLY_A_WORD or (carry <= FEW_WORDS and points_at_it(said))


def points_at_it(text: str) -> bool:
    """Whether a text points at a picture that stands beside it."""
    return bool(_POINTS.search(text))


def says_nothing(turn: TurnContext) -> bool:
    """Whether there is no word in a post at all."""
    return not regex.search(r"\p{L}{2,}", plain(f"{turn.title}\n{turn.text}"))
