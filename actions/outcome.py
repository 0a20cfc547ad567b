"""The outcome a post is about, as a short phrase in the person's own words, and how to speak of it."""

from __future__ import annotations

from enum import StrEnum

import regex

from actions.links import LINK
from actions.overlap import words
from actions.patterns import any_of, word_list
from actions.sentences import split
from actions.verbs import BASE, base_of

#: An outcome has at most this many words: it is a line on a card and the opening of a reply.
MOST_WORDS = 12

_GREETING = any_of(
    r"\s*(hi|hello|hey|hiya|howdy|dear|greetings|good (morning|afternoon|evening|day)|help|urgent|please|ok|okay"
    r"|so|right)"
    r"( (there|all|everyone|everybody|folks|team|guys|friends|sir|madam|support|help|please|community))*(?=[\s,.!:–—-])"
)
_MENTION = regex.compile(r"(?<!\w)@[\w.@-]+")
_HASHTAG = regex.compile(r"(?<!\w)#(\w+)")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\uFE0F\u200D\p{Emoji_Modifier}]+")
_MASKED = regex.compile(r"<\w[\w ]*>|\[[a-z][a-z _-]*\]")

#: What stands before a goal. The goal is what follows, to the end of the clause.
_WISH = any_of(
    r"how (on earth |the \w+ )?(do|can|could|would|should|might|must) (i|we|you|one|people|folks|someone)"
    "( (go about|best|properly|safely|actually|ever|now|even|please|just))*",
    "how to|(best|easiest|right|proper|any|a|safe|quickest|only) way (to|of)|is there (a|any) way to",
    "(is it )?(possible|ok|okay|safe|able) to",
    "(am|i'm|are|we're|been|was|still) (trying|attempting|looking|hoping|planning|about|going|wanting|needing) to",
    "(i|we|just|really|only|also|who|husband|wife|mum|dad|son|daughter) (just |really |also |only )?"
    "(wants?|wanted|needs?|needed|wish(es)?|have|has|would like|like|love) to",
    "(i|we)'d (really )?(like|love) to|(trying|wanting|want|need|hoping) to|wanna",
    "(?<!(when|where|then|if|what|so) )(can|could|may|should|must) (i|we)",
)
_TROUBLE = any_of(
    "won't|can't|cannot|doesn't|don't|didn't|isn't|aren't|unable|not|no longer|never|keeps?|stopped|stuck"
    "|missing|lost|gone",
    "falls? (off|out|down)|jammed|loose|cracked|burnt|dead|skates|wanders?|keeps on|split|stuck|red|faulty"
    "|squeaks?|sags?",
    "broken|broke|fails?|failed|failing|disappeared|vanished|wobbles?|slips?|wrong|error|freez(es|ing)|slow"
    "|crash(es|ed|ing)?",
)
_CLAUSE_END = regex.compile(
    r"[.?!\n;:(]|\s[–—-]\s"
    r"|\s+and\s+(?:how|what|where|is|do|does|can|will)\b|,\s+(?:but|and|so|as|because|which|when|since|please"
    r"|any|is|can|do|what|how|i|we|it)\b",
    regex.IGNORECASE,
)
_TAIL = regex.compile(
    r"(?:[\s,.!?:;–—-]+|\b(?:please|thanks|thank you|thx|ta|help|asap|anyone|pls|cheers|again|at all)\b)+$",
    regex.IGNORECASE,
)
_LEAD = any_of(
    r"((and|but|so|also|well|ok|um|then|now|sorry|basically|apparently|recently|suddenly|since [^,]+,"
    r"|after [^,]+,|today"
    r"|yesterday)(?=[\s,])[\s,]*)+?(?=\s|,)"
)
_SOFT_BREAK = any_of("and|but|because|so that|while|although|since|which|even though|when|if|after|before|without")
_CLAUSES = regex.compile(
    r"(?:,\s+|\s+)(?:and|but|so|then)\s+(?=(?:the|my|it|its|a|i|there|now)\b)|,\s+|\s[–—-]\s", regex.IGNORECASE
)
_LOOSE_END = any_of("the|a|an|to|of|in|on|for|with|and|or|my|from|that|it|i|is|at|by")

#: "resolve this issue", "do that", "send is not working": nothing that tells one post from another, or no goal at all.
_EMPTY_GOAL = regex.compile(
    r"\p{L}+\s+(?:(?:this|that|it|them|these|those)\b|(?:my|the|an?|any)\s+(?:issue|problem|error|question|thing"
    r"|help)s?\b"
    r"|(?:is|are|was|will|won['’]?t|isn['’]?t|has|not|because)\b)",
    regex.IGNORECASE,
)


_ADVERB = regex.compile(
    r"^(?!apply\b|supply\b|reply\b|rely\b|fly\b|multiply\b|comply\b|ally\b)\p{L}{3,}ly\s+", regex.IGNORECASE
)


class Shape(StrEnum):
    """How a phrase can be spoken of: something to do, something that is wrong, or a mere topic."""

    GOAL = "goal"
    TROUBLE = "trouble"
    TOPIC = "topic"


def tells_trouble(text: str) -> bool:
    """Whether a text says that something is wrong."""
    return bool(_TROUBLE.search(text))


def plain(text: str) -> str:
    """A post without mentions, links, hashtags' signs, emoji, masked details and the greeting it opens with."""
    text = LINK.sub(" ", text)
    text = regex.sub(r"(?:\s+#\w+)+\s*$", "", text)
    text = _HASHTAG.sub(r"\1", _MENTION.sub(" ", text))
    text = _MASKED.sub(" ", _EMOJI.sub(" ", text))
    text = regex.sub(r"[ \t\xa0]+", " ", text).strip(" ,.!:-\n")
    while (hello := _GREETING.match(text + " ")) is not None:
        text = text[hello.end() :].strip(" ,.!:–—-\n")
    return text


def outcome_of(text: str, title: str = "") -> str:
    """What the author wants to get done, at most 12 words taken from the post; '' where it has no words.

    In this order: what follows "how do I", "trying to" and their like (title first), a short title that says something,
    the sentence that says what is wrong, the clause that says most.
    """
    title, text = plain(title), plain(text)
    if title.isupper():
        title = title.capitalize()
    says_enough = len(words(title)) >= 2 and len(title.split()) <= MOST_WORDS
    goal = _goal(title) or ("" if says_enough and _TROUBLE.search(title) else _goal(text))
    if goal:
        return goal
    if says_enough:
        return _trim(title)
    sentences = split(text) or split(title)
    trouble = next(
        (sentence for sentence in sentences if _TROUBLE.search(sentence) and len(words(sentence)) >= 2), None
    )
    if trouble and len(trouble.split()) > MOST_WORDS:
        clauses = [clause for clause in _CLAUSES.split(trouble) if _TROUBLE.search(clause) and len(clause.split()) >= 4]
        trouble = clauses[0] if clauses else trouble
    best = trouble or max(sentences, key=lambda sentence: min(len(words(sentence)), MOST_WORDS), default="")
    while (lead := _LEAD.match(best)) is not None:
        best = best[lead.end() :].lstrip(" ,")
    return _trim(best, keeping=_TROUBLE)


def _goal(text: str) -> str:
    for match in _WISH.finditer(text, overlapped=True):
        goal = _ADVERB.sub("", _trim(_until_clause_end(text[match.end() :].lstrip())))
        first = goal.split(" ", 1)[0].lower() if goal else ""
        if base_of(first):
            goal, first = goal.replace(goal.split(" ", 1)[0], base_of(first) or first, 1), base_of(first) or first
        if first in BASE and len(words(goal)) >= 2 and not _EMPTY_GOAL.match(goal):
            return goal
    return ""


def _until_clause_end(text: str) -> str:
    for match in _CLAUSE_END.finditer(text):
        # nothing goes on behind a question mark, nor behind a full stop before a capital letter
        ends = match.group()[0] in "?!\n" or regex.match(r"\.\s+\p{Lu}", text[match.start() :])
        least = 2 if ends else 3
        if len(text[: match.start()].split()) >= least:
            return text[: match.start()]
    return text


def _trim(text: str, keeping: regex.Pattern[str] | None = None) -> str:
    """At most so many words, to where a clause ends; not before what must stay (`keeping`), where that can be."""
    text = _TAIL.sub("", text.replace("\n", " ")).strip(" \"'“”‘’*_")
    if len(text.split()) <= MOST_WORDS:
        return text
    breaks = [match.start() for match in _SOFT_BREAK.finditer(text)]
    breaks = [at for at in breaks if 4 <= len(text[:at].split()) <= MOST_WORDS]
    if keeping is not None and keeping.search(text):
        breaks = [at for at in breaks if keeping.search(text[:at])]
    kept = (text[: breaks[-1]] if breaks else " ".join(text.split()[:MOST_WORDS])).split()
    while kept and _LOOSE_END.fullmatch(kept[-1]):
        kept.pop()
    return _TAIL.sub("", " ".join(kept))


#: Tools and things that share their name with a verb: "drill bit slips" is no goal, "drill a hole" is one.
_ALSO_THINGS = word_list(
    """
    anchor bit book bundle change charge clamp clone default display drag drill drive file filter fit fix fold format
    frame glue hold import lay level limit link list load lock log look mail mark measure name order paint patch place
    plan plane plaster play plug point polish post print report request reset return sand saw schedule screw seal search
    service setup share sign skip slow sort sound space split stack stain start stop store strip switch tag tap test tie
    tile track transfer trim turn twist type update upgrade upload use view wait wash watch wire write zoom export
    """
)
_OBJECT = any_of(
    r"\p{L}+ (a|an|the|my|your|our|this|that|these|it|them|some|any|all|two|three|four|more|several|every|each"
    r"|one|\d\S*|up|down|in"
    "|into|out|on|off|through|from|to|without|between|straight|around|over|under|both|holes?|with|new|old|only"
    "|specific|only)"
)
_FINITE = any_of(
    "is|are|was|were|has|have|won't|doesn't|don't|didn't|isn't|can't|just|keeps?|slips|falls|fell|went|comes"
    "|came|gets|got"
)


def shape(phrase: str) -> Shape:
    """How a phrase can be spoken of."""
    first = phrase.split(" ", 1)[0].lower().strip(",.") if phrase else ""
    if first in BASE and not _EMPTY_GOAL.match(phrase):
        begins = " ".join(phrase.split()[:4])
        if first not in _ALSO_THINGS or (_OBJECT.match(phrase) and not _FINITE.search(begins)):
            return Shape.GOAL
    subject = regex.match(r"(?:my|the|our|it|i|we|this|all|one of|some of)\b", phrase, regex.I)
    return Shape.TROUBLE if subject and _TROUBLE.search(phrase) else Shape.TOPIC


_TO_YOU = (
    (r"\bi['’]m\b", "you’re"), (r"\bi['’]ve\b", "you’ve"), (r"\bi['’]d\b", "you’d"), (r"\bi['’]ll\b", "you’ll"),
    (r"\bi am\b", "you are"), (r"\bi was\b", "you were"), (r"\bwe are\b", "you are"), (r"\b(?:i|we|me|us)\b", "you"),
    (r"\b(?:my|our)\b", "your"), (r"\b(?:mine|ours)\b", "yours"), (r"\bmyself\b", "yourself"),
)  # fmt: skip


def to_you(phrase: str) -> str:
    """The phrase as said to its author: "hang my mirror" -> "hang your mirror"."""
    for said, instead in _TO_YOU:
        phrase = regex.sub(said, instead, phrase, flags=regex.IGNORECASE)
    return phrase


def uncapitalised(phrase: str, context: str = "") -> str:
    """The phrase as it stands within a sentence: a first word that is no name or acronym begins small.

    A name is what the context writes with a capital letter within a sentence.
    """
    found = regex.match(r"[\p{L}'’-]+", phrase)
    if found is None:
        return phrase
    first = found.group()
    small = first[:1].lower() + first[1:]
    ordinary = small in BASE or base_of(small) is not None or small in _SMALL or first == "A"
    if not ordinary and first[1:].islower():
        ordinary = not regex.search(rf"(?<=[\p{{Ll}},]\s){regex.escape(first)}(?![\w-])", context)
    return small + phrase[len(first) :] if ordinary else phrase


_SMALL = word_list(
    """
    the your my no not cannot can't if when what why how where which all some unable difference lost missing you
    """
)
